/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../components/basics.tsx";

interface Props {
  text: string;
  t: { copy: string; copied: string };
}

/** Copies a text. Without script, or where the browser has no clipboard for us, there is no button. */
export default function CopyText({ text, t }: Props) {
  const awake = useSignal(false);
  const said = useSignal("");
  useEffect(() => {
    awake.value = Boolean(navigator.clipboard);
  }, []);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      said.value = t.copied;
    } catch {
      // Not allowed here: the text stands beside the button, to be selected.
      awake.value = false;
    }
  }

  return (
    <>
      {awake.value ? <Button type="button" look="quiet" small onClick={copy}>{t.copy}</Button> : null}
      <span class="small muted" role="status">{said.value}</span>
    </>
  );
}
