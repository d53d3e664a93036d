/** The model that answers in this process: read from its file or its table, looked after every few seconds. */
import type { Report } from "../../../ml/fraud/evaluate.ts";
import { feature_version, featureNames } from "../../../ml/fraud/features/mod.ts";
import { type FraudModel, loadModel, scoreWith } from "../../../ml/fraud/model.ts";
import type { FraudCtx } from "../ctx.ts";
import { admitPrior, findCurrent, findFile } from "./model_store.ts";

export interface Served {
  /** Null: rules answer, and `why` says why. */
  model: FraudModel | null;
  why: string | null;
}

export interface Serving {
  /** At most a few seconds old. */
  get(): Promise<Served>;
  /** Looks now: after a promotion, and at start. */
  refresh(): Promise<void>;
  now(): Served;
}

export const priorFile = new URL("../../../ml/fraud/model/prior.json", import.meta.url);
const priorReportFile = new URL("../../../ml/fraud/model/prior_report.json", import.meta.url);

/** The curves that come with the prior. Null where there are none of this very model: nothing depends on them. */
async function priorReport(hash: string): Promise<Report | null> {
  try {
    const found = JSON.parse(await Deno.readTextFile(priorReportFile));
    return found.hash === hash ? found.report : null;
  } catch {
    return null;
  }
}

const freshMilliseconds = 2_000;
/** Whoever comes after a silence waits for the look: a promotion holds everywhere within seconds. */
const staleMilliseconds = 8_000;

export function createServing(
  ctx: Pick<FraudCtx, "sql" | "log" | "metrics">,
  file: URL = priorFile,
): Serving {
  const { sql, log } = ctx;
  let served: Served = { model: null, why: "no model was read yet" };
  let looked_at = 0;
  let looking: Promise<void> | null = null;
  let prior: { model: FraudModel; stamp: string } | null = null;

  /** Null: there is no file. @throws ModelRefused */
  async function readPrior(): Promise<FraudModel | null> {
    const found = await Deno.stat(file).catch(() => null);
    if (!found) {
      prior = null;
      return null;
    }
    const stamp = `${found.mtime?.getTime()}/${found.size}/${found.ino}`;
    if (prior?.stamp === stamp) return prior.model;
    prior = null;
    const model = usable(loadModel(await Deno.readTextFile(file)));
    prior = { model, stamp };
    const { version, hash, kind, card } = model;
    const report = await priorReport(hash);
    await sql.begin((tx) => admitPrior(tx, { version, hash, kind, card, file: null, report }));
    return model;
  }

  async function look(): Promise<void> {
    const found = await readPrior().catch((error) => ({ refused: reasonOf(error) }));
    const own = found && "refused" in found ? null : found;
    const current = await findCurrent(sql);
    if (!current) {
      const why = found && "refused" in found ? found.refused : "there is no model file";
      return set({ model: null, why });
    }
    const { version, hash, online } = current;
    if (current.kind === "prior") {
      if (own?.hash === hash) return set({ model: { ...own, online }, why: null });
      const why = found && "refused" in found
        ? found.refused
        : own
        ? `the prior's file is another than ${version}`
        : `the file of ${version} is gone`;
      return set({ model: null, why });
    }
    if (served.model?.hash === hash) return set({ model: { ...served.model, online }, why: null });
    try {
      const text = await findFile(sql, version);
      if (text === null) throw new Error(`the file of ${version} is gone`);
      const model = usable(loadModel(text));
      if (model.hash !== hash) throw new Error(`${version} is not the model it was stored as`);
      warm(model);
      set({ model: { ...model, online }, why: null });
    } catch (error) {
      set({ model: null, why: reasonOf(error) });
    }
  }

  function set(next: Served): void {
    const changed = next.model?.hash !== served.model?.hash || next.why !== served.why;
    if (changed && next.model) {
      log.info("fraud.model_in_use", { version: next.model.version, hash: next.model.hash });
      warm(next.model);
    }
    if (changed && !next.model) log.warn("fraud.rules_answer", { why: next.why });
    served = next;
  }

  function renew(): Promise<void> {
    looking ??= look()
      .catch((error) => log.warn("fraud.model_unread", { error }))
      .finally(() => {
        looked_at = Date.now();
        looking = null;
      });
    return looking;
  }

  return {
    async get() {
      const age = Date.now() - looked_at;
      if (age > freshMilliseconds) {
        const looked = renew();
        if (age > staleMilliseconds) await looked;
      }
      return served;
    },
    async refresh() {
      // One that is under way may have looked before what is asked about happened.
      await looking;
      await renew();
    },
    now: () => served,
  };
}

/** @throws Error when its columns are not those that are computed now */
function usable(model: FraudModel): FraudModel {
  const same = model.feature_version === feature_version && model.features.length === featureNames.length &&
    model.features.every((name, i) => name === featureNames[i]);
  if (!same) throw new Error(`${model.version} was trained on other features than these`);
  return model;
}

/** What runs for the first time is slow, and the first act to be judged has a time limit, too. */
function warm(model: FraudModel): void {
  for (let i = 0; i < 5; i++) scoreWith(model, model.typical);
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0].slice(0, 200);
