/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

interface Props {
  input_id: string;
  length: number;
  t: { checking: string };
}

/** Takes a code in whatever form it is pasted, and sends the form when the last digit is there. */
export default function CodeEntry({ input_id, length, t }: Props) {
  const checking = useSignal(false);

  useEffect(() => {
    const input = document.getElementById(input_id);
    if (!(input instanceof HTMLInputElement)) return;
    // A code that was refused and is shown again must not send itself once more.
    let sent = digits(input.value);

    function digits(text: string): string {
      return text.replaceAll(/\D/g, "").slice(0, length);
    }

    function take(text: string) {
      const code = digits(text);
      if (input instanceof HTMLInputElement && input.value !== code) input.value = code;
      if (code.length < length || code === sent) return;
      sent = code;
      checking.value = true;
      (input as HTMLInputElement).form?.requestSubmit();
    }

    const onInput = () => take((input as HTMLInputElement).value);
    const onPaste = (event: ClipboardEvent) => {
      const pasted = event.clipboardData?.getData("text") ?? "";
      // Whole mails get pasted too: the code is the first lone group of the right length.
      const found = new RegExp(`(?<!\\d)(?:\\d ?){${length}}(?!\\d)`).exec(pasted);
      if (!found) return;
      event.preventDefault();
      take(found[0]);
    };
    // Coming back with the browser's back button, the page is as it was left.
    const onShow = () => checking.value = false;
    input.addEventListener("input", onInput);
    input.addEventListener("paste", onPaste);
    globalThis.addEventListener("pageshow", onShow);
    return () => {
      input.removeEventListener("input", onInput);
      input.removeEventListener("paste", onPaste);
      globalThis.removeEventListener("pageshow", onShow);
    };
  }, []);

  return <p class="field__hint" role="status" hidden={!checking.value}>{checking.value ? t.checking : ""}</p>;
}
