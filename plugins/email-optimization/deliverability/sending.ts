/** From where mail goes out: which servers receivers see. */
import { type CoreConfig, isLoopback } from "../../../core/config.ts";
import { isV4, readAddress } from "../../../core/http/client_address.ts";
import { parseSender } from "../../../core/mail/message.ts";
import { isPublic } from "../../../core/net/address_rules.ts";
import type { Dns } from "./dns.ts";

export interface Sending {
  /** Public addresses that mail is seen to come from; empty: not known. */
  addresses: string[];
  /** `configured`: an operator says so. `relay`: those of SMTP_SERVER, which may send from others. */
  from: "configured" | "relay" | "unknown";
  /** What a service that sends for many wants in an SPF record. */
  include: string | null;
}

/** Services that send for many, by the end of their relay's name. */
const services: [RegExp, string][] = [
  [/(^|\.)amazonaws\.com$/, "amazonses.com"],
  [/(^|\.)sendgrid\.net$/, "sendgrid.net"],
  [/(^|\.)mailgun\.org$/, "mailgun.org"],
  [/(^|\.)postmarkapp\.com$/, "spf.mtasv.net"],
  [/(^|\.)(gmail|google)\.com$/, "_spf.google.com"],
  [/(^|\.)office365\.com$|(^|\.)outlook\.com$/, "spf.protection.outlook.com"],
  [/(^|\.)brevo\.com$|(^|\.)sendinblue\.com$/, "spf.brevo.com"],
  [/(^|\.)mailjet\.com$/, "spf.mailjet.com"],
  [/(^|\.)zoho\.(com|eu)$/, "zoho.com"],
];
const addressesMax = 10;

/** The address that mail comes from, and its domain. */
export function senderOf(
  { core }: { core: Pick<CoreConfig, "smtp_from"> },
): { sender: string; domain: string } {
  const sender = parseSender(core.smtp_from).address;
  return { sender, domain: sender.slice(sender.lastIndexOf("@") + 1).toLowerCase() };
}

/** @throws DnsFailure */
export async function sendingOf(
  dns: Dns,
  { smtp_server, configured }: { smtp_server: string | null; configured: string[] },
): Promise<Sending> {
  const include = services.find(([name]) => name.test(smtp_server?.toLowerCase() ?? ""))?.[1] ?? null;
  const said = configured.filter((one) => readAddress(one) !== null).slice(0, addressesMax);
  if (said.length > 0) return { addresses: said, from: "configured", include };
  if (smtp_server === null || isLoopback(smtp_server) || include) {
    return { addresses: [], from: "unknown", include };
  }
  const all = readAddress(smtp_server) ? [smtp_server] : await dns.addresses(smtp_server);
  const addresses = all.filter((one) => isPublic(readAddress(one) ?? new Uint8Array(16))).slice(
    0,
    addressesMax,
  );
  return { addresses, from: addresses.length > 0 ? "relay" : "unknown", include };
}

/** The terms that let these servers send. */
export function spfTerms({ addresses, include }: Sending): string[] {
  if (include) return [`include:${include}`];
  return addresses.map((one) => `${isV4(readAddress(one)!) ? "ip4" : "ip6"}:${one}`);
}
