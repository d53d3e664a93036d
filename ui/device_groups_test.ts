import { expect } from "expect";
import { groupByDevice } from "./device_groups.ts";
import type { DeviceView, SessionView } from "./types.ts";

const session = (session_id: string, device_id: string | null, current = false): SessionView => ({
  ...{ session_id, device_id, current, user_agent: session_id, ip: null, place: null },
  ...{ created_at: "", last_used_at: "" },
});
const device = (device_id: string, remembered_until: string | null = null): DeviceView => ({
  ...{ device_id, user_agent: device_id, remembered_until },
});
const shape = (sessions: SessionView[], devices: DeviceView[]) =>
  groupByDevice(sessions, devices).map((group) => [
    group.user_agent,
    group.sessions.map(({ session_id }) => session_id).join(" "),
    ...group.current ? ["current"] : [],
    ...group.remembered_until ? ["remembered"] : [],
  ]);

Deno.test("groupByDevice() puts the sessions of a device together, the current device first", () => {
  expect(groupByDevice([], [])).toEqual([]);
  expect(shape([session("a", "x"), session("b", "y", true), session("c", "x"), session("d", "y")], [
    device("y", "2099"),
    device("x"),
    device("z"),
  ])).toEqual([["y", "b d", "current", "remembered"], ["x", "a c"]]);
});

Deno.test("sessions whose device is not known stand alone, each by itself", () => {
  expect(shape([session("a", null), session("b", null, true), session("c", "gone")], [])).toEqual([
    ["b", "b", "current"],
    ["a", "a"],
    ["c", "c"],
  ]);
});

Deno.test("where one is remembered without being signed in comes last; other devices of old do not come", () => {
  expect(shape([session("a", "x", true)], [device("z", "2099"), device("w"), device("x")])).toEqual([
    ["x", "a", "current"],
    ["z", "", "remembered"],
  ]);
});
