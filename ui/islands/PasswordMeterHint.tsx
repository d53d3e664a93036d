/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { fill } from "./texts.ts";

interface Props {
  input_id: string;
  length_min: number;
  length_max: number;
  t: { more: string; enough: string; too_long: string };
}

/** How far a new password is from long enough, counted as the service counts: in characters, after NFKC. */
export default function PasswordMeterHint({ input_id, length_min, length_max, t }: Props) {
  const length = useSignal(0);

  useEffect(() => {
    const input = document.getElementById(input_id);
    if (!(input instanceof HTMLInputElement)) return;
    const count = () => length.value = [...input.value.normalize("NFKC")].length;
    count();
    input.addEventListener("input", count);
    return () => input.removeEventListener("input", count);
  }, []);

  if (length.value === 0) return null;
  const missing = length_min - length.value;
  const text = missing > 0
    ? fill(t.more, { count: missing })
    : length.value > length_max
    ? t.too_long
    : t.enough;
  return (
    <div class="meter" data-enough={missing <= 0 && length.value <= length_max}>
      <progress max={length_min} value={Math.min(length.value, length_min)} aria-hidden="true" />
      <span>{text}</span>
      <span class="visually-hidden" role="status">{missing <= 0 ? text : ""}</span>
    </div>
  );
}
