/** Policy hangs on the act and never on a URL: whoever signs in, by whatever method, meets the same gates. */
import type { Act, ActSubject, AnyCtx, AnyPlugin, Assessment, Gate, Phase, Verdict } from "../plugin.ts";
import { isUnavailable } from "../http/problem_response.ts";
import type { Log } from "../observe/log.ts";

export type Decision =
  /** Of the gate that assessed the risk, if one did. */
  & { assessment?: Assessment }
  & (
    | { kind: "pass" }
    /** Of each group one method has to be shown: one group for each gate that asked. */
    | { kind: "require"; requirements: string[][] }
    | { kind: "deny"; reason: string }
  );

export interface Gates {
  /**
   * Asks every gate of the act, phase by phase. A gate that throws denies: not knowing is not a yes.
   *
   * @throws what a gate throws while the database is away: the act is not done, and may be asked for again
   */
  ask<A extends Act>(act: A, subject: ActSubject[A]): Promise<Decision>;
}

const phases: Phase[] = ["risk", "factor", "policy"];

export function createGates(plugins: { plugin: AnyPlugin; ctx: AnyCtx }[], log: Log): Gates {
  // A plugin's ctx is made after the gates, which it holds.
  const gates = plugins.flatMap((whose) => (whose.plugin.gates ?? []).map((gate) => ({ gate, whose })));
  return {
    async ask(act, subject) {
      const requirements: string[][] = [];
      let assessment: Assessment | undefined;
      for (const phase of phases) {
        for (const { gate, whose } of gates.filter(({ gate }) => gate.act === act && gate.phase === phase)) {
          const verdict = await decide(gate, subject, whose.ctx, log);
          assessment ??= verdict.assessment;
          if (verdict.kind === "deny") return { ...verdict, assessment };
          if (verdict.kind === "require") requirements.push(verdict.methods);
        }
      }
      return requirements.length > 0
        ? { kind: "require", requirements, assessment }
        : { kind: "pass", assessment };
    },
  };
}

async function decide(gate: Gate, subject: ActSubject[Act], ctx: AnyCtx, log: Log): Promise<Verdict> {
  try {
    return await gate.decide(subject, ctx);
  } catch (error) {
    // Nobody is told that they were refused, and no story ends, because of a restart.
    if (isUnavailable(error)) throw error;
    log.error("gate.threw", { gate: gate.name, act: gate.act, error });
    return { kind: "deny", reason: "gate_failed" };
  }
}
