/** Risk that flows along what accounts share. */

/** What is known of an account by itself. */
export interface Standing {
  /** 0 to 1. */
  own_risk: number;
  /** Judged by an operator: what flows does not change it. */
  verdict: "good" | "bad" | null;
}

export const unknownStanding: Standing = { own_risk: 0, verdict: null };

export interface Flow {
  /** 0 to 1: its own, or what arrived, whichever is more. */
  risk: number;
  /** 0 to 1: from others alone. */
  arrived: number;
}

/** What passes one link, at most; the rest stays behind, so that far away little arrives. */
const damping = 0.85;
/**
 * Of a risk that nobody has judged so much is passed on: a suspicion that raises that of others, and is raised by
 * theirs in turn, must die down.
 */
const suspicion = 0.6;
const iterationsMax = 12;
const enough = 1e-4;
/** Between the mean (1) and the greatest (infinity): one bad account among many counts, but not as if all were. */
const power = 3;

/** The mean that `power` says; 0 of none. */
export function powerMean(values: number[]): number {
  if (values.length === 0) return 0;
  return (values.reduce((sum, value) => sum + value ** power, 0) / values.length) ** (1 / power);
}

/**
 * Each account passes on what it has itself, or what arrives from those it shares with, whichever is more: what flows
 * never grows, not even in a circle, so nobody is worse than the worst that they are joined with.
 *
 * @param keys members as places in `standings`, each at most once; weight 0 to 1
 * @returns one for each standing
 */
export function flowRisk(standings: Standing[], keys: { weight: number; members: number[] }[]): Flow[] {
  const own = standings.map(({ own_risk, verdict }) =>
    verdict === "bad" ? 1 : verdict === "good" ? 0 : Math.min(1, Math.max(0, own_risk))
  );
  const pinned = standings.map(({ verdict }) => verdict !== null);
  let arrived = standings.map(() => 0);
  for (let round = 0; round < iterationsMax; round++) {
    const passed = own.map((risk, at) => pinned[at] ? risk : Math.max(risk * suspicion, arrived[at]));
    const next = arrivals(passed, keys);
    const change = next.reduce((most, value, at) => Math.max(most, Math.abs(value - arrived[at])), 0);
    arrived = next;
    if (change < enough) break;
  }
  return own.map((risk, at) => ({
    risk: pinned[at] ? risk : Math.max(risk, arrived[at]),
    arrived: arrived[at],
  }));
}

function arrivals(passed: number[], keys: { weight: number; members: number[] }[]): number[] {
  const arrived = passed.map(() => 0);
  for (const { weight, members } of keys) {
    if (members.length < 2) continue;
    const sum = members.reduce((sum, member) => sum + passed[member] ** power, 0);
    for (const member of members) {
      // Without itself: nobody is suspicious for being like themselves.
      const others = Math.max(0, sum - passed[member] ** power) / (members.length - 1);
      arrived[member] = Math.max(arrived[member], damping * weight * others ** (1 / power));
    }
  }
  return arrived;
}
