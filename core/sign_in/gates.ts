/** Policy hangs on the act and never on a URL: whoever signs in, by whatever method, meets the same gates. */
import type { Act, ActSubject, AnyCtx, AnyPlugin, Gate, Phase } from "../plugin.ts";
import type { Log } from "../observe/log.ts";

export type Decision =
  | { kind: "pass" }
  /** Of each group one method has to be shown: one group for each gate that asked. */
  | { kind: "require"; requirements: string[][] }
  | { kind: "deny"; reason: string };

export interface Gates {
  /** Asks every gate of the act, phase by phase. A gate that throws denies: not knowing is not a yes. */
  ask<A extends Act>(act: A, subject: ActSubject[A]): Promise<Decision>;
}

const phases: Phase[] = ["risk", "factor", "policy"];

export function createGates(plugins: { plugin: AnyPlugin; ctx: AnyCtx }[], log: Log): Gates {
  // A plugin's ctx is made after the gates, which it holds.
  const gates = plugins.flatMap((whose) => (whose.plugin.gates ?? []).map((gate) => ({ gate, whose })));
  return {
    async ask(act, subject) {
      const requirements: string[][] = [];
      for (const phase of phases) {
        for (const { gate, whose } of gates.filter(({ gate }) => gate.act === act && gate.phase === phase)) {
          const verdict = await decide(gate, subject, whose.ctx, log);
          if (verdict.kind === "deny") return verdict;
          if (verdict.kind === "require") requirements.push(verdict.methods);
        }
      }
      return requirements.length > 0 ? { kind: "require", requirements } : { kind: "pass" };
    },
  };
}

async function decide(gate: Gate, subject: ActSubject[Act], ctx: AnyCtx, log: Log) {
  try {
    return await gate.decide(subject, ctx);
  } catch (error) {
    log.error("gate.threw", { gate: gate.name, act: gate.act, error });
    return { kind: "deny" as const, reason: "gate_failed" };
  }
}
