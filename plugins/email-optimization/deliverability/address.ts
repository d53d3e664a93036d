/** What can be said of an address before anything is sent to it. */
import { parseEmail } from "../../../core/email_address.ts";
import { isDisposable, isFreeProvider, isRole } from "../../../ml/lists/domains.ts";
import type { MailDomains, TakesMail } from "./mail_domains.ts";

export type DomainClass = "google" | "microsoft" | "yahoo" | "apple" | "free" | "disposable" | "other";

const big: [Exclude<DomainClass, "free" | "disposable" | "other">, RegExp][] = [
  ["google", /^(gmail|googlemail)\.com$/],
  ["microsoft", /^(outlook|hotmail|live|msn)\.[a-z.]{2,6}$/],
  ["yahoo", /^(yahoo\.[a-z.]{2,6}|ymail\.com|rocketmail\.com|aol\.com)$/],
  ["apple", /^(icloud|me|mac)\.com$/],
];

/** Coarse: who sorts the mail of this domain. */
export function domainClass(domain: string): DomainClass {
  const name = domain.toLowerCase();
  const found = big.find(([, names]) => names.test(name));
  if (found) return found[0];
  if (isDisposable(name)) return "disposable";
  return isFreeProvider(name) ? "free" : "other";
}

export interface AddressFindings {
  /** Null: it is an address. */
  problem: "invalid_email" | "email_confusable" | null;
  domain_class: DomainClass;
  disposable: boolean;
  /** Read by an office or a program, and not by one person. */
  role: boolean;
  takes_mail: TakesMail;
}

/**
 * Never throws; waits for the DNS as long as `domains` does.
 *
 * @param domains null: nobody is asked, and `takes_mail` is `unknown`
 */
export async function checkAddress(address: string, domains: MailDomains | null): Promise<AddressFindings> {
  const parsed = parseEmail(address);
  if ("problem" in parsed) {
    const nothing = { domain_class: "other", disposable: false, role: false, takes_mail: "unknown" } as const;
    return { problem: parsed.problem, ...nothing };
  }
  const at = parsed.email_key.lastIndexOf("@");
  const [local, domain] = [parsed.email_key.slice(0, at), parsed.email_key.slice(at + 1)];
  return {
    problem: null,
    domain_class: domainClass(domain),
    disposable: isDisposable(domain),
    role: isRole(local),
    takes_mail: domains ? await domains.takesMail(domain) : "unknown",
  };
}
