/** Whether a domain takes mail: asked once, remembered for a while, and never waited for long. */
import type { Dns } from "./dns.ts";

/**
 * `no_mail`: the domain itself says so (RFC 7505). `not_there`: nothing was found, which may also be a name server's
 * failure (see dns.ts), so mail goes all the same. `unknown`: no answer in time.
 */
export type TakesMail = "yes" | "no_mail" | "not_there" | "unknown";

export interface MailDomains {
  /** Never throws. Answers `unknown` after the time limit; the answer is remembered when it comes. */
  takesMail(domain: string): Promise<TakesMail>;
}

export interface MailDomainsOptions {
  /** How long one question may keep a mail. Default 200. */
  wait_milliseconds?: number;
  now?: () => number;
}

const [knownMax, askingMax] = [10_000, 16];
/** An answer is good for an hour; a domain that is not there may come in ten minutes; silence is asked anew in one. */
const goodFor: Record<TakesMail, number> = {
  yes: 3_600_000,
  no_mail: 3_600_000,
  not_there: 600_000,
  unknown: 60_000,
};

export function createMailDomains(
  dns: Dns,
  { wait_milliseconds = 200, now = Date.now }: MailDomainsOptions = {},
): MailDomains {
  const known = new Map<string, { answer: TakesMail; until: number }>();
  const asking = new Map<string, Promise<TakesMail>>();

  function remember(domain: string, answer: TakesMail): TakesMail {
    known.delete(domain);
    if (known.size >= knownMax) known.delete(known.keys().next().value!);
    known.set(domain, { answer, until: now() + goodFor[answer] });
    return answer;
  }

  function ask(domain: string): Promise<TakesMail> {
    const asked = resolveMail(dns, domain)
      .catch((): TakesMail => "unknown")
      .then((answer) => remember(domain, answer))
      .finally(() => asking.delete(domain));
    asking.set(domain, asked);
    return asked;
  }

  return {
    takesMail(domain) {
      const found = known.get(domain);
      if (found && found.until > now()) return Promise.resolve(found.answer);
      const asked = asking.get(domain) ?? (asking.size < askingMax ? ask(domain) : null);
      return asked ? within(wait_milliseconds, asked) : Promise.resolve("unknown");
    },
  };
}

/** @throws DnsFailure */
export async function resolveMail(dns: Dns, domain: string): Promise<TakesMail> {
  const hosts = await dns.mx(domain);
  // RFC 7505 §3: one record whose host is the root. Among others it means nothing.
  if (hosts.length === 1 && hosts[0].host === "") return "no_mail";
  if (hosts.length > 0) return "yes";
  // RFC 5321 §5.1: without MX, the domain's own address is its mail server.
  return (await dns.addresses(domain)).length > 0 ? "yes" : "not_there";
}

function within(milliseconds: number, answer: Promise<TakesMail>): Promise<TakesMail> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve("unknown"), milliseconds);
    void answer.then((one) => (clearTimeout(timer), resolve(one)));
  });
}
