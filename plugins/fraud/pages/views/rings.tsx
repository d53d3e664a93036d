/** `/operate/fraud/rings`: accounts that are joined by what they share. */
import { Card, EmptyState, StatusDot, Table, type Tone } from "../../../../ui/components/basics.tsx";
import { OperatorLayout, Time } from "../../../../ui/components/layouts.tsx";
import type { Strings } from "../../../../ui/types.ts";
import { riskPaths } from "../paths.ts";
import type { RingRow } from "../ring_shapes.ts";
import { percent, score } from "./parts.tsx";
import { levelOfRisk, type RiskLevel } from "./ring_drawing.tsx";

const tones: Record<RiskLevel, Tone | "calm"> = {
  low: "good",
  medium: "calm",
  high: "warn",
  critical: "bad",
};

export const RiskDot = ({ t, risk }: { t: Strings; risk: number }) => (
  <StatusDot tone={tones[levelOfRisk(risk)]}>{score(t, risk)}</StatusDot>
);

export function Rings({ t, rings }: { t: Strings; rings: RingRow[] }) {
  const r = t.fraud.rings;
  return (
    <OperatorLayout t={t} current={riskPaths.rings} title={r.title} lead={r.lead}>
      <Card id="rings" title={rings.length > 0 ? r.list : undefined} lead={r.how}>
        {rings.length === 0 ? <EmptyState title={r.none}>{r.none_text}</EmptyState> : (
          <Table
            caption={r.title}
            columns={{
              accounts: r.members,
              risk: r.risk,
              bad: r.bad_share,
              frozen: r.frozen,
              changed: r.changed,
            }}
            rows={rings.map((ring) => ({
              key: ring.ring_id,
              cells: {
                accounts: <a href={riskPaths.ring(ring.ring_id)}>{r.accounts(ring.account_count)}</a>,
                risk: <RiskDot t={t} risk={ring.risk} />,
                bad: percent(t, ring.bad_share),
                frozen: ring.frozen_count === 0
                  ? r.nothing
                  : r.frozen_of(ring.frozen_count, ring.account_count),
                changed: <Time t={t} when={ring.changed_at} />,
              },
            }))}
          />
        )}
      </Card>
    </OperatorLayout>
  );
}
