/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../components/icons.tsx";

interface Props {
  input_id: string;
  t: { show: string; hide: string; shown: string };
}

/** Shows a password to the person who types it. Without script there is no button, and typing works as ever. */
export default function PasswordReveal({ input_id, t }: Props) {
  const awake = useSignal(false);
  const shown = useSignal(false);

  useEffect(() => {
    awake.value = true;
    const form = document.getElementById(input_id)?.closest("form");
    // A visible password would be remembered by the browser as ordinary text.
    const conceal = () => show(false);
    form?.addEventListener("submit", conceal);
    return () => form?.removeEventListener("submit", conceal);
  }, []);

  function show(visible: boolean) {
    const input = document.getElementById(input_id);
    if (input instanceof HTMLInputElement) input.type = visible ? "text" : "password";
    shown.value = visible;
  }

  return (
    <>
      <button
        type="button"
        class="reveal"
        hidden={!awake.value}
        aria-pressed={shown.value}
        aria-controls={input_id}
        aria-label={t.show}
        title={shown.value ? t.hide : t.show}
        onClick={() => show(!shown.value)}
      >
        <Icon name={shown.value ? "eye_off" : "eye"} />
      </button>
      <span class="visually-hidden" role="status">{shown.value ? t.shown : ""}</span>
    </>
  );
}
