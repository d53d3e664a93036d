/** `/operate/mail/variants`: what mails may say, and a new wording. */
import { Alert, Card, StatusDot, type Tone } from "../../../../ui/components/basics.tsx";
import { ErrorSummary } from "../../../../ui/components/form.tsx";
import { OperatorLayout, Time } from "../../../../ui/components/layouts.tsx";
import type { FormState, Strings } from "../../../../ui/types.ts";
import { mailPaths } from "../paths.ts";
import type { VariantJson, VariantsJson } from "../shapes.ts";
import { aboutOf, wordOf } from "./parts.tsx";
import { labelsOf, Write } from "./write.tsx";

export interface VariantsProps extends FormState {
  t: Strings;
  json: VariantsJson;
  /** Of which there are wordings. */
  kinds: string[];
  done?: "decided" | "proposed" | null;
}

export const tones: Record<VariantJson["state"], Tone | "calm"> = {
  shipped: "calm",
  draft: "warn",
  approved: "good",
  rejected: "calm",
};

export function Variants({ t, json, kinds, done, ...form }: VariantsProps) {
  const w = t.email_pages.wordings;
  const drafts = json.variants.filter(({ state }) => state === "draft").length;
  return (
    <OperatorLayout t={t} current={mailPaths.variants} title={w.title} lead={w.lead}>
      {done ? <Alert tone="good">{w[done]}</Alert> : null}
      <ErrorSummary t={t} errors={form.errors} problem={form.problem} labels={labelsOf(t)} />
      <Card id="list" title={w.list} lead={drafts === 0 ? w.no_drafts : w.drafts(drafts)}>
        <ul class="versions">
          {json.variants.map((one) => <Row key={`${one.kind}/${one.variant}`} t={t} one={one} />)}
        </ul>
      </Card>
      <Card id="write" title={w.write} lead={w.write_lead}>
        <Write t={t} kinds={kinds} {...form} />
      </Card>
    </OperatorLayout>
  );
}

function Row({ t, one }: { t: Strings; one: VariantJson }) {
  const { kind, variant, state, origin, model, created_at } = one;
  const { email_pages: e } = t;
  const w = e.wordings;
  return (
    <li>
      <div>
        <a href={mailPaths.variant(kind, variant)}>{wordOf(e.variants, variant)}</a>{" "}
        <span class="muted small">
          {[wordOf(e.kinds, kind), aboutOf(t, one)].filter(Boolean).join(" · ")}
        </span>
      </div>
      <div>
        <StatusDot tone={tones[state]}>{w.states[state]}</StatusDot>{" "}
        <span class="muted small">
          {[origin === "service" ? null : w.origins[origin], model].filter(Boolean).join(" · ")}{" "}
          {created_at ? <Time t={t} when={created_at} /> : null}
        </span>
      </div>
    </li>
  );
}
