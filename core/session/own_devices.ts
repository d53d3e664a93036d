/** The browsers and apps one has signed in with, and where one is not asked for a second factor. */
import { z } from "zod";
import { type Device, findDeviceById, forgetRemembered, isRemembered, listDevices } from "../device.ts";
import { Problem } from "../http/problem.ts";
import type { Call } from "../http/route.ts";
import { type AnyCtx, defineRoute, type Route } from "../plugin.ts";
import { placeField } from "./place_schema.ts";

const deviceSchema = z.object({
  device_id: z.uuid(),
  current: z.boolean().describe("this request's session was started with it"),
  user_agent: z.string().nullable(),
  ip: z.string().nullable().describe("address of the last sign-in"),
  place: placeField,
  first_seen_at: z.iso.datetime(),
  last_seen_at: z.iso.datetime().describe("the last sign-in"),
  remembered_until: z.iso.datetime().nullable()
    .describe("until then no second factor is asked for there; null: one is"),
}).meta({ id: "Device" });

const me = (call: Call) => call.visitor!;

function shown(device: Device, call: Call, { geo }: AnyCtx) {
  return {
    device_id: device.device_id,
    current: device.device_id === me(call).session.device_id,
    user_agent: device.user_agent,
    ip: device.last_seen_ip,
    place: geo.place(device.last_seen_ip, call.locale),
    first_seen_at: device.first_seen_at.toISOString(),
    last_seen_at: device.last_seen_at.toISOString(),
    remembered_until: isRemembered(device) ? device.remembered_until!.toISOString() : null,
  };
}

const listOwn: Route = defineRoute({
  method: "GET",
  path: "/users/me/devices",
  summary: "The browsers and apps I have signed in with, last used first",
  tags: ["Sessions"],
  access: "session",
  answers: { 200: { description: "At most 200", schema: z.object({ devices: z.array(deviceSchema) }) } },
  async handle(call, ctx: AnyCtx) {
    const devices = await listDevices(ctx.sql, me(call).account_id);
    return { status: 200, body: { devices: devices.map((device) => shown(device, call, ctx)) } };
  },
});

const forgetOne: Route = defineRoute({
  method: "DELETE",
  path: "/users/me/devices/{device_id}",
  summary: "Ask for a second factor on this device again",
  description:
    "It is not remembered any more. Its sessions go on: end them with DELETE /users/me/sessions/{id}.",
  tags: ["Sessions"],
  access: "session",
  params: z.object({ device_id: z.uuid() }),
  answers: {
    204: { description: "Not remembered, any more or ever" },
    404: { description: "No such device of mine", problem_codes: ["not_found"] },
  },
  async handle(call, ctx: AnyCtx) {
    const { account_id } = me(call);
    const { device_id } = call.params;
    const device = await findDeviceById(ctx.sql, device_id);
    if (device?.account_id !== account_id) throw new Problem(404, "not_found", "You have no such device.");
    await forgetRemembered(ctx.sql, account_id, { device_id });
    return { status: 204 };
  },
});

export const ownDevices: Route[] = [listOwn, forgetOne];
