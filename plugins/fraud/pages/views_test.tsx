import { expect } from "expect";
import { renderToString } from "preact-render-to-string";
import { stringsFor } from "../../../core/i18n/mod.ts";
import { checkViews, evil } from "../../../core/testing/views.tsx";
import { fakes } from "./testing.ts";
import { Decision } from "./views/decision.tsx";
import { Decisions } from "./views/decisions.tsx";
import { driftWord } from "./views/drift.tsx";
import { Model } from "./views/model.tsx";
import { Models } from "./views/models.tsx";
import { Overview } from "./views/overview.tsx";
import { Queue } from "./views/queue.tsx";

const { row, decision, overview, model, models, drift } = fakes(evil);
const none = { today: { allow: 0, challenge: 0, review: 0, deny: 0 }, queue: 0 };

checkViews("fraud", (t) => ({
  Overview: (
    <Overview
      t={t}
      json={overview}
      decisions={[row(), row({ email: null, risk_factors: [] })]}
      find={{ values: { reference: evil }, errors: { reference: evil } }}
    />
  ),
  OverviewBare: <Overview t={t} json={{ ...overview, ...none, shadow: false }} decisions={[]} />,
  Queue: (
    <Queue
      t={t}
      now={decision}
      after={[row()]}
      later={evil}
      more={evil}
      putOff
      left={3}
      saved
      form={{ problem: evil, values: { note: evil } }}
    />
  ),
  QueueBare: <Queue t={t} now={null} after={[]} later={null} more={null} putOff={false} left={0} saved />,
  Decisions: (
    <Decisions
      t={t}
      json={{ decisions: [row(), row({ shadow: true, verdict: "bad" })], next: evil }}
      filters={{ act: evil, account_id: evil }}
      later
      error={evil}
    />
  ),
  DecisionsBare: <Decisions t={t} json={{ decisions: [], next: null }} filters={{}} later={false} />,
  Decision: <Decision t={t} one={decision} saved form={{ problem: evil, values: { note: evil } }} />,
  DecisionBare: (
    <Decision
      t={t}
      one={{
        ...decision,
        ...{ account: null, account_id: null, email: null, history: [], verdicts: [], risk_factors: [] },
        ...{ method: null, workflow_id: null, fallback: null, place: null, ring_id: null, features: {} },
        model: { ...decision.model, kind: "rules" },
      }}
    />
  ),
  Models: <Models t={t} json={models} current={model} drift={drift} done="trained" problem={evil} />,
  ModelsBare: (
    <Models
      t={t}
      json={{ current: null, models: [], trainings: [] }}
      current={null}
      drift={{ measured_at: null, features: [] }}
    />
  ),
  Model: <Model t={t} model={{ ...model, current: false, kind: "trained" }} problem={evil} />,
  ModelOfCard: <Model t={t} model={{ ...model, report: null }} />,
  ModelUntested: (
    <Model t={t} model={{ ...model, report: null, card: { ...model.card, evaluation: null } }} />
  ),
}));

const t = stringsFor("en");

Deno.test("a decision says in a sentence what would have made it another", () => {
  const html = renderToString(<Decision t={t} one={decision} />);
  expect(html).toContain("0.82; would be 0.31 had this device been seen before.");
});

Deno.test("a counterfactual is not said where it is no lower, or of a feature without words", () => {
  const [device, , unknown] = decision.risk_factors;
  for (
    const factor of [
      { ...device, counterfactual: null },
      { ...device, counterfactual: { value: 0, fraud_score: 0.9 } },
      { ...device, counterfactual: { value: 0, fraud_score: 0.819 } },
      unknown,
    ]
  ) {
    const html = renderToString(<Decision t={t} one={{ ...decision, risk_factors: [factor] }} />);
    expect(html).not.toContain("would be");
  }
});

Deno.test("a feature that the catalogue does not know is said as the API says it, and its value is shown", () => {
  const { decision } = fakes("Brand new");
  const html = renderToString(<Decision t={t} one={decision} />);
  expect(html).toContain("<p>Brand new</p>");
  expect(html).toMatch(/Brand new<\/dt><dd class="tabular">2\.00/);
});

Deno.test("verdicts are buttons of a form, so that they work without script", () => {
  const html = renderToString(
    <Queue t={t} now={decision} after={[]} later={null} more={null} putOff={false} left={1} />,
  );
  for (const kind of ["good", "bad", "unsure"]) {
    expect(html).toMatch(new RegExp(`<button[^>]* name="verdict" value="${kind}" type="submit"`));
  }
  expect(html).toMatch(new RegExp(`type="hidden" name="decision_id" value="${decision.decision_id}"`));
});

Deno.test("no model that is in use can be put in use, and none can be trained while one is", () => {
  const html = renderToString(<Models t={t} json={models} current={model} drift={drift} />);
  expect(html.match(/value="promote"/g)).toHaveLength(2);
  expect(html).not.toContain('value="train"');
  const calm = { ...models, trainings: [] };
  expect(renderToString(<Models t={t} json={calm} current={model} drift={drift} />)).toContain(
    'value="train"',
  );
});

Deno.test("drift has words at its customary bounds", () => {
  const rows = [[0, "small"], [0.099, "small"], [0.1, "notable"], [0.249, "notable"], [0.25, "large"], [
    9,
    "large",
  ]];
  for (const [psi, word] of rows) expect([psi, driftWord(psi as number)]).toEqual([psi, word]);
});
