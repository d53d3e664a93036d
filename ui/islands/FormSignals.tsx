/// <reference lib="dom" />
import { useEffect, useRef } from "preact/hooks";

/** The fields that are summed up; a new password counts as a password. */
const summed: Record<string, string> = {
  email: "email",
  password: "password",
  new_password: "password",
  first_name: "first_name",
  last_name: "last_name",
  username: "username",
};
const name = "form_signals";
const length_max = 2000;
/** Whoever rests longer than this between two keys is not typing. */
const pause_ms = 5000;

/** Sends along how the form was filled in: counts and times, never keys or what was typed. */
export default function FormSignals() {
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const form = input.current?.form;
    if (!form) return;
    const stop = new AbortController();
    const { signal } = stop;
    const typing = new Map<string, Typing>();
    for (const element of form.elements) {
      if (!(element instanceof HTMLInputElement) || !Object.hasOwn(summed, element.name)) continue;
      typing.set(summed[element.name], watch(element, signal));
    }
    let pointer_moves = 0;
    document.addEventListener("pointermove", () => pointer_moves = Math.min(pointer_moves + 1, 100_000), {
      passive: true,
      signal,
    });
    const visible = stopwatch(signal);
    // As it is sent, however that came about; without a listener for `submit` nothing can hold it up.
    form.addEventListener("formdata", ({ formData }) => {
      const fields = Object.fromEntries([...typing].map(([field, one]) => [field, one.summary()]));
      const text = JSON.stringify({ ...machine(), pointer_moves, visible_ms: visible(), fields });
      if (text.length <= length_max) formData.set(name, text);
    }, { signal });
    return () => stop.abort();
  }, []);

  return <input ref={input} type="hidden" name={name} />;
}

function machine() {
  const { languages = [], maxTouchPoints, hardwareConcurrency, webdriver } = navigator;
  return {
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone?.slice(0, 60) ?? null,
    utc_offset_minutes: -new Date().getTimezoneOffset(),
    languages: languages.slice(0, 10),
    screen: [Math.round(screen.width), Math.round(screen.height)],
    touch: maxTouchPoints === undefined ? null : maxTouchPoints > 0,
    cores: hardwareConcurrency ?? null,
    automation: webdriver === true,
  };
}

/** How long the page was seen, in milliseconds. */
function stopwatch(signal: AbortSignal): () => number {
  let since = document.visibilityState === "visible" ? performance.now() : null;
  let sum = 0;
  const seen = () => sum + (since === null ? 0 : performance.now() - since);
  document.addEventListener("visibilitychange", () => {
    sum = seen();
    since = document.visibilityState === "visible" ? performance.now() : null;
  }, { signal });
  return () => Math.round(Math.min(seen(), 1e8));
}

interface Typing {
  summary(): object;
}

function watch(input: HTMLInputElement, signal: AbortSignal): Typing {
  let keys = 0;
  let pasted = false;
  let last: number | null = null;
  // Which key is down is forgotten as soon as it is let go.
  const down = new Map<string, number>();
  const hold = series();
  const gap = series();
  input.addEventListener("keydown", ({ code, repeat, timeStamp }) => {
    if (repeat || code === "Tab" || code === "Enter") return;
    keys = Math.min(keys + 1, 100_000);
    if (last !== null && timeStamp - last < pause_ms) gap.add(timeStamp - last);
    last = timeStamp;
    if (down.size < 10) down.set(code, timeStamp);
  }, { signal });
  input.addEventListener("keyup", ({ code, timeStamp }) => {
    const since = down.get(code);
    if (since === undefined) return;
    down.delete(code);
    if (timeStamp - since < pause_ms) hold.add(timeStamp - since);
  }, { signal });
  input.addEventListener("paste", () => pasted = true, { signal });
  return {
    summary: () => ({
      keys,
      pasted,
      filled: isFilled(input) || keys === 0 && !pasted && input.value !== input.defaultValue,
      hold_ms: hold.mean(),
      gap_ms: gap.mean(),
      gap_sd_ms: gap.deviation(),
    }),
  };
}

function isFilled(input: HTMLInputElement): boolean {
  try {
    return input.matches(":autofill");
  } catch {
    // Browsers that do not know the word for it.
    return false;
  }
}

/** Mean and deviation of what comes by, without keeping it (Welford). Null before there is anything to say. */
function series() {
  let count = 0;
  let mean = 0;
  let squares = 0;
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    add(value: number) {
      count++;
      const off = value - mean;
      mean += off / count;
      squares += off * (value - mean);
    },
    mean: () => count === 0 ? null : round(mean),
    deviation: () => count < 2 ? null : round(Math.sqrt(squares / (count - 1))),
  };
}
