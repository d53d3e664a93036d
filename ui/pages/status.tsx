import { Card, DefinitionList } from "../components/basics.tsx";
import { Island } from "../components/island.tsx";
import StatusBoard from "../islands/StatusBoard.tsx";
import { lookUp, statusParts } from "../status.ts";
import type { HealthJson, Strings, TemporalStatusJson } from "../types.ts";

/** Both as `/health` and `/temporal-status` answered them; null for an answer that did not come. */
export interface StatusProps {
  t: Strings;
  health: HealthJson | null;
  temporal: TemporalStatusJson | null;
}

export function Status({ t, health, temporal }: StatusProps) {
  const s = t.status;
  return (
    <div class="split page--wide">
      <Island
        of={StatusBoard}
        props={{
          parts: statusParts(t.islands.status, health, temporal),
          moods: {
            all_up: { title: s.all_up, text: s.all_up_text },
            direct: { title: s.direct, text: s.direct_text },
            trouble: { title: s.trouble, text: s.trouble_text },
          },
          label: s.parts_title,
          t: t.islands.status,
        }}
      />
      {temporal && (temporal.address || temporal.progress || temporal.last_error)
        ? (
          <Card title={s.temporal_title} id="temporal">
            <DefinitionList
              facts={{
                [s.details.address]: temporal.address ? <span class="mono">{temporal.address}</span> : null,
                [s.details.namespace]: temporal.namespace
                  ? <span class="mono">{temporal.namespace}</span>
                  : null,
                [s.details.source]: temporal.source ? lookUp(s.sources, temporal.source) : null,
                [s.details.worker]: temporal.worker ? lookUp(s.workers, temporal.worker.state) : null,
                [s.details.open_workflows]: numberOrNull(t, temporal.open_workflows),
                [s.details.progress]: temporal.progress,
                [s.details.last_error]: temporal.last_error ?? temporal.worker?.last_error,
              }}
            />
          </Card>
        )
        : null}
    </div>
  );
}

function numberOrNull(t: Strings, value: number | null | undefined): string | null {
  return typeof value === "number" ? t.format.number(value) : null;
}
