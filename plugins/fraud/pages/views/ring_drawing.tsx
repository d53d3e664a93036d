/** A ring as a drawing: accounts as circles, what they share as squares. Made on the server; the tables beside it say the same. */
import type { Strings } from "../../../../ui/types.ts";
import type { RingAccount, RingJson } from "../ring_shapes.ts";

export type RiskLevel = "low" | "medium" | "high" | "critical";
export const riskLevels: RiskLevel[] = ["low", "medium", "high", "critical"];

export const levelOfRisk = (risk: number): RiskLevel =>
  riskLevels[Math.min(3, Math.max(0, Math.floor(risk * 4)))];

const width = 640;
const height = 460;
const margin = 26;
/** By risk as well as by colour: whoever sees no colours sees sizes. */
const radii: Record<RiskLevel, number> = { low: 6, medium: 8, high: 10, critical: 12 };
const round = (value: number) => Math.round(value * 10) / 10;
const px = (x: number) => round(margin + x * (width - 2 * margin));
const py = (y: number) => round(margin + y * (height - 2 * margin));

export function RingDrawing({ t, ring }: { t: Strings; ring: RingJson }) {
  const r = t.fraud.rings;
  const { nodes, edges, left_out } = ring.drawing;
  const accounts = new Map(ring.accounts.map((account) => [account.account_id, account]));
  const circles = nodes.filter(({ account_id }) => account_id !== null).length;
  return (
    <figure class="ring">
      <figcaption>
        <p id="ring-about">{r.drawing_about(circles, nodes.length - circles)}</p>
        {left_out > 0 ? <p>{r.left_out(left_out)}</p> : null}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-labelledby="drawing-title"
        aria-describedby="ring-about"
      >
        <g class="ring__edges">
          {edges.map(({ from, to, weight }, at) => (
            <line
              key={at}
              x1={px(nodes[from].x)}
              y1={py(nodes[from].y)}
              x2={px(nodes[to].x)}
              y2={py(nodes[to].y)}
              stroke-width={round(0.6 + 2 * weight)}
            />
          ))}
        </g>
        {nodes.map(({ x, y, account_id, shared }, at) => {
          const kind = shared === null ? undefined : ring.shared[shared]?.kind;
          if (kind) {
            return (
              <Square key={at} x={px(x)} y={py(y)} letter={r.kind_letters[kind]} title={r.kinds[kind]} />
            );
          }
          const account = account_id === null ? undefined : accounts.get(account_id);
          return account ? <Circle key={at} x={px(x)} y={py(y)} account={account} /> : null;
        })}
      </svg>
      <Legend t={t} />
    </figure>
  );
}

function Circle({ x, y, account }: { x: number; y: number; account: RingAccount }) {
  const level = levelOfRisk(account.risk);
  return (
    <g class="ring__account" data-level={level}>
      {account.frozen ? <circle class="ring__frozen" cx={x} cy={y} r={radii[level] + 4} /> : null}
      <circle cx={x} cy={y} r={radii[level]}>
        <title>{account.email}</title>
      </circle>
    </g>
  );
}

function Square({ x, y, letter, title }: { x: number; y: number; letter: string; title?: string }) {
  return (
    <g class="ring__shared">
      <rect x={round(x - 9)} y={round(y - 9)} width="18" height="18" rx="3">
        {title ? <title>{title}</title> : null}
      </rect>
      <text x={x} y={round(y + 4.5)} text-anchor="middle">{letter}</text>
    </g>
  );
}

function Legend({ t }: { t: Strings }) {
  const r = t.fraud.rings;
  const kinds = ["device", "password", "block_shape"] as const;
  return (
    <ul class="ring__legend" aria-label={r.legend}>
      {riskLevels.map((level) => (
        <li key={level}>
          <svg viewBox="0 0 26 26" width="26" height="26" aria-hidden="true">
            <g class="ring__account" data-level={level}>
              <circle cx="13" cy="13" r={radii[level]} />
            </g>
          </svg>
          {r.levels[level]}
        </li>
      ))}
      <li>
        <svg viewBox="0 0 26 26" width="26" height="26" aria-hidden="true">
          <g class="ring__account" data-level="medium">
            <circle class="ring__frozen" cx="13" cy="13" r="11.5" />
            <circle cx="13" cy="13" r="7" />
          </g>
        </svg>
        {r.is_frozen}
      </li>
      {kinds.map((kind) => (
        <li key={kind}>
          <svg viewBox="0 0 26 26" width="26" height="26" aria-hidden="true">
            <Square x={13} y={13} letter={r.kind_letters[kind]} />
          </svg>
          {r.kinds[kind]}
        </li>
      ))}
    </ul>
  );
}
