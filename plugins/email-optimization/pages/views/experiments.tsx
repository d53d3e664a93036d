/** `/operate/mail/experiments`: those there are, and a new one. */
import { Alert, Button, Card, EmptyState, StatusDot } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Field, Form, SelectField } from "../../../../ui/components/form.tsx";
import { OperatorLayout, Time } from "../../../../ui/components/layouts.tsx";
import type { FormState, Strings } from "../../../../ui/types.ts";
import { mailPaths } from "../paths.ts";
import type { ExperimentJson, ExperimentsJson } from "../shapes.ts";
import { wordOf } from "./parts.tsx";

export interface ExperimentsProps extends FormState {
  t: Strings;
  json: ExperimentsJson;
  begun?: boolean;
}

export function Experiments({ t, json, begun, values, errors, problem }: ExperimentsProps) {
  const x = t.email_pages.experiments;
  return (
    <OperatorLayout t={t} current={mailPaths.experiments} title={x.title} lead={x.lead}>
      {begun ? <Alert tone="good">{x.begun}</Alert> : null}
      <ErrorSummary t={t} errors={errors} problem={problem} labels={labelsOf(t, json, values?.kind)} />
      <Card id="list" title={x.list}>
        {json.experiments.length === 0
          ? <EmptyState title={x.none} icon="mail" />
          : <ExperimentList t={t} experiments={json.experiments} />}
      </Card>
      <Card id="begin" title={x.begin} lead={x.begin_lead}>
        <div class="halves">
          {json.kinds.map((one) => (
            <Begin
              key={one.kind}
              t={t}
              of={one}
              json={json}
              sent={values?.kind === one.kind ? { values, errors } : undefined}
            />
          ))}
        </div>
      </Card>
    </OperatorLayout>
  );
}

export function ExperimentList({ t, experiments }: { t: Strings; experiments: ExperimentJson[] }) {
  const { email_pages: e } = t;
  return (
    <ul class="versions">
      {experiments.map(({ experiment_id, kind, variants, state, winner, created_at }) => (
        <li key={experiment_id}>
          <div>
            <a href={mailPaths.experiment(experiment_id)}>{wordOf(e.kinds, kind)}</a>{" "}
            <span class="muted small">
              {variants.map((one) =>
                wordOf(e.variants, one)
              ).join(" · ")}
            </span>
          </div>
          <div>
            <StatusDot tone={state === "running" ? "live" : state === "promoted" ? "good" : "calm"}>
              {winner === null
                ? wordOf(e.experiments.states, state)
                : e.experiments.winner(wordOf(e.variants, winner))}
            </StatusDot>{" "}
            <span class="muted small">
              <Time t={t} when={created_at} />
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}

type Kind = ExperimentsJson["kinds"][number];

type Labels = Record<string, { id: string; label: string }>;

/** Fields of the form that was sent: there is one for each kind, if none of it runs. */
function labelsOf(t: Strings, { kinds, experiments }: ExperimentsJson, sent: string | undefined): Labels {
  const x = t.email_pages.experiments;
  const drawn = kinds.some(({ kind }) => kind === sent) &&
    !experiments.some(({ kind, state }) => kind === sent && state === "running");
  if (!drawn) return {};
  return {
    variants: { id: `variants_${sent}`, label: x.variants },
    hold_out: { id: `hold_out_${sent}`, label: x.hold_out },
    stop: { id: `stop_${sent}`, label: x.stop },
  };
}

/** `sent`: this very form came back. */
function Begin(
  { t, of, json, sent }: { t: Strings; of: Kind; json: ExperimentsJson; sent?: FormState },
) {
  const { email_pages: e } = t;
  const x = e.experiments;
  const runs = json.experiments.some(({ kind, state }) => kind === of.kind && state === "running");
  const title = wordOf(e.kinds, of.kind);
  if (runs) {
    return (
      <section aria-label={title}>
        <h3>{title}</h3>
        <StatusDot tone="live">{x.runs_already}</StatusDot>
      </section>
    );
  }
  const { values, errors } = sent ?? {};
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <Form intent="begin" hidden={{ kind: of.kind }} label={title}>
        <fieldset
          class="choices"
          id={`variants_${of.kind}`}
          tabIndex={-1}
          aria-describedby={`variants_${of.kind}-hint`}
        >
          <legend>{x.variants}</legend>
          <p class="field__hint" id={`variants_${of.kind}-hint`}>{x.variants_hint}</p>
          {errors?.variants ? <p class="field__error">{errors.variants}</p> : null}
          {of.variants.map((variant) => (
            <label key={variant} class="choice" for={`${of.kind}_${variant}`}>
              <input
                type="checkbox"
                id={`${of.kind}_${variant}`}
                name={`variant_${variant}`}
                value="1"
                checked={values === undefined || values[`variant_${variant}`] !== undefined}
              />
              <span>{wordOf(e.variants, variant)}</span>
            </label>
          ))}
        </fieldset>
        <Field
          name="hold_out"
          id={`hold_out_${of.kind}`}
          label={x.hold_out}
          hint={x.hold_out_hint}
          value={values?.hold_out ?? "10"}
          error={errors?.hold_out}
          max_length={3}
          autocomplete="off"
        />
        <SelectField
          name="stop"
          id={`stop_${of.kind}`}
          label={x.stop}
          value={values?.stop ?? "manual"}
          error={errors?.stop}
          options={[["manual", x.stop_manual], ["auto", x.stop_auto]]}
        />
        <div>
          <Button look="quiet">{x.submit}</Button>
        </div>
      </Form>
    </section>
  );
}
