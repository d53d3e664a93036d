/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../components/basics.tsx";

interface Props {
  t: { print: string };
}

/** Prints the page. Without script the browser's own menu does. */
export default function PrintPage({ t }: Props) {
  const awake = useSignal(false);
  useEffect(() => {
    awake.value = true;
  }, []);
  return awake.value
    ? <Button type="button" look="quiet" onClick={() => globalThis.print()}>{t.print}</Button>
    : null;
}
