/** What people do in tests of sign-up and sign-in, by the API alone. */
import { expect } from "expect";
import type { ApiAnswer, TestPlugins } from "./plugins.ts";

export const GOOD_PASSWORD = "correct horse battery";

let people = 0;

/** An address of its own in each call. */
export function newAddress(name = "person"): string {
  return `${name}.${++people}.${crypto.randomUUID().slice(0, 8)}@example.com`;
}

/** Signs up; answers the registration's id. */
export async function signUp(
  { api }: TestPlugins,
  email: string,
  password = GOOD_PASSWORD,
  more: Record<string, unknown> = {},
): Promise<string> {
  const answer = await api("POST", "/auth/register", { email, password, ...more });
  expect(answer).toMatchObject({ status: 202, body: { status: "pending_verification" } });
  return answer.body.registration_id;
}

/** Token and code of the newest mail with a link to an address. */
export async function lastLetter(
  { mails }: TestPlugins,
  to: string,
): Promise<{ token: string; code: string }> {
  const mail = (await mails({ to })).findLast(({ data }) => data.url?.includes("token="));
  if (!mail) throw new Error("no mail with a link");
  return { token: new URL(mail.data.url).searchParams.get("token")!, code: mail.data.code };
}

/** Signs up and confirms. */
export async function newMember(
  service: TestPlugins,
  email = newAddress(),
  password = GOOD_PASSWORD,
  more: Record<string, unknown> = {},
): Promise<string> {
  await signUp(service, email, password, more);
  const { token } = await lastLetter(service, email);
  expect(await service.api("POST", "/auth/verify-email", { token })).toMatchObject({
    status: 200,
    body: { status: "active" },
  });
  return email;
}

export function signIn(
  { api }: TestPlugins,
  email: string,
  password = GOOD_PASSWORD,
  ip?: string,
): Promise<ApiAnswer> {
  return api("POST", "/auth/login", { email, password }, ip ? { ip } : {});
}

/** Signs in; answers the access token. */
export async function accessToken(
  service: TestPlugins,
  email: string,
  password = GOOD_PASSWORD,
): Promise<string> {
  const answer = await signIn(service, email, password);
  expect(answer).toMatchObject({ status: 200, body: { kind: "session" } });
  return answer.body.access_token;
}

/** Signs in as a browser does; answers the `Cookie` header it sends from then on. */
export async function sessionCookie(
  { api }: TestPlugins,
  email: string,
  password = GOOD_PASSWORD,
): Promise<string> {
  const answer = await api("POST", "/auth/login", { email, password, transport: "cookie" });
  expect(answer).toMatchObject({ status: 200, body: { kind: "session" } });
  return answer.headers.get("set-cookie")!.split(";")[0];
}
