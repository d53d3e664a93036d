/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { StatusDot, type Tone } from "../components/basics.tsx";
import { moodOf, type Part, statusParts } from "../status.ts";
import type { HealthJson, Strings, TemporalStatusJson } from "../types.ts";
import { poll } from "./poll.ts";

interface Props {
  parts: Part[];
  moods: Record<"all_up" | "direct" | "trouble", { title: string; text: string }>;
  label: string;
  t: Strings["islands"]["status"];
}

const tones: Record<Part["state"], Tone> = { up: "good", degraded: "warn", down: "bad" };

/** Each part in words, asked anew every five seconds while somebody looks. */
export default function StatusBoard({ parts, moods, label, t }: Props) {
  const shown = useSignal(parts);
  const awake = useSignal(false);

  useEffect(() => {
    awake.value = true;
    return poll(5_000, 30_000, async () => {
      const [health, temporal] = await Promise.all([
        ask<HealthJson>("/health"),
        ask<TemporalStatusJson>("/temporal-status"),
      ]);
      shown.value = statusParts(t, health, temporal);
      if (!health && !temporal) throw new Error("nobody answers");
    });
  }, []);

  const mood = moods[moodOf(shown.value)];
  return (
    <div class="page">
      <div class="page__head">
        <h1>{mood.title}</h1>
        <p class="lead" role="status">{mood.text}</p>
      </div>
      <section class="card" aria-labelledby="parts-title">
        <h2 class="visually-hidden" id="parts-title">{label}</h2>
        <ul class="parts">
          {shown.value.map((part) => (
            <li key={part.id} class="parts__item">
              <h3>{part.name}</h3>
              <StatusDot tone={tones[part.state]}>{t.states[part.state]}</StatusDot>
              <p>{part.text}</p>
              {part.detail ? <p class="mono">{part.detail}</p> : null}
            </li>
          ))}
        </ul>
      </section>
      {awake.value
        ? (
          <p class="small">
            <StatusDot tone="live">{t.live}</StatusDot>
          </p>
        )
        : null}
    </div>
  );
}

/** Null when there is no answer. A service in trouble answers 503 with the same body, and that is an answer. */
async function ask<T>(path: string): Promise<T | null> {
  try {
    const response = await fetch(path, {
      signal: AbortSignal.timeout(4_000),
      headers: { accept: "application/json" },
    });
    return await response.json() as T;
  } catch {
    return null;
  }
}
