/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { useEffect } from "preact/hooks";
import { ApiError } from "../../../ui/api_error.ts";
import { Button } from "../../../ui/components/basics.tsx";
import { pageClient } from "../../../ui/islands/client.ts";
import { fill, seconds } from "../../../ui/islands/texts.ts";

interface Props {
  email: string;
  /** Which sign-up this is about, where the page knows it. */
  registration_id: string | null;
  /** Until the next mail may be asked for; 0: now. */
  wait_seconds: number;
  /** Between two mails, used when the service does not say. */
  pause_seconds: number;
  /** One was just asked for, without script. */
  sent: boolean;
  locale: string;
  t: { send: string; wait: string; sent: string; failed: string };
}

/** Asks for the mail again, and counts down to when it may be asked for next. Without script it is a plain form. */
export default function ResendButton(
  { email, registration_id, wait_seconds, pause_seconds, sent, locale, t }: Props,
) {
  const wait = useSignal(0);
  const said = useSignal(sent ? t.sent : "");
  const busy = useSignal(false);

  function waitFor(count: number) {
    wait.value = Math.ceil(count);
  }

  useEffect(() => {
    waitFor(wait_seconds);
    const timer = setInterval(() => wait.value = Math.max(0, wait.value - 1), 1000);
    return () => clearInterval(timer);
  }, []);

  async function send(event: TargetedEvent<HTMLFormElement, Event>) {
    event.preventDefault();
    if (busy.value || wait.value > 0) return;
    busy.value = true;
    try {
      await pageClient().resendVerification(email, registration_id ?? undefined);
      said.value = t.sent;
      waitFor(pause_seconds);
    } catch (error) {
      const again = error instanceof ApiError ? error.retry_after_seconds : undefined;
      said.value = again === undefined ? t.failed : "";
      waitFor(again ?? 5);
    } finally {
      busy.value = false;
    }
  }

  const waiting = wait.value > 0;
  return (
    <form method="post" class="stack stack--tight" onSubmit={send}>
      <input type="hidden" name="intent" value="resend" />
      <input type="hidden" name="email" value={email} />
      <div>
        <Button look="quiet" small disabled={waiting}>
          <span class="tabular">
            {waiting ? fill(t.wait, { duration: seconds(locale, wait.value) }) : t.send}
          </span>
        </Button>
      </div>
      <p class="small muted" role="status" hidden={said.value === ""}>{said.value}</p>
    </form>
  );
}
