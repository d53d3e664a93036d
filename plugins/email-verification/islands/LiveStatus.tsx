/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Alert, ButtonLink } from "../../../ui/components/basics.tsx";
import { type StepItem, StepList } from "../../../ui/components/steps.tsx";
import type { RegistrationStatus, Strings } from "../../../ui/types.ts";
import { pageClient } from "../../../ui/islands/client.ts";
import { poll } from "../../../ui/islands/poll.ts";
import { fill, relativeTime } from "../../../ui/islands/texts.ts";

type Texts = Strings["islands"]["live"];

interface Props {
  registration_id: string;
  /** As the server saw it; null when it could not ask. */
  initial: RegistrationStatus | null;
  locale: string;
  /** Names the list of steps. */
  label: string;
  continue_href: string;
  start_href: string;
  t: Texts;
}

/** Where a sign-up stands, without reloading: the mail on its way, delayed, sent; the address confirmed. */
export default function LiveStatus(
  { registration_id, initial, locale, label, continue_href, start_href, t }: Props,
) {
  const status = useSignal(initial);
  const offline = useSignal(false);

  useEffect(() =>
    poll(2_000, 30_000, async () => {
      try {
        status.value = await pageClient().registration(registration_id);
        offline.value = false;
      } catch (error) {
        offline.value = true;
        throw error;
      }
      return status.value.status === "pending_verification";
    }), [registration_id]);

  const now = status.value;
  return (
    <div class="stack">
      <StepList label={label} steps={stepsOf(now, locale, t)} />
      <p class="visually-hidden" role="status" aria-live="polite">{sentence(now, locale, t)}</p>
      {offline.value ? <p class="muted small" role="status">{t.offline}</p> : null}
      {now?.status === "active"
        ? (
          <div class="stack">
            <Alert tone="good">{t.verified_text}</Alert>
            <ButtonLink href={continue_href}>{t.continue}</ButtonLink>
          </div>
        )
        : null}
      {now?.status === "expired"
        ? (
          <Alert tone="warn">
            {t.expired_text} <a href={start_href}>{t.start_again}</a>
          </Alert>
        )
        : null}
    </div>
  );
}

function stepsOf(now: RegistrationStatus | null, locale: string, t: Texts): StepItem[] {
  const verified = now?.status === "active";
  const last: StepItem = verified
    ? { key: "verified", label: t.verified, state: "done" }
    : now?.status === "expired"
    ? { key: "verified", label: t.expired, state: "failed" }
    : { key: "verified", label: t.waiting, state: now?.mail?.status === "sent" ? "waiting" : "todo" };
  const account: StepItem = { key: "account", label: t.account, state: "done" };
  // Of a sign-up that is over, an undelivered mail is no news any more.
  const over = now?.status === "expired" && now.mail?.status !== "sent";
  return over ? [account, last] : [account, mailStep(now, locale, t), last];
}

function mailStep(now: RegistrationStatus | null, locale: string, t: Texts): StepItem {
  const key = "mail";
  const mail = now?.mail;
  if (mail?.status === "sent" || now?.status === "active") return { key, label: t.mail_sent, state: "done" };
  if (mail?.status === "failed") {
    return { key, label: t.mail_failed, state: "failed", meta: { text: t.mail_failed_text } };
  }
  if (mail?.status === "delayed") {
    const when = mail.next_attempt_at ? relativeTime(locale, mail.next_attempt_at, Date.now()) : "";
    return {
      key,
      label: t.mail_delayed,
      state: "delayed",
      meta: { text: fill(t.mail_delayed_text, { when }).trim() },
    };
  }
  return { key, label: t.mail_queued, state: "running" };
}

/** What has changed, said once: the steps themselves are too much to be read aloud each time. */
function sentence(now: RegistrationStatus | null, locale: string, t: Texts): string {
  if (!now) return "";
  if (now.status === "active") return `${t.verified}. ${t.verified_text}`;
  if (now.status === "expired") return `${t.expired}. ${t.expired_text}`;
  return mailStep(now, locale, t).label;
}
