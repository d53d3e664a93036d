/** Sessions as people think of them: by the device they are on. */
import type { DeviceView, SessionView } from "./types.ts";

export interface DeviceGroup {
  /** Null where no device is known: then the session stands alone. */
  device_id: string | null;
  user_agent: string | null;
  current: boolean;
  /** ISO 8601; until then no second factor is asked for there. */
  remembered_until: string | null;
  /** Last used first; empty on a device that is remembered though nobody is signed in there. */
  sessions: SessionView[];
}

/**
 * The current device first, then what was used last; at the end, where one is remembered without being signed in.
 *
 * @param sessions last used first, as the API answers them
 */
export function groupByDevice(sessions: SessionView[], devices: DeviceView[]): DeviceGroup[] {
  const known = new Map(devices.map((device) => [device.device_id, device]));
  const groups = new Map<string, DeviceGroup>();
  for (const session of sessions) {
    const { device_id, user_agent, current } = session;
    const device = device_id === null ? undefined : known.get(device_id);
    const group = groups.get(device_id ?? session.session_id) ?? {
      device_id,
      user_agent: device?.user_agent ?? user_agent,
      current: false,
      remembered_until: device?.remembered_until ?? null,
      sessions: [],
    };
    group.current ||= current;
    group.sessions.push(session);
    groups.set(device_id ?? session.session_id, group);
  }
  const signedOut = devices
    .filter(({ device_id, remembered_until }) => remembered_until !== null && !groups.has(device_id))
    .map(({ device_id, user_agent, remembered_until }): DeviceGroup => ({
      device_id,
      user_agent,
      current: false,
      remembered_until,
      sessions: [],
    }));
  const all = [...groups.values()];
  return [...all.filter(({ current }) => current), ...all.filter(({ current }) => !current), ...signedOut];
}
