/**
 * Second factors: what one check costs the service's processor, from the question that a challenge asks its factor to the
 * answer, with all statements to Postgres; and how long it takes to set one up and sign in with it.
 */
import process from "node:process";
import type { Factor } from "../core/plugin.ts";
import { type Alg, softKey } from "../core/testing/authenticator.ts";
import { newAddress } from "../core/testing/client.ts";
import { GOOD_PASSWORD } from "../core/testing/people.ts";
import { testPlugins } from "../core/testing/plugins.ts";
import { ownPostgres, testDatabase } from "../core/testing/postgres.ts";
import { appOf } from "../core/testing/second_factor.ts";
import { type SpawnedService, spawnService } from "../core/testing/service.ts";
import { insertAuthenticator } from "../plugins/mfa/authenticator.ts";
import type { MfaCtx } from "../plugins/mfa/ctx.ts";
import { passkeyFactor } from "../plugins/mfa/factors/passkey.ts";
import { totpFactor } from "../plugins/mfa/factors/totp.ts";
import mfa from "../plugins/mfa/mod.ts";
import { insertPasskey } from "../plugins/mfa/passkey/passkey.ts";
import { registrationOptions, verifyRegistration } from "../plugins/mfa/passkey/registration.ts";
import { insertTotp } from "../plugins/mfa/totp_secret.ts";
import { toBase32 } from "../plugins/mfa/totp.ts";
import verification from "../plugins/email-verification/mod.ts";
import password from "../plugins/password/mod.ts";
import { bareBcrypt } from "./bare_bcrypt.ts";
import { number, type Row } from "./report.ts";

export interface MfaBench {
  quick: boolean;
  say(text: string): void;
}

/** The rows of the report. */
export async function measureMfa({ quick, say }: MfaBench): Promise<Row[]> {
  say("mfa: Postgres");
  await using postgres = await ownPostgres();
  const rows: Row[] = [];
  {
    await using database = await testDatabase({ server_url: postgres.url });
    await using service = await testPlugins([password, verification, mfa], { database });
    const ctx = service.ctxOf("mfa") as MfaCtx;
    const count = quick ? 200 : 1000;
    say("mfa: authenticator apps");
    rows.push(rowOf("A check of an authenticator app", await middle(() => totpChecks(ctx, count)), 2));
    for (const alg of ["ES256", "EdDSA", "RS256"] as const) {
      say(`mfa: passkeys, ${alg}`);
      rows.push(
        rowOf(`A check of a passkey (${alg})`, await middle(() => passkeyChecks(ctx, alg, count)), 5),
      );
    }
  }
  say("mfa: set up, sign out, sign in");
  await using database = await testDatabase({ server_url: postgres.url });
  await using service = await spawnService({
    database: { url: database.url },
    env: { PASSWORD_BCRYPT_COST: undefined, SECRET_KEYS: undefined },
  });
  rows.push(await wayThrough(service, quick));
  await service.stop();
  return rows;
}

/** What one check costs: milliseconds of processor time, and of waiting for the answer. */
interface Cost {
  cpu_ms: number;
  wall_ms: number;
}

function rowOf(what: string, { cpu_ms, wall_ms }: Cost, must_ms: number): Row {
  return {
    what: `${what}, CPU`,
    measured: `${number(cpu_ms, 2)} ms (answered in ${number(wall_ms, 2)} ms)`,
    must: `< ${must_ms} ms`,
    good: cpu_ms < must_ms,
  };
}

/** Of three rounds after one that is not counted, which compiles what all others use. */
async function middle(measure: () => Promise<Cost>): Promise<Cost> {
  const rounds: Cost[] = [];
  await measure();
  for (let round = 0; round < 3; round++) rounds.push(await measure());
  return rounds.toSorted((a, b) => a.cpu_ms - b.cpu_ms)[1];
}

/** One after another, all right. The processor time is that of this process, with all its threads. */
async function costOf(checks: (() => Promise<string[] | null>)[]): Promise<Cost> {
  const before = process.cpuUsage();
  const began = performance.now();
  for (const check of checks) if (await check() === null) throw new Error("a right answer was refused");
  const wall_ms = (performance.now() - began) / checks.length;
  const { user, system } = process.cpuUsage(before);
  return { cpu_ms: (user + system) / 1000 / checks.length, wall_ms };
}

