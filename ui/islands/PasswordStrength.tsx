/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { PasswordVerdict } from "../api_types.ts";
import { pageClient } from "./client.ts";
import { fill } from "./texts.ts";

interface Props {
  input_id: string;
  length_min: number;
  length_max: number;
  t: {
    label: string;
    idle: string;
    more: string;
    too_long: string;
    checking: string;
    away: string;
    heat: string;
    rules: string;
    spoken: string;
  };
}

const levels = ["very_weak", "weak", "fair", "strong", "very_strong"];
/** Beside the password, what a guesser would know of its owner; as far as the form has it. */
const personal = ["email", "username", "first_name", "last_name"];
const fits: Record<string, RegExp> = {
  email: /^.{1,254}$/u,
  username: /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u,
  first_name: /^[\p{L}\p{M}\p{N} .'’-]{1,64}$/u,
  last_name: /^[\p{L}\p{M}\p{N} .'’-]{1,64}$/u,
};
const settle_ms = 250;
/** Somebody who listens is told once the typing rests. */
const speak_ms = 1200;
/** The service was still getting ready: asked once more. */
const again_ms = 1500;
const squares_max = 64;
/** Too narrow for letters beyond it. */
const letters_max = 24;

/**
 * How hard a new password is to guess, as it is typed. What is typed goes to this service only, which keeps nothing of it.
 * Where no answer comes, the form works as ever.
 */
export default function PasswordStrength({ input_id, length_min, length_max, t }: Props) {
  const typed = useSignal("");
  const shown = useSignal(false);
  const verdict = useSignal<PasswordVerdict | null>(null);
  const away = useSignal(false);
  const said = useSignal("");

  useEffect(() => {
    const input = document.getElementById(input_id);
    if (!(input instanceof HTMLInputElement)) return;
    const stop = new AbortController();
    let asking: AbortController | null = null;
    let timers: ReturnType<typeof setTimeout>[] = [];
    const later = (work: () => void, ms: number) => timers.push(setTimeout(work, ms));
    const quiet = () => {
      asking?.abort();
      timers.forEach(clearTimeout);
      timers = [];
    };

    async function ask(once: "loaded" | "worded" | null = null) {
      const mine = asking = new AbortController();
      try {
        const answer = await pageClient().analyzePassword({
          ...fieldsOf(input as HTMLInputElement),
          ...once === "worded" ? { wording: "genai" } : {},
        }, mine.signal);
        if (mine.signal.aborted) return;
        verdict.value = answer;
        away.value = false;
        if (answer.rules_because === "loading" && once === null) later(() => ask("loaded"), again_ms);
        // Better words take longer, so they are waited for when the typing rests.
        else if (answer.better_wording) later(() => ask("worded"), speak_ms);
        later(() => said.value = spoken(answer, t.spoken), speak_ms);
      } catch {
        if (!mine.signal.aborted) away.value = true;
      }
    }
    function changed() {
      quiet();
      typed.value = (input as HTMLInputElement).value;
      if (typed.value === "") {
        verdict.value = null;
        said.value = "";
      } else later(() => ask(), settle_ms);
    }
    changed();
    const { signal } = stop;
    input.addEventListener("input", changed, { signal });
    for (const name of personal) {
      fieldOf(input, name)?.addEventListener("change", changed, { signal });
    }
    const looks = new MutationObserver(() => shown.value = input.type === "text");
    looks.observe(input, { attributeFilter: ["type"] });
    return () => {
      quiet();
      stop.abort();
      looks.disconnect();
    };
  }, []);

  const points = [...typed.value.normalize("NFKC")];
  const missing = length_min - points.length;
  const count = points.length === 0
    ? ""
    : missing > 0
    ? fill(t.more, { count: missing })
    : points.length > length_max
    ? t.too_long
    : "";
  const found = verdict.value;
  const at = found ? levels.indexOf(found.strength_level) : -1;
  return (
    <div class="strength" role="group" aria-label={t.label} data-level={found?.strength_level}>
      <div class="strength__top">
        <span class="strength__bar" aria-hidden="true">
          {levels.map((level, i) => <i key={level} data-on={i <= at} />)}
        </span>
        <strong>{found?.strength_text ?? ""}</strong>
        <span class="strength__count">{count}</span>
      </div>
      <Heat
        points={shown.value ? points : points.map(() => "")}
        bits={found?.surprise_bits ?? []}
        label={t.heat}
      />
      <Words found={found} empty={points.length === 0} away={away.value} t={t} />
      <span class="visually-hidden" role="status">{said.value}</span>
    </div>
  );
}

/** One square a character: the more bits it adds, the more colour. The characters only where the field shows them, too. */
function Heat({ points, bits, label }: { points: string[]; bits: number[]; label: string }) {
  return (
    <div
      class="strength__heat"
      title={label}
      aria-hidden="true"
      data-letters={points.some((point) => point !== "") && points.length <= letters_max}
    >
      {points.slice(0, squares_max).map((point, i) => (
        <i key={i} data-heat={bits[i] === undefined ? undefined : Math.min(4, Math.floor(bits[i] / 1.6))}>
          {point}
        </i>
      ))}
    </div>
  );
}

function Words(
  { found, empty, away, t }: { found: PasswordVerdict | null; empty: boolean; away: boolean; t: Props["t"] },
) {
  if (empty || !found) {
    return <p class="strength__text">{empty ? t.idle : away ? t.away : t.checking}</p>;
  }
  return (
    <div class="strength__text">
      <p>
        {found.ai_explanation}
        {found.answered_by === "rules" && found.rules_because !== "loading" ? ` ${t.rules}` : ""}
      </p>
      {found.suggestions.length > 0
        ? <ul>{found.suggestions.map(({ kind, text }) => <li key={kind}>{text}</li>)}</ul>
        : null}
    </div>
  );
}

function spoken({ strength_text, ai_explanation, suggestions }: PasswordVerdict, text: string): string {
  return fill(text, {
    level: strength_text,
    explanation: ai_explanation,
    suggestion: suggestions[0]?.text ?? "",
  }).trim();
}

function fieldOf(input: HTMLInputElement, name: string): HTMLInputElement | null {
  const field = input.form?.elements.namedItem(name);
  return field instanceof HTMLInputElement ? field : null;
}

function fieldsOf(input: HTMLInputElement): { password: string } & Record<string, string> {
  const fields: { password: string } & Record<string, string> = { password: input.value };
  for (const name of personal) {
    const value = fieldOf(input, name)?.value.trim() ?? "";
    // What the service would not take is left out: a half-typed name must not stand in the way.
    if (value !== "" && fits[name].test(value)) fields[name] = value;
  }
  // Where the account is known, its address stands in the form for password managers only.
  const known = input.form?.querySelector<HTMLInputElement>('input[type="hidden"][autocomplete="username"]');
  if (known?.value && !fields.email) fields.email = known.value;
  return fields;
}
