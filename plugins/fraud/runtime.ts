/** What the gates, routes and steps of one service share: lists, caches, the model in use, the queue of notes. */
import type { Keys } from "../../core/keys/keys.ts";
import { type Counted, nothingCounted } from "../../ml/fraud/features/counting.ts";
import type { FraudCtx } from "./ctx.ts";
import { type AddressList, loadAddressList } from "./evidence/address_list.ts";
import { type Kept, keptFresh } from "../../core/kept_fresh.ts";
import { type BroadCounts, createBroadCounts } from "./evidence/broad_counts.ts";
import { type Habits, queryAll, queryHabits } from "./evidence/evidence_query.ts";
import { createMailDomains, type MailDomains, resolveMail } from "./evidence/mail_domains.ts";
import { createNotes, type Notes } from "./notes.ts";
import { openProviders, type Providers } from "./evidence/providers.ts";
import { createServing, type Serving } from "./model/serving.ts";

export interface Runtime {
  datacentres: AddressList | null;
  tor: AddressList | null;
  providers: Providers | null;
  mail_domains: MailDomains;
  all: Kept<Counted>;
  habits: Kept<Habits>;
  broad: BroadCounts;
  notes: Notes;
  serving: Serving;
  /** The process ends: what runs long is given up, and begun again elsewhere. */
  stopping: AbortController;
}

export const noHabits: Habits = {
  hours: {},
  countries: {},
  countries_all: 0,
  clients: {},
  acts: 0,
  registrations_per_day: null,
};

/** One per running service; its keys are the one thing that every ctx of it shares. */
const runtimes = new WeakMap<Keys, Runtime>();

export function runtimeOf(ctx: FraudCtx): Runtime {
  const known = runtimes.get(ctx.keys);
  if (known) return known;
  const { sql, config, core, log } = ctx;
  const broken = (error: unknown) => log.warn("fraud.background_failed", { error });
  const runtime: Runtime = {
    datacentres: null,
    tor: null,
    providers: null,
    mail_domains: createMailDomains(config.mx_lookups ?? core.production ? resolveMail : null),
    all: keptFresh(() => queryAll(sql), { fresh_ms: 1_000, empty: nothingCounted(), broken }),
    habits: keptFresh(() => queryHabits(sql), { fresh_ms: 60_000, empty: noHabits, broken }),
    broad: createBroadCounts(),
    notes: createNotes(ctx),
    serving: createServing(ctx),
    stopping: new AbortController(),
  };
  runtimes.set(ctx.keys, runtime);
  return runtime;
}

/** Before the port opens. @throws OperatorError naming the setting whose file cannot be used */
export async function openRuntime(ctx: FraudCtx): Promise<void> {
  const { config } = ctx;
  const runtime = runtimeOf(ctx);
  runtime.datacentres = await loadAddressList("FRAUD_DATACENTRE_LIST", config.datacentre_list);
  runtime.tor = await loadAddressList("FRAUD_TOR_LIST", config.tor_list);
  runtime.providers = await openProviders(config.asn_database);
  await runtime.serving.refresh();
}
