/** What people do with an authenticator app in tests, by the API alone. */
import { expect } from "expect";
import { URI } from "otpauth";
import type { TestPlugins } from "./plugins.ts";

export interface App {
  authenticator_id: string;
  /** Base32. */
  secret: string;
  /** The one that confirmed it. */
  used_code?: string;
  recovery_codes?: string[];
  /** The code that the app shows, so many steps of thirty seconds from now. */
  code(steps?: number): string;
}

/** Sets up an app in a session that is young. Its first code is used then. */
export async function addApp({ api }: TestPlugins, token: string, name?: string): Promise<App> {
  const begun = await api("POST", "/mfa/totp", name ? { name } : {}, { token });
  expect(begun.status).toBe(201);
  const app = appOf(begun.body);
  const path = `/mfa/totp/${app.authenticator_id}/confirm`;
  const used_code = app.code();
  const confirmed = await api("POST", path, { code: used_code }, { token });
  expect(confirmed).toMatchObject({ status: 200, body: { authenticator: { type: "totp" } } });
  return { ...app, used_code, recovery_codes: confirmed.body.recovery_codes };
}

/** What an app makes of a QR code. */
export function appOf(begun: { authenticator_id: string; secret: string; otpauth_uri: string }): App {
  const { authenticator_id, secret, otpauth_uri } = begun;
  const totp = URI.parse(otpauth_uri);
  const code = (steps = 0) => totp.generate({ timestamp: Date.now() + steps * 30_000 });
  return { authenticator_id, secret, code };
}

/** As if the codes shown so far lay long ago, so that the next can be shown at once. */
export async function codesAreFresh({ sql }: Pick<TestPlugins, "sql">): Promise<void> {
  await sql`update totp set last_step = 0`;
}

/** A code that the app surely does not show. */
export function wrongCode(app: App): string {
  const right = [-2, -1, 0, 1, 2].map((step) => app.code(step));
  return ["000000", "111111", "222222", "333333", "444444", "555555"].find((one) => !right.includes(one))!;
}
