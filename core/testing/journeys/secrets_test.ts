/** After a whole journey, with the log at its most talkative: no secret, name or address in it, nor in Temporal. */
import { Buffer } from "node:buffer";
import { Client as TemporalClient, Connection } from "@temporalio/client";
import { expect } from "expect";
import type { Pool } from "../../db/postgres.ts";
import { createKeys } from "../../keys/keys.ts";
import { sealingCodec } from "../../temporal/codec.ts";
import { type Client, goodPassword, newAddress } from "../client.ts";
import { testDatabase } from "../postgres.ts";
import { spawnService } from "../service.ts";
import { type TestTemporal, testTemporal, withoutTemporal } from "../temporal.ts";
import { eventually, expectWhole } from "./whole.ts";

const ignore = await withoutTemporal();

/** Everything that a person can do, right and wrong. Answers what nobody else may ever read, by its name. */
async function liveThrough(client: Client, sql: Pool): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  const keep = (name: string, value: unknown) => {
    expect(typeof value).toBe("string");
    secrets.set(`${name} ${secrets.size}`, value as string);
    return value as string;
  };
  const mail = async (to: string, after = 0) => {
    const { token, code } = await client.lastMail(to, after);
    if (token) keep("token of a mail", token);
    if (code) keep("code", code);
    return { token, code };
  };
  const email = keep("address", newAddress("zoraida"));
  const moved = keep("address", newAddress("zoraidanew"));
  const [first_name, last_name] = [keep("name", "Zoraida"), keep("name", "Quimbyson")];
  const password = keep("password", goodPassword);
  const [changed, reset, wrong] = ["changed", "reset", "wrong"].map((it) =>
    keep("password", `a ${it} secret phrase`)
  );
  const login = async (address: string, given: string) => {
    const { access_token, refresh_token } = await client.login(address, given);
    keep("access token", access_token.split(".")[2]);
    keep("refresh token", refresh_token);
    return { access_token, refresh_token };
  };

  await client.register(email, password, { first_name, last_name });
  const { code } = await mail(email);
  await client.expect(202, "POST", "/auth/verify-email/resend", { email });
  const { token } = await mail(email, 1);
  await client.expect(403, "POST", "/auth/login", { email, password });
  const wrongCode = code === "111111" ? "222222" : "111111";
  await client.expect(400, "POST", "/auth/verify-email", { email, code: wrongCode });
  await client.expect(200, "POST", "/auth/verify-email", { token });
  await client.expect(400, "POST", "/auth/verify-email", { token });
  await client.expect(401, "POST", "/auth/login", { email, password: wrong });
  await client.register(email, wrong);

  const session = await login(email, password);
  const { body } = await client.refresh(session.refresh_token);
  keep("refresh token", body.refresh_token);
  await client.expect([401, 403], "GET", "/users/me", undefined, "not.a.token");
  const put = (fields: Record<string, string>) =>
    client.expect([200, 202], "PUT", "/users/me", fields, body.access_token);
  await put({ current_password: password, new_password: changed });
  // A new password calls off changes of address, and does so when its event is told.
  await eventually(
    "it is told",
    () => sql`select 1 from outbox where kind = 'event'`,
    (left) => left.length === 0,
  );
  const before = (await client.mails(moved)).length;
  await put({ current_password: changed, email: moved });
  await client.expect([200, 202], "POST", "/auth/verify-email", { token: (await mail(moved, before)).token });

  const mails = (await client.mails(moved)).length;
  await client.expect(202, "POST", "/auth/password-reset/request", { email: moved });
  const link = await mail(moved, mails);
  const confirm = { token: link.token, new_password: reset };
  await client.expect(200, "POST", "/auth/password-reset/confirm", confirm);
  await client.expect(400, "POST", "/auth/password-reset/confirm", confirm);
  const last = await login(moved, reset);
  await client.expect(204, "POST", "/auth/logout", { refresh_token: last.refresh_token }, last.access_token);
  return secrets;
}

/** Every text in every history of the namespace, the sealed ones opened. */
async function textsThere(temporal: TestTemporal, secret: string, workflows_min: number): Promise<string> {
  const codec = sealingCodec(createKeys([new Uint8Array(Buffer.from(secret, "base64url"))]));
  const connection = await Connection.connect({ address: temporal.address, connectTimeout: "5 seconds" });
  try {
    const { workflow } = new TemporalClient({ connection, namespace: temporal.namespace });
    await eventually(
      "Temporal lists them",
      async () => (await workflow.count("WorkflowType != 'PingWorkflow'")).count,
      (n) => n >= workflows_min,
    );
    const texts: string[] = [];
    const walk = async (value: unknown): Promise<void> => {
      if (typeof value === "string") texts.push(value);
      else if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString("latin1"));
      else if (typeof value === "object" && value !== null) {
        if ("metadata" in value && "data" in value) {
          const [opened] = await codec.decode([value as never]);
          if (opened !== value) texts.push(Buffer.from(opened.data ?? []).toString("utf8"));
        }
        for (const [key, part] of Object.entries(value)) {
          texts.push(key);
          await walk(part);
        }
      }
    };
    for await (const { workflowId, runId } of workflow.list()) {
      texts.push(workflowId);
      await walk(await workflow.getHandle(workflowId, runId).fetchHistory());
    }
    return texts.join("\n");
  } finally {
    await connection.close();
  }
}

Deno.test("no secret, name or address is in the log or in any history", { ignore }, async () => {
  using temporal = (await testTemporal())!;
  await using database = await testDatabase();
  await using world = await spawnService({ temporal, database, env: { LOG_LEVEL: "debug" } });
  const secrets = await liveThrough(world.client, database.sql);
  await expectWhole(database.sql, { temporal: true });

  const [{ flows, a_flow }] = await database
    .sql`select count(*)::int as flows, min(flow_id::text) as a_flow from flow where executor = 'temporal'`;
  const there = await textsThere(temporal, world.env.SECRET_KEYS, flows);
  // What is looked through is what it is meant to be.
  expect(there).toContain(`"flow_id":"${a_flow}"`);
  expect(world.output()).toContain("registration.completed");

  for (const [place, text] of [["Temporal", there], ["the log", world.output()]]) {
    const found = [...secrets].filter(([, secret]) =>
      /^\d{6}$/.test(secret) ? new RegExp(`(?<![\\w-])${secret}(?![\\w-])`).test(text) : text.includes(secret)
    );
    expect([place, ...found.map(([name]) => name)]).toEqual([place]);
  }
});
