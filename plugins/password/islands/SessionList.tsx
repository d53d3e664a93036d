/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { Alert, Button, StatusDot } from "../../../ui/components/basics.tsx";
import { describeDevice } from "../../../ui/device.ts";
import type { SessionView, Strings } from "../../../ui/types.ts";
import { pageClient } from "../../../ui/islands/client.ts";
import RelativeTime from "../../../ui/islands/RelativeTime.tsx";
import { fill } from "../../../ui/islands/texts.ts";

interface Props {
  /** With `last_used_text`, the time as the server writes it. */
  sessions: (SessionView & { last_used_text: string })[];
  locale: string;
  t: Strings["islands"]["sessions"];
}

/** Signed-in devices. Each "sign out" is a form; with script it happens in place, and on failure the form is sent. */
export default function SessionList({ sessions, locale, t }: Props) {
  const listed = useSignal(sessions);
  const said = useSignal("");
  const busy = useSignal(false);

  async function inPlace(event: TargetedEvent<HTMLFormElement, Event>, work: () => Promise<void>) {
    event.preventDefault();
    if (busy.value) return;
    const form = event.currentTarget;
    busy.value = true;
    try {
      await work();
    } catch {
      form.submit();
    } finally {
      busy.value = false;
    }
  }

  const revoke = (session: SessionView) => async () => {
    await pageClient().revokeSession(session.session_id);
    listed.value = listed.value.filter((other) => other.session_id !== session.session_id);
    said.value = fill(t.revoked, { device: deviceOf(session, t) });
  };

  const revokeOthers = async () => {
    await pageClient().revokeOtherSessions();
    listed.value = listed.value.filter((session) => session.current);
    said.value = t.revoked_others;
  };

  const others = listed.value.filter((session) => !session.current).length;
  return (
    <div class="stack">
      <div role="status">{said.value ? <Alert tone="good">{said.value}</Alert> : null}</div>
      <ul>
        {listed.value.map((session) => (
          <li key={session.session_id} class="sessions__item">
            <div>
              <h3>
                {deviceOf(session, t)}
                {session.current ? <StatusDot tone="good">{t.current}</StatusDot> : null}
              </h3>
              <p class="small muted">
                {t.last_used}{" "}
                <RelativeTime when={session.last_used_at} locale={locale} text={session.last_used_text} />
                {session.ip ? <>{" · "}{session.ip}</> : null}
              </p>
            </div>
            {session.current
              ? null
              : (
                <form method="post" onSubmit={(event) => inPlace(event, revoke(session))}>
                  <input type="hidden" name="intent" value="revoke_session" />
                  <input type="hidden" name="session_id" value={session.session_id} />
                  <Button
                    look="quiet"
                    small
                    aria-label={fill(t.revoke_label, { device: deviceOf(session, t) })}
                  >
                    {t.revoke}
                  </Button>
                </form>
              )}
          </li>
        ))}
      </ul>
      {others > 0
        ? (
          <form method="post" onSubmit={(event) => inPlace(event, revokeOthers)}>
            <input type="hidden" name="intent" value="revoke_others" />
            <Button look="danger" small>{t.revoke_others}</Button>
          </form>
        )
        : <p class="small muted">{t.only_this}</p>}
    </div>
  );
}

function deviceOf(session: SessionView, t: Props["t"]): string {
  return describeDevice(session.user_agent) ?? t.unknown_device;
}
