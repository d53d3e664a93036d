/** The sender's domain is looked at, and a key whose record is seen there is put in use. */
import { createOutgoing, type Outgoing } from "../../../core/net/outgoing.ts";
import type { EmailCtx } from "../ctx.ts";
import { forgetSigner } from "../runtime.ts";
import { type DkimKey, dkimKeys, makeDkimKey, useDkimKey } from "./dkim_keys.ts";
import { createDns, type Dns, DnsFailure } from "./dns.ts";
import { isPublished } from "./domain_checks.ts";
import { checkDomain, claimCheck, type DomainReport, storeReport } from "./domain_report.ts";
import { senderOf, type Sending, sendingOf } from "./sending.ts";

/** What the checks ask; others in tests. */
export interface Asked {
  dns?: Dns;
  outgoing?: Outgoing;
}

const [policySeconds, everyHours] = [5, 6];

/** Asks the DNS a few dozen questions; stores what was found. Seconds at worst. */
export async function checkNow(
  ctx: EmailCtx,
  { dns = createDns(), outgoing }: Asked = {},
): Promise<DomainReport> {
  const { sql, config } = ctx;
  const { sender, domain } = senderOf(ctx);
  const keys = await usePublished(ctx, dns, await dkimKeys(sql, domain));
  const report = await checkDomain({
    ...{ dns, domain, sender, keys },
    outgoing: outgoing ?? createOutgoing({ allow_private: [], timeout_seconds: policySeconds }),
    sending: await whence(ctx, dns),
    signing: config.dkim,
  });
  await storeReport(sql, report);
  return report;
}

/** The newest key that waits takes over once its record is seen (`dkim: published`). */
async function usePublished(ctx: EmailCtx, dns: Dns, keys: DkimKey[]): Promise<DkimKey[]> {
  const { sql, config, log } = ctx;
  const waiting = keys.find(({ state }) => state === "new");
  if (!waiting || config.dkim !== "published") return keys;
  const there = await isPublished(dns, waiting).catch((error) => {
    if (error instanceof DnsFailure) return false;
    throw error;
  });
  if (!there || !await useDkimKey(sql, waiting.domain, waiting.selector)) return keys;
  log.info("mail.dkim_key_in_use", { selector: waiting.selector });
  forgetSigner(ctx);
  return await dkimKeys(sql, waiting.domain);
}

/** The relay's name may be unknown for now, and the rest is worth telling all the same. */
async function whence({ core, config }: EmailCtx, dns: Dns): Promise<Sending> {
  const configured = config.sending_addresses;
  try {
    return await sendingOf(dns, { smtp_server: core.smtp_server, configured });
  } catch (error) {
    if (error instanceof DnsFailure) return { addresses: [], from: "unknown", include: null };
    throw error;
  }
}

/** Every six hours, by one of all replicas, where mail goes out to the world. */
export async function checkInTurn(ctx: EmailCtx): Promise<void> {
  const { core, sql, log } = ctx;
  if (!core.production || core.smtp_server === null) return;
  if (!await claimCheck(sql, senderOf(ctx).domain, everyHours)) return;
  const { checks } = await checkNow(ctx);
  const bad = checks.filter(({ state }) => state === "bad").map(({ code }) => code);
  if (bad.length > 0) log.warn("mail.domain_to_mend", { codes: bad });
}

/** A key to publish; the one that waits already where there is one. Not where nothing is signed. */
export async function keyToPublish({ sql, keys, config, core }: EmailCtx): Promise<DkimKey | null> {
  return config.dkim === "never" ? null : await makeDkimKey(sql, keys, senderOf({ core }).domain);
}
