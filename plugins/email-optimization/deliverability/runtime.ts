/** What the parts of one service share: the resolver, what is known of domains, and the key that mail is signed with. */
import { type Kept, keptFresh } from "../../../core/kept_fresh.ts";
import type { Keys } from "../../../core/keys/keys.ts";
import { parseSender } from "../../../core/mail/message.ts";
import { createOutgoing, type Outgoing } from "../../../core/net/outgoing.ts";
import type { EmailCtx } from "../ctx.ts";
import { type Signer, signerOf } from "./dkim_keys.ts";
import { createDns, type Dns } from "./dns.ts";
import { createMailDomains, type MailDomains } from "./mail_domains.ts";

export interface Deliverability {
  /** Of the sender's address. */
  domain: string;
  sender: string;
  dns: Dns;
  outgoing: Outgoing;
  /** Null: nobody is asked. */
  mail_domains: MailDomains | null;
  signer: Kept<Signer | null>;
}

const [signerFreshMs, policySeconds] = [60_000, 5];

/** One for each running service; its keys are the one thing that every ctx of it shares. */
const known = new WeakMap<Keys, Deliverability>();

/** @param dns for tests, at the first call */
export function deliverabilityOf(ctx: EmailCtx, dns: Dns = createDns()): Deliverability {
  const there = known.get(ctx.keys);
  if (there) return there;
  const { core, config, keys, log, sql } = ctx;
  const sender = parseSender(core.smtp_from).address;
  const domain = sender.slice(sender.lastIndexOf("@") + 1).toLowerCase();
  const made: Deliverability = {
    ...{ domain, sender, dns },
    outgoing: createOutgoing({ allow_private: [], timeout_seconds: policySeconds }),
    // In development mail goes to people that no DNS knows.
    mail_domains: config.mx_lookups ?? (core.production && core.smtp_server !== null)
      ? createMailDomains(dns)
      : null,
    signer: keptFresh(
      async () =>
        config.dkim === "never" ? null : await signerOf(sql, keys, domain, config.dkim === "always"),
      {
        fresh_ms: signerFreshMs,
        empty: null,
        broken: (error) => log.warn("mail.signer_missing", { error }),
      },
    ),
  };
  known.set(ctx.keys, made);
  return made;
}
