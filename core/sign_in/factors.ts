/** The methods that plugins bring to answer challenges with. */
import { type Check, compileCheck } from "../http/validate.ts";
import type { AnyCtx, AnyPlugin, Factor } from "../plugin.ts";
import type { Strength } from "./acr.ts";

export interface Offered {
  method: string;
  strength: Strength;
}

export interface Found {
  factor: Factor;
  ctx: AnyCtx;
  /** Reads what was sent as the factor's `body`. @throws {Problem} 422 `invalid_request` */
  read: Check;
}

export interface Factors {
  find(method: string): Found | null;
  strengthsOf(methods: string[]): Strength[];
  /** What the account can be asked for now; not what is only there to make something new. */
  offered(account_id: string): Promise<Offered[]>;
  /**
   * Puts the account's own methods in the place of `mfa`: the strong ones, or where it has none, the weak ones. A group
   * that the `amr` shown so far meets already is left out; one that nothing of the account's can meet is empty.
   */
  expand(account_id: string, requirements: string[][], amr: string[]): Promise<string[][]>;
  /** Of several groups' methods, those that may be shown now: what comes last is hidden until the rest is done. */
  open(unmet: string[][]): string[];
}

export function createFactors(plugins: { plugin: AnyPlugin; ctx: AnyCtx }[]): Factors {
  const factors = new Map<string, Found>();
  for (const each of plugins) {
    for (const factor of each.plugin.factors ?? []) {
      factors.set(factor.method, {
        factor,
        read: compileCheck(factor.body, "refuse"),
        get ctx() {
          return each.ctx;
        },
      });
    }
  }
  const comesLast = (method: string) => factors.get(method)?.factor.comes_last === true;

  async function offered(account_id: string): Promise<Offered[]> {
    const asked = [...factors.values()].filter(({ factor }) => !factor.comes_last);
    const answers = await Promise.all(
      asked.map(async ({ factor, ctx }) => await factor.offered(account_id, ctx) ? [factor] : []),
    );
    return answers.flat().map(({ method, strength }) => ({ method, strength }));
  }

  return {
    find: (method) => factors.get(method) ?? null,
    strengthsOf: (methods) => methods.flatMap((method) => factors.get(method)?.factor.strength ?? []),
    offered,
    async expand(account_id, requirements, amr) {
      if (!requirements.some((group) => group.includes("mfa"))) return requirements;
      const mine = await offered(account_id);
      const of = (strength: Strength) =>
        mine.filter((one) => one.strength === strength).map(({ method }) => method);
      const strong = of("strong");
      const own = strong.length > 0 ? strong : of("weak");
      return requirements.flatMap((group) => {
        if (!group.includes("mfa")) return [group];
        if (amr.includes("mfa")) return [];
        return [[...new Set([...group.filter((method) => method !== "mfa"), ...own])]];
      });
    },
    open(unmet) {
      const now = unmet.filter((group) => !group.some(comesLast));
      return [...new Set((now.length > 0 ? now : unmet).flat())];
    },
  };
}
