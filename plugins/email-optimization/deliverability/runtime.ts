/** What the parts of one service share: what is known of domains, and the key that mail is signed with. */
import { type Kept, keptFresh } from "../../../core/kept_fresh.ts";
import type { Keys } from "../../../core/keys/keys.ts";
import { parseSender } from "../../../core/mail/message.ts";
import type { EmailCtx } from "../ctx.ts";
import { type Signer, signerOf } from "./dkim_keys.ts";
import { createDns } from "./dns.ts";
import { createMailDomains, type MailDomains } from "./mail_domains.ts";

export interface Deliverability {
  /** Null: nobody is asked. */
  mail_domains: MailDomains | null;
  signer: Kept<Signer | null>;
}

const signerFreshMs = 60_000;

/** One for each running service; its keys are the one thing that every ctx of it shares. */
const known = new WeakMap<Keys, Deliverability>();

export function deliverabilityOf(ctx: EmailCtx): Deliverability {
  const there = known.get(ctx.keys);
  if (there) return there;
  const { core, config } = ctx;
  // In development mail goes to people that no DNS knows.
  const asks = config.mx_lookups ?? (core.production && core.smtp_server !== null);
  const made = { mail_domains: asks ? createMailDomains(createDns()) : null, signer: keepSigner(ctx) };
  known.set(ctx.keys, made);
  return made;
}

/** Another key is in use: it counts here at once, and on other replicas within a minute. */
export function forgetSigner(ctx: EmailCtx): void {
  deliverabilityOf(ctx).signer = keepSigner(ctx);
}

function keepSigner(ctx: EmailCtx): Kept<Signer | null> {
  const { sql, keys, config, log } = ctx;
  const { domain } = senderOf(ctx);
  const read = () =>
    config.dkim === "never" ? Promise.resolve(null) : signerOf(sql, keys, domain, config.dkim === "always");
  return keptFresh(read, {
    fresh_ms: signerFreshMs,
    empty: null,
    broken: (error) => log.error("mail.signer_unread", { error }),
  });
}

/** The address that mail comes from, and its domain. */
export function senderOf({ core }: Pick<EmailCtx, "core">): { sender: string; domain: string } {
  const sender = parseSender(core.smtp_from).address;
  return { sender, domain: sender.slice(sender.lastIndexOf("@") + 1).toLowerCase() };
}
