/** The mailbox of a development service, which shows whoever asks what it would have sent. */
import type { Target } from "./visitor.ts";

/** Whether the target catches mail, as no service does that people use. */
export async function catchesMail({ url, timeout_ms }: Target): Promise<boolean> {
  const response = await fetch(`${url}/dev/mailbox.json?limit=1`, {
    signal: AbortSignal.timeout(timeout_ms),
  });
  await response.body?.cancel();
  return response.ok;
}

/** Six digits of the newest mail to an address; null when none came within the time. */
export async function codeFor({ url, timeout_ms }: Target, email: string): Promise<string | null> {
  for (const end = Date.now() + timeout_ms; Date.now() < end;) {
    const response = await fetch(`${url}/dev/mailbox.json?to=${encodeURIComponent(email)}`, {
      signal: AbortSignal.timeout(timeout_ms),
    });
    const { mails = [] } = await response.json() as { mails?: { code: string | null }[] };
    const code = mails.find((mail) => mail.code !== null)?.code;
    if (code) return code;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return null;
}
