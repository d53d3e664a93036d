import type { ComponentChildren } from "preact";
import { Icon } from "./icons.tsx";

export type StepState = "done" | "running" | "waiting" | "delayed" | "failed" | "compensated" | "todo";

export interface StepItem {
  key: string;
  label: string;
  state: StepState;
  /** The state in words, its time, its attempts: whatever there is to say, shown in one line in this order. */
  meta?: Record<string, ComponentChildren>;
}

/** A request's way, step by step. The state is drawn and also said in `meta`, for those who do not see it. */
export function StepList({ steps, label }: { steps: StepItem[]; label: string }) {
  return (
    <ol class="steps" aria-label={label}>
      {steps.map((step) => {
        const meta = Object.entries(step.meta ?? {}).filter(([, part]) => part !== null && part !== "");
        return (
          <li key={step.key} class="steps__item" data-state={step.state}>
            <span class="steps__dot" aria-hidden="true">
              <Icon name="check" size={13} />
            </span>
            <div>
              <p class="steps__label">{step.label}</p>
              {meta.length
                ? <p class="steps__meta">{meta.map(([key, part]) => <span key={key}>{part}</span>)}</p>
                : null}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
