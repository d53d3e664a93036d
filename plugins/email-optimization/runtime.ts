/** What the advice, routes and commands of one service share: what stands, who takes mail, and the key to sign with. */
import { type Kept, keptFresh } from "../../core/kept_fresh.ts";
import type { Keys } from "../../core/keys/keys.ts";
import { parseSender } from "../../core/mail/message.ts";
import type { EmailCtx } from "./ctx.ts";
import { type Signer, signerOf } from "./deliverability/dkim_keys.ts";
import { createDns } from "./deliverability/dns.ts";
import { createMailDomains, type MailDomains } from "./deliverability/mail_domains.ts";
import { type Standings, standingsReader } from "./experiments/standings.ts";

export interface Runtime {
  standings: Kept<Standings>;
  /** Null where nobody is asked. */
  mail_domains: MailDomains | null;
  signer: Kept<Signer | null>;
}

const [standingsFresh, signerFresh] = [3_000, 60_000];

/** One per running service; its keys are the one thing that every ctx of it shares. */
const runtimes = new WeakMap<Keys, Runtime>();

export function runtimeOf(ctx: EmailCtx): Runtime {
  const known = runtimes.get(ctx.keys);
  if (known) return known;
  const { config, core } = ctx;
  const runtime: Runtime = {
    standings: keepStandings(ctx),
    mail_domains: config.mx_lookups ?? core.production ? createMailDomains(createDns()) : null,
    signer: keepSigner(ctx),
  };
  runtimes.set(ctx.keys, runtime);
  return runtime;
}

/** What an operator has changed counts here at once, and on other replicas within seconds. */
export function forgetStandings(ctx: EmailCtx): void {
  runtimeOf(ctx).standings = keepStandings(ctx);
}

export function forgetSigner(ctx: EmailCtx): void {
  runtimeOf(ctx).signer = keepSigner(ctx);
}

function keepStandings({ sql, log }: EmailCtx): Kept<Standings> {
  return keptFresh(standingsReader(sql), {
    fresh_ms: standingsFresh,
    empty: new Map(),
    broken: (error) => log.warn("email.standings_unread", { error }),
  });
}

function keepSigner({ sql, keys, config, core, log }: EmailCtx): Kept<Signer | null> {
  const { address } = parseSender(core.smtp_from);
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  const read = () =>
    config.dkim === "never" ? Promise.resolve(null) : signerOf(sql, keys, domain, config.dkim === "always");
  return keptFresh(read, {
    fresh_ms: signerFresh,
    empty: null,
    broken: (error) => log.error("email.signer_unread", { error }),
  });
}
