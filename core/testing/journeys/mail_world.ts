/** What tests of the mail server's bad days look at: the mails that arrived, and what is told of those that did not. */
import { expect } from "expect";
import type { Pool } from "../../db/postgres.ts";
import type { MailDelivery } from "../../services/mod.ts";
import { type Answer, type Client, newAddress } from "../client.ts";
import type { ReceivedMail } from "../smtp.ts";
import { eventually, told } from "./whole.ts";

/** The token of a mail's link. @throws Error when it has none */
export function tokenOf({ text }: ReceivedMail): string {
  const token = /[?&]token=([\w-]{43})/.exec(text)?.[1];
  if (!token) throw new Error("the mail has no link with a token");
  return token;
}

export interface SignUp {
  email: string;
  registration_id: string;
  answer: Answer;
}

/** Signs up with a new address. */
export async function signUp(client: Client, name?: string): Promise<SignUp> {
  const email = newAddress(name);
  const answer = await client.register(email);
  return { email, registration_id: answer.body.registration_id, answer };
}

/** Confirms with the mail that arrived. */
export async function confirm(client: Client, mail: ReceivedMail): Promise<Answer> {
  const answer = await client.expect(200, "POST", "/auth/verify-email", { token: tokenOf(mail) });
  expect(answer.body.status).toBe("active");
  return answer;
}

/** Waits until the person who signed up is told this of the mail. */
export async function mailIsToldToBe(client: Client, registration_id: string, status: string) {
  return await eventually(
    `the mail is said to be ${status}`,
    async () => (await told(client, registration_id)).mail,
    (mail) => mail.status === status,
    20_000,
  );
}

/** What an operator finds about the mails of a flow, oldest first. */
export async function deliveries(sql: Pool, flow_id: string): Promise<Omit<MailDelivery, "mail_id">[]> {
  return await sql<MailDelivery[]>`
    select kind, status, attempts, last_error, next_attempt_at, sent_at
    from mail where flow_id = ${flow_id} order by created_at`;
}

/** No address stands in what operators read. */
export function expectNoAddress(text: string | null, email: string): void {
  expect(text ?? "").not.toContain("@");
  expect(text ?? "").not.toContain(email.slice(0, email.indexOf("@")));
}
