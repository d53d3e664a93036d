import { Alert, Card } from "../components/basics.tsx";
import { Island } from "../components/island.tsx";
import { AccountLayout } from "../components/layouts.tsx";
import { groupByDevice } from "../device_groups.ts";
import SessionList from "../islands/SessionList.tsx";
import { paths } from "../paths.ts";
import type { DeviceView, SessionView, Strings } from "../types.ts";

/** Three forms, told apart by `intent`: `revoke_session` (session_id), `revoke_others`, `forget_device` (device_id). */
export interface AccountSessionsProps {
  t: Strings;
  sessions: SessionView[];
  devices: DeviceView[];
  done?: "session_revoked" | "others_revoked" | "device_forgotten" | null;
  problem?: string | null;
}

export function AccountSessions({ t, sessions, devices, done, problem }: AccountSessionsProps) {
  const a = t.account;
  return (
    <AccountLayout t={t} current={paths.sessions} title={a.sessions_title} lead={a.sessions_lead}>
      {done ? <Alert tone="good">{a[done]}</Alert> : null}
      {problem ? <Alert tone="bad">{problem}</Alert> : null}
      <Card id="sessions" title={a.devices_title} lead={a.devices_lead}>
        <Island
          of={SessionList}
          props={{
            devices: groupByDevice(sessions, devices).map((device) => ({
              ...device,
              name: t.format.device(device.user_agent),
              remembered_text: device.remembered_until &&
                a.remembered(t.format.date(device.remembered_until)),
              sessions: device.sessions.map((session) => ({
                ...session,
                last_used_text: t.format.dateTime(session.last_used_at),
                place_text: placeText(session),
              })),
            })),
            locale: t.locale,
            t: t.islands.sessions,
          }}
        />
      </Card>
    </AccountLayout>
  );
}

function placeText({ place }: SessionView): string | null {
  return place && [place.city, place.country].filter((part) => part !== null).join(", ");
}
