import { expect } from "expect";
import { renderToString } from "preact-render-to-string";
import { stringsFor } from "../../../core/i18n/mod.ts";
import { checkViews, evil } from "../../../core/testing/views.tsx";
import { fakes } from "./testing.ts";
import { Domain } from "./views/domain.tsx";
import { Experiment } from "./views/experiment.tsx";
import { Experiments } from "./views/experiments.tsx";
import { Message } from "./views/message.tsx";
import { Overview } from "./views/overview.tsx";
import { likely } from "./views/parts.tsx";
import { Suppressions } from "./views/suppressions.tsx";
import { Variant } from "./views/variant.tsx";
import { Variants } from "./views/variants.tsx";

const f = fakes(evil);

checkViews("mail", (t) => ({
  Overview: <Overview t={t} json={f.insights} domain={f.domain} q={evil} found={[f.message]} />,
  OverviewBare: (
    <Overview
      t={t}
      json={{ days: 30, kinds: [], suppressed: {}, experiments: [] }}
      domain={{ ...f.domain, checks: [], checked_at: null }}
      q={evil}
      found={[]}
    />
  ),
  Experiments: (
    <Experiments
      t={t}
      json={f.experiments}
      begun
      problem={evil}
      values={{ kind: evil, hold_out: evil, stop: evil }}
      errors={{ variants: evil, hold_out: evil }}
    />
  ),
  ExperimentsBare: <Experiments t={t} json={{ experiments: [], kinds: f.experiments.kinds }} />,
  Experiment: <Experiment t={t} json={f.one} done="promoted" problem={evil} generator />,
  ExperimentPromoted: <Experiment t={t} json={{ ...f.one, experiment: f.promoted }} />,
  ExperimentFresh: (
    <Experiment
      t={t}
      json={{
        ...f.one,
        timeline: [],
        funnel: { sent: 0, pressed: 0, goals: 0 },
        verdict: { stop: false, winner: null, why: evil },
      }}
    />
  ),
  Message: <Message t={t} message={f.message} events={f.events} />,
  MessageBare: (
    <Message
      t={t}
      message={{
        ...f.message,
        ...{ experiment_id: null, optimal_timing: null, deliverability_score: null },
        ...{ deliverability_reasons: [], reasons: [] },
      }}
      events={[]}
    />
  ),
  Domain: <Domain t={t} json={f.domain} problem={evil} />,
  DomainBare: <Domain t={t} json={{ ...f.domain, checked_at: null, checks: [], keys: [] }} />,
  Suppressions: (
    <Suppressions
      t={t}
      rows={f.suppressions}
      lifted={1}
      problem={evil}
      values={{ email: evil }}
      errors={{ email: evil }}
    />
  ),
  Variants: (
    <Variants
      t={t}
      json={f.variants}
      kinds={["verify_email", evil]}
      done="decided"
      problem={evil}
      values={{ variant: evil, subject_en: evil, paragraphs_de: evil, button_de: evil, sender_name: evil }}
      errors={{
        ...{ variant: evil, texts: evil, kind: evil, sender_name: evil },
        ...{ subject_en: evil, paragraphs_de: evil, heading_en: evil },
      }}
    />
  ),
  VariantsBare: <Variants t={t} json={{ variants: [], generator: false }} kinds={["welcome"]} />,
  Variant: <Variant t={t} one={f.variant} preview={f.preview} locale="de" written problem={evil} />,
  VariantShipped: (
    <Variant t={t} one={{ ...f.variant, about: null, state: "shipped" }} preview={f.preview} locale="en" />
  ),
  SuppressionsBare: <Suppressions t={t} rows={[]} lifted={0} />,
}));

const t = stringsFor("en");

Deno.test("an experiment that is over can be neither promoted nor ended", () => {
  const { one, promoted } = fakes("one_step_left");
  const html = (experiment: typeof promoted) =>
    renderToString(<Experiment t={t} json={{ ...one, experiment }} />);
  expect(html(one.experiment).match(/value="promote"/g)).toHaveLength(2);
  expect(html(one.experiment)).toContain('value="end"');
  for (const experiment of [promoted, { ...promoted, state: "ended" as const, winner: null }]) {
    expect(html(experiment)).not.toContain('method="post"');
  }
});

Deno.test("the wording that most likely is the best stands first, and its numbers with their doubt", () => {
  const html = renderToString(<Experiment t={t} json={fakes("one_step_left").one} />);
  const [table] = /<tbody>.*?<\/tbody>/.exec(html)!;
  expect(table.indexOf("one step left")).toBeLessThan(table.indexOf("standard"));
  for (const text of ["65%", "55% to 74%", "66 (65%)", "99.8%", "0.01%"]) expect(table).toContain(text);
});

Deno.test("what a plot shows stands in a table, too, so that it is there without script", () => {
  const { one } = fakes("one_step_left");
  const html = renderToString(<Experiment t={t} json={one} />);
  const [details] = /<details.*?<\/details>/.exec(html)!;
  expect(details.match(/<tr[ >]/g)).toHaveLength(one.timeline.length + 1);
});

Deno.test("a form that came back keeps what was chosen, says what is wrong beside it, and others are untouched", () => {
  const { experiments } = fakes("one_step_left");
  const json = { ...experiments, experiments: [] };
  const values = { kind: "verify_email", variant_standard: "1", hold_out: "70", stop: "auto" };
  const errors = { variants: "Two at least.", hold_out: "Half at most." };
  const html = renderToString(<Experiments t={t} json={json} values={values} errors={errors} />);
  const [, mine, other] = html.split("<form");
  expect([mine, other].map((form) => form.match(/ checked/g)?.length)).toEqual([1, 2]);
  expect([mine, other].map((form) => form.includes("Two at least."))).toEqual([true, false]);
  expect(mine).toContain("Half at most.");
  expect(mine).toContain('value="70"');
  expect(html).toContain('href="#hold_out_verify_email"');
});

Deno.test("who has unsubscribed is not brought back by an operator, nor lifted what is lifted", () => {
  const { suppressions } = fakes("x");
  const html = renderToString(<Suppressions t={t} rows={suppressions} />);
  const offered = [...html.matchAll(/name="address_tag" value="x(\d)"/g)].map(([, i]) => Number(i));
  expect(offered.map((i) => suppressions[i].reason)).toEqual(["hard_bounce", "soft_bounce", "operator", "x"]);
});

Deno.test("only a key that waits says what to publish", () => {
  const { domain } = fakes("mail.example.org");
  for (const [state, records] of [["new", 1], ["in_use", 0], ["retired", 0]] as const) {
    const keys = domain.keys.filter((key) => key.state === state);
    const html = renderToString(<Domain t={t} json={{ ...domain, checks: [], keys }} />);
    expect([state, html.match(/class="record"/g)?.length ?? 0]).toEqual([state, records]);
  }
});

Deno.test("only a draft can be decided on", () => {
  const { variant, preview } = fakes("x");
  for (const state of ["shipped", "approved", "rejected", "draft"] as const) {
    const html = renderToString(<Variant t={t} one={{ ...variant, state }} preview={preview} locale="en" />);
    expect([state, html.includes('value="approve"')]).toEqual([state, state === "draft"]);
  }
});

Deno.test("what is all but certain is not told as certain", () => {
  const told = [1, 0.99951, 0.9994, 0.5, 0.0006, 0.0004, 0].map((value) => likely(t, value));
  expect(told).toEqual(["> 99.9%", "> 99.9%", "99.9%", "50%", "0.1%", "< 0.1%", "< 0.1%"]);
});
