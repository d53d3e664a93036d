/** The mailbox of a development service, which shows whoever asks what it would have sent. For programs that try one. */
import type { Target } from "./visiting.ts";

/** Whether the target catches mail, as no service does that people use. */
export async function catchesMail({ url, timeout_ms }: Target): Promise<boolean> {
  const response = await fetch(`${url}/dev/mailbox.json?limit=1`, {
    signal: AbortSignal.timeout(timeout_ms),
  });
  await response.body?.cancel();
  return response.ok;
}

export interface CaughtMail {
  subject: string;
  links: string[];
  /** Six digits; null when it has none. */
  code: string | null;
}

/** The newest mail to an address that `wanted` wants; null when none came within the time. */
export async function mailTo(
  { url, timeout_ms }: Target,
  email: string,
  wanted: (mail: CaughtMail) => boolean,
): Promise<CaughtMail | null> {
  for (const end = Date.now() + timeout_ms; Date.now() < end;) {
    const response = await fetch(`${url}/dev/mailbox.json?to=${encodeURIComponent(email)}`, {
      signal: AbortSignal.timeout(timeout_ms),
    });
    const { mails = [] } = await response.json() as { mails?: CaughtMail[] };
    const found = mails.find(wanted);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return null;
}

/** Six digits of the newest mail to an address that has some. */
export async function codeFor(target: Target, email: string): Promise<string | null> {
  return (await mailTo(target, email, ({ code }) => code !== null))?.code ?? null;
}