async function newAccount({ sql }: MfaCtx): Promise<string> {
  const email = newAddress("bench");
  const [{ account_id }] = await sql<{ account_id: string }[]>`
    insert into account (email, email_key, email_skeleton, status)
    values (${email}, ${email}, ${email}, 'active') returning account_id`;
  return account_id;
}

const subject = (account_id: string, challenge_id: string) => ({
  ...{
    account_id,
    challenge_id,
    amr: ["pwd"],
    ip: null,
    user_agent: null,
    request_id: "bench",
    locale: "en",
  },
});

const checkOf =
  (factor: Factor, account_id: string, challenge_id: string, input: unknown, ctx: MfaCtx) => () =>
    factor.verify({ ...subject(account_id, challenge_id), input }, ctx);

/** Each of another account: a code is good once. */
async function totpChecks(ctx: MfaCtx, count: number): Promise<Cost> {
  const apps: { account_id: string; code(): string }[] = [];
  for (let made = 0; made < count; made++) {
    const account_id = await newAccount(ctx);
    const added = await insertAuthenticator(ctx.sql, {
      ...{ account_id, type: "totp", name: "App", confirmed: true },
    });
    const secret = toBase32(await insertTotp(ctx.sql, ctx.keys, added.authenticator_id));
    const otpauth_uri = `otpauth://totp/bench?secret=${secret}`;
    apps.push({ account_id, code: appOf({ ...added, secret, otpauth_uri }).code });
  }
  return await costOf(
    apps.map(({ account_id, code }) =>
      checkOf(totpFactor, account_id, crypto.randomUUID(), { code: code() }, ctx)
    ),
  );
}

/** All of one account, each with a ceremony of its own. */
async function passkeyChecks(ctx: MfaCtx, alg: Alg, count: number): Promise<Cost> {
  const account_id = await newAccount(ctx);
  const key = softKey(ctx.core.frontend_url, { alg });
  const options = await ctx.sql.begin((tx) =>
    registrationOptions(tx, ctx, { account_id, challenge_id: null })
  );
  const credential = key.register(options as never) as never;
  const made = await verifyRegistration(ctx.sql, ctx, { account_id, challenge_id: null, credential });
  const added = await insertAuthenticator(ctx.sql, {
    ...{ account_id, type: "passkey", name: "Key", confirmed: true },
  });
  await insertPasskey(ctx.sql, { authenticator_id: added.authenticator_id, ...made!.passkey });
  const checks: (() => Promise<string[] | null>)[] = [];
  for (let begun = 0; begun < count; begun++) {
    const challenge_id = crypto.randomUUID();
    const { options } = await passkeyFactor.begin!(subject(account_id, challenge_id), ctx);
    const input = { credential: key.show(options as never) };
    checks.push(checkOf(passkeyFactor, account_id, challenge_id, input, ctx));
  }
  return await costOf(checks);
}

/** By script and over HTTP: an app is set up, its session ends, and a new one begins with a code. */
async function wayThrough(service: SpawnedService, quick: boolean): Promise<Row> {
  const { client } = service;
  const times: number[] = [];
  for (let round = 0; round < (quick ? 2 : 6); round++) {
    const { email, access_token: token } = await client.newMember(newAddress("mfa"), GOOD_PASSWORD);
    const began = performance.now();
    const app = appOf((await client.expect(201, "POST", "/mfa/totp", {}, token)).body);
    const path = `/mfa/totp/${app.authenticator_id}/confirm`;
    await client.expect(200, "POST", path, { code: app.code() }, token);
    await client.expect([200, 204], "POST", "/auth/logout", {}, token);
    const login = { email, password: GOOD_PASSWORD };
    const { body } = await client.expect(200, "POST", "/auth/login", login);
    // The code that the app shows now is used. The next one is good, too: clocks differ.
    const answer = { method: "totp", code: app.code(1) };
    const done = await client.expect(200, "POST", `/auth/challenge/${body.challenge_id}`, answer);
    if (done.body.kind !== "session") throw new Error(`a ${done.body.kind} in place of a session`);
    // The first one compiles what all later ones use.
    if (round > 0) times.push(performance.now() - began);
  }
  const bcrypt_ms = 1000 / await bareBcrypt(2) * navigator.hardwareConcurrency;
  const worst = Math.max(...times);
  return {
    what: "Set up an app, sign out, sign in with it",
    measured: `${number(worst)} ms at worst, of which one bcrypt ${number(bcrypt_ms)} ms`,
    must: "< 2 s beside bcrypt",
    good: worst - bcrypt_ms < 2000,
  };
}
