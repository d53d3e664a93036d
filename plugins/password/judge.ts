/** Says how good a password is. What it needs is loaded once: in production at start, else when it is first asked. */
import type { CoreConfig } from "../../core/config.ts";
import type { Log } from "../../core/observe/log.ts";
import { analyse, type AnalysisParts, type Findings, type Person } from "../../ml/passwords/analysis.ts";
import type { BreachFilter } from "../../ml/passwords/breached.ts";
import type { GuessModel } from "../../ml/passwords/guess_model.ts";
import type { KnownList } from "../../ml/passwords/known_list.ts";
import { findPersonal } from "../../ml/passwords/personal.ts";
import type { PatternFinder } from "../../ml/passwords/patterns.ts";
import { breachFilter } from "./breach.ts";
import { siteNames } from "./policy.ts";

/** Analyses run one after another; whoever comes when so many wait is told to come back. */
export const waitingMax = 48;
/** With so many before it, the rules answer without the model. */
const hurriedFrom = 16;
/** After it the rules answer alone. */
const modelMilliseconds = 100;

export class JudgeBusy extends Error {
  override name = "JudgeBusy";
}

export interface Judge {
  /** Loads now what whoever asks first would wait for. */
  open(): Promise<void>;
  /**
   * @param password after NFKC
   * @throws JudgeBusy when too many wait
   */
  findings(password: string, person: Person): Promise<Findings>;
  /** The same, but null when nothing is loaded yet (then it begins to load) or too many wait. */
  atOnce(password: string, person: Person): Promise<Findings | null>;
  close(): Promise<void>;
}

interface Loaded {
  patterns: PatternFinder;
  list: KnownList | null;
  breach: BreachFilter | null;
  words: string[];
}

export interface JudgeParts {
  core: Pick<CoreConfig, "site_name" | "backend_url">;
  config: { breach_filter_file: string | null };
  log: Pick<Log, "warn">;
  /** Those of `ml/passwords`; others for tests. */
  openModel?: () => Promise<GuessModel>;
}

export function createJudge(parts: JudgeParts): Judge {
  const { core, log, openModel = openShippedModel } = parts;
  const site_names = siteNames(core);
  let loading: Promise<Loaded> | null = null;
  let loaded = false;
  let model: GuessModel | null = null;
  let model_away: AnalysisParts["model_away"] = "loading";
  let opening: Promise<void> | null = null;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  function load(): Promise<Loaded> {
    opening ??= openModel().then((opened) => {
      model = opened;
      model_away = null;
    }, (error) => {
      model_away = "missing";
      // Once: without it the rules answer until the next start, and every answer says so.
      log.warn("password.model_missing", { error });
    });
    return loading ??= loadRules(parts).then((rules) => {
      loaded = true;
      return rules;
    }, (error) => {
      loading = null;
      throw error;
    });
  }

  async function judge(password: string, person: Person, hurried: boolean): Promise<Findings> {
    const { patterns, list, breach, words } = await load();
    return await analyse(password, { ...person, site_names }, {
      patterns,
      list,
      words,
      model: hurried ? null : model,
      model_away: hurried ? "busy" : model_away,
      breach,
      personal: findPersonal,
      model_time_max: modelMilliseconds,
    });
  }

  function queue(password: string, person: Person): Promise<Findings> {
    if (waiting >= waitingMax) return Promise.reject(new JudgeBusy("too many passwords wait to be judged"));
    const hurried = waiting++ >= hurriedFrom;
    const mine = last.then(() => judge(password, person, hurried)).finally(() => waiting--);
    last = mine.catch(() => {});
    return mine;
  }

  return {
    async open() {
      await load();
      await opening;
    },
    findings: queue,
    async atOnce(password, person) {
      if (!loaded) {
        load().catch((error) => log.warn("password.judge_away", { error }));
        return null;
      }
      return waiting >= hurriedFrom ? null : await queue(password, person);
    },
    async close() {
      await opening;
      await model?.close();
    },
  };
}

async function loadRules({ log, config: { breach_filter_file } }: JudgeParts): Promise<Loaded> {
  const { openDictionaries } = await import("../../ml/passwords/dictionaries.ts");
  const { openPatterns } = await import("../../ml/passwords/patterns.ts");
  const { openKnownList } = await import("../../ml/passwords/known_list.ts");
  const list = await openKnownList().catch((error) => {
    log.warn("password.list_missing", { error });
    return null;
  });
  const breach = await breachFilter(breach_filter_file).catch((error) => {
    log.warn("password.breach_filter_missing", { error });
    return null;
  });
  const dictionaries = await openDictionaries();
  return { patterns: openPatterns(dictionaries), list, breach, words: dictionaries.dice };
}

async function openShippedModel(): Promise<GuessModel> {
  const { openGuessModel } = await import("../../ml/passwords/guess_model.ts");
  return await openGuessModel();
}
