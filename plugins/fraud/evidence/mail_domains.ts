/** Whether domains take mail, asked beside requests: what is not known yet is not known, and nobody waits. */

export interface MailDomains {
  /** Null: not known yet, or no answer. The first question about a domain begins to find out. */
  takesMail(domain: string): boolean | null;
}

type Resolve = (domain: string, signal: AbortSignal) => Promise<boolean | null>;

const knownMax = 10_000;
const askingMax = 8;
const limitMilliseconds = 2_000;
/** An answer is good for an hour; that there was none, for a minute. */
const [goodMs, unknownMs] = [3_600_000, 60_000];

/** @param resolve null: nobody is asked */
export function createMailDomains(resolve: Resolve | null): MailDomains {
  const known = new Map<string, { answer: boolean | null; until: number }>();
  let asking = 0;

  async function ask(domain: string, resolve: Resolve): Promise<void> {
    asking++;
    remember(domain, null, Date.now() + limitMilliseconds);
    let answer: boolean | null = null;
    try {
      answer = await resolve(domain, AbortSignal.timeout(limitMilliseconds));
    } catch {
      // No answer is an answer: not known, and asked again in a minute.
    } finally {
      asking--;
    }
    remember(domain, answer, Date.now() + (answer === null ? unknownMs : goodMs));
  }

  function remember(domain: string, answer: boolean | null, until: number): void {
    known.delete(domain);
    if (known.size >= knownMax) known.delete(known.keys().next().value!);
    known.set(domain, { answer, until });
  }

  return {
    takesMail(domain) {
      const found = known.get(domain);
      if (found && found.until > Date.now()) return found.answer;
      if (resolve && asking < askingMax) void ask(domain, resolve);
      return found?.answer ?? null;
    },
  };
}

/** A domain without MX takes mail at its own address (RFC 5321 §5.1); one with a null MX takes none (RFC 7505). */
export async function resolveMail(domain: string, signal: AbortSignal): Promise<boolean | null> {
  try {
    const found = await Deno.resolveDns(domain, "MX", { signal });
    if (found.length > 0) return !found.every(({ exchange }) => exchange === "." || exchange === "");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return null;
  }
  try {
    return (await Deno.resolveDns(domain, "A", { signal })).length > 0;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return null;
  }
  return await reached(domain, signal) ? false : null;
}

/** The platform tells a failing name server like a name that is not there: so something above it has to answer. */
async function reached(domain: string, signal: AbortSignal): Promise<boolean> {
  const top = domain.slice(domain.lastIndexOf(".") + 1);
  return (await Deno.resolveDns(top, "NS", { signal }).catch(() => [])).length > 0;
}
