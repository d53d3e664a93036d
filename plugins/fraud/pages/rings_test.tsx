import { expect } from "expect";
import { checkViews, evil, evilForm } from "../../../core/testing/views.tsx";
import { drawRing } from "../rings/drawing.ts";
import type { RingJson } from "./ring_shapes.ts";
import { RingView } from "./views/ring.tsx";
import { levelOfRisk } from "./views/ring_drawing.tsx";
import { Rings } from "./views/rings.tsx";

const time = "2026-03-01T10:00:00.000Z";
const members = [0.05, 0.4, 0.6, 0.9].map((risk, at) => ({ account_id: `a${at}`, risk }));
const shared = [{ kind: "device" as const, weight: 0.9, accounts: members.map((one) => one.account_id) }];
const ring: RingJson = {
  ...{ ring_id: evil, account_count: 5, risk: 0.7, bad_share: 0.25, cut_off: true, frozen_count: 1 },
  ...{ created_at: time, changed_at: time },
  accounts: members.map((one, at) => ({
    ...one,
    ...{ email: evil, created_at: time, community: at % 2, frozen: at === 0 },
    verdict: at === 1 ? "bad" : null,
  })),
  shared: [{ kind: "device", weight: 0.9, account_count: 4 }],
  drawing: { ...drawRing(members, shared), left_out: 1 },
  freezes: [true, false].map((undone) => ({
    ...{ frozen_at: time, frozen_by: undone ? evil : null, reason: evil, account_count: 3 },
    ...{
      undone_at: undone ? time : null,
      undone_by: undone ? evil : null,
      undone_reason: undone ? evil : null,
    },
  })),
};

checkViews("rings", (t) => ({
  Rings: <Rings t={t} rings={[ring, { ...ring, ring_id: "other", frozen_count: 0 }]} />,
  RingsBare: <Rings t={t} rings={[]} />,
  Ring: <RingView t={t} ring={ring} done={evil} />,
  RingRefused: <RingView t={t} ring={ring} form={{ ...evilForm, errors: { reason: evil } }} />,
  RingBare: (
    <RingView
      t={t}
      ring={{
        ...ring,
        accounts: [],
        shared: [],
        freezes: [],
        drawing: { nodes: [], edges: [], left_out: 0 },
      }}
    />
  ),
}));

Deno.test("a drawing is bounded: the riskiest are drawn, and what joins two of them", () => {
  const many = Array.from({ length: 300 }, (_, at) => ({
    account_id: `${at}`.padStart(3, "0"),
    risk: at / 300,
  }));
  const keys = Array.from({ length: 80 }, (_, at) => ({
    kind: "device" as const,
    weight: 0.5,
    accounts: many.slice(-2 - at).slice(0, 2).map(({ account_id }) => account_id),
  }));
  const { nodes, edges, left_out } = drawRing(many, [...keys, {
    ...keys[0],
    accounts: ["000", many.at(-1)!.account_id],
  }]);
  expect([nodes.length, left_out]).toEqual([150, 200]);
  expect(
    nodes.filter(({ account_id }) => account_id !== null).every(({ account_id }) => account_id! >= "200"),
  )
    .toBe(true);
  for (const { from, to } of edges) {
    expect([typeof nodes[from].account_id, typeof nodes[to].shared]).toEqual(["string", "number"]);
  }
});

Deno.test("a risk has one level", () => {
  expect([0, 0.249, 0.25, 0.5, 0.75, 1, -1, 2].map(levelOfRisk))
    .toEqual(["low", "low", "medium", "high", "critical", "critical", "low", "critical"]);
});
