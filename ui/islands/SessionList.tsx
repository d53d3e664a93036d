/// <reference lib="dom" />
import { useSignal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { Alert, Button, StatusDot } from "../components/basics.tsx";
import type { DeviceGroup } from "../device_groups.ts";
import type { SessionView, Strings } from "../types.ts";
import { pageClient } from "./client.ts";
import RelativeTime from "./RelativeTime.tsx";
import { fill } from "./texts.ts";

/** With times and places as the server writes them. */
export interface SessionText extends SessionView {
  last_used_text: string;
  place_text: string | null;
}

export interface DeviceText extends DeviceGroup {
  sessions: SessionText[];
  remembered_text: string | null;
  /** What people know it by; null: nothing they would. */
  name: string | null;
}

interface Props {
  devices: DeviceText[];
  locale: string;
  t: Strings["islands"]["sessions"];
}

/**
 * Devices and their sessions. Each "sign out" and each "ask here again" is a form; with script it happens in place, and
 * on failure the form is sent.
 */
export default function SessionList({ devices, locale, t }: Props) {
  const listed = useSignal(devices);
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

  const revoke = (device: DeviceText, session: SessionView) => async () => {
    await pageClient().revokeSession(session.session_id);
    listed.value = without(listed.value, session);
    said.value = fill(t.revoked, { device: nameOf(device, t) });
  };

  const revokeOthers = async () => {
    await pageClient().revokeOtherSessions();
    listed.value = listed.value.filter(({ current }) => current).map((device) => ({
      ...device,
      sessions: device.sessions.filter(({ current }) => current),
    }));
    said.value = t.revoked_others;
  };

  const forget = (device: DeviceText) => async () => {
    await pageClient().forgetDevice(device.device_id!);
    listed.value = listed.value.flatMap((one) => one === device ? forgotten(one) : [one]);
    said.value = fill(t.forgotten, { device: nameOf(device, t) });
  };

  const others = listed.value.flatMap(({ sessions }) => sessions).filter(({ current }) => !current).length;
  return (
    <div class="stack">
      <div role="status">{said.value ? <Alert tone="good">{said.value}</Alert> : null}</div>
      <ul>
        {listed.value.map((device) => (
          <li key={keyOf(device)} class="sessions__device">
            <h3>
              {nameOf(device, t)}
              {device.current ? <StatusDot tone="good">{t.current}</StatusDot> : null}
            </h3>
            {device.sessions.map((session) => (
              <div key={session.session_id} class="sessions__item">
                <p class="small muted">
                  {t.last_used}{" "}
                  <RelativeTime when={session.last_used_at} locale={locale} text={session.last_used_text} />
                  {session.place_text ? <>{" · "}{session.place_text}</> : null}
                  {session.ip ? <>{" · "}{session.ip}</> : null}
                  {session.current && device.sessions.length > 1 ? <>{" · "}{t.current_session}</> : null}
                </p>
                {session.current
                  ? null
                  : (
                    <form method="post" onSubmit={(event) => inPlace(event, revoke(device, session))}>
                      <input type="hidden" name="intent" value="revoke_session" />
                      <input type="hidden" name="session_id" value={session.session_id} />
                      <Button
                        look="quiet"
                        small
                        aria-label={fill(t.revoke_label, { device: labelOf(device, session, t) })}
                      >
                        {t.revoke}
                      </Button>
                    </form>
                  )}
              </div>
            ))}
            {device.remembered_text === null ? null : (
              <div class="sessions__item">
                <p class="small muted">{device.remembered_text}</p>
                <form method="post" onSubmit={(event) => inPlace(event, forget(device))}>
                  <input type="hidden" name="intent" value="forget_device" />
                  <input type="hidden" name="device_id" value={device.device_id!} />
                  <Button look="quiet" small aria-label={fill(t.forget_label, { device: nameOf(device, t) })}>
                    {t.forget}
                  </Button>
                </form>
              </div>
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

const keyOf = ({ device_id, sessions }: DeviceText) => device_id ?? sessions[0].session_id;

const nameOf = ({ name }: DeviceText, t: Props["t"]) => name ?? t.unknown_device;

/** Of several sessions on one device, which one. */
const labelOf = (device: DeviceText, { last_used_text }: SessionText, t: Props["t"]) =>
  device.sessions.length > 1 ? `${nameOf(device, t)}, ${last_used_text}` : nameOf(device, t);

/** As the API leaves it: ending a session elsewhere, its device is not remembered any more, either. */
function without(devices: DeviceText[], ended: SessionView): DeviceText[] {
  return devices.flatMap((device) => {
    if (!device.sessions.some(({ session_id }) => session_id === ended.session_id)) return [device];
    const sessions = device.sessions.filter(({ session_id }) => session_id !== ended.session_id);
    return device.current ? [{ ...device, sessions }] : forgotten({ ...device, sessions });
  });
}

/** What nobody is signed in on either is not listed any more. */
const forgotten = (device: DeviceText): DeviceText[] =>
  device.sessions.length === 0 ? [] : [{ ...device, remembered_until: null, remembered_text: null }];
