import { expect } from "expect";
import { testCore } from "../testing/core.ts";
import { createProver, type Prover } from "../testing/dpop.ts";
import type { TokenPair } from "./tokens.ts";
import type { StartedSession } from "../sign_in/sign_in.ts";

const request = { amr: ["pwd"], auth_time: new Date(), ip: "192.0.2.1", user_agent: "test", request_id: "r" };

const refreshTokenOf = ({ tokens }: StartedSession) => (tokens as TokenPair).refresh_token;

async function signedIn(options = {}) {
  const h = await testCore([], options);
  const account_id = await h.account();
  const outcome = await h.sign_in.complete({ ...request, account_id, transport: "token" });
  return { h, account_id, started: outcome as StartedSession };
}

Deno.test("an access token leads to its session, until the session ends", async () => {
  const { h, account_id, started } = await signedIn();
  await using _ = h;
  const { access_token } = started.tokens!;
  const asked = () => h.sessions.authenticate({ bearer: access_token, cookie: null, ip: null });
  expect(await asked()).toMatchObject({ account_id, via: "bearer", session: { amr: ["pwd"] } });
  await h.sessions.end(h.sql, account_id, started.session.session_id, "logout");
  expect(await asked()).toBeNull();
  expect(await h.published()).toEqual(["session.started", "session.ended"]);
});

Deno.test("200 parallel refreshes of one token all get the same successor, and nobody is logged out", async () => {
  const { h, started } = await signedIn();
  await using _ = h;
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => h.tokens.refresh(refreshTokenOf(started))),
  );
  expect(new Set(answers.map((answer) => answer.kind))).toEqual(new Set(["tokens"]));
  const successors = new Set(
    answers.map((answer) => answer.kind === "tokens" ? answer.tokens.refresh_token : ""),
  );
  expect(successors.size).toBe(1);
  expect(await h.sql`select 1 from refresh_token`).toHaveLength(2);
  expect((await h.tokens.refresh([...successors][0])).kind).toBe("tokens");
});

Deno.test("a refresh token shown again after the grace window is told apart", async () => {
  const { h, started } = await signedIn();
  await using _ = h;
  const refresh_token = refreshTokenOf(started);
  await h.tokens.refresh(refresh_token);
  await h.sql`update refresh_token set used_at = now() - interval '31 seconds' where generation = 0`;
  expect(await h.tokens.refresh(refresh_token)).toMatchObject({
    kind: "reused",
    session: { session_id: started.session.session_id },
  });
});

for (
  const [title, spoil] of [
    ["an expired token", "update refresh_token set expires_at = now() - interval '1 second'"],
    ["a token whose session has ended", "update session set ended_at = now()"],
    ["a token whose session is too old", "update session set expires_at = now() - interval '1 second'"],
    [
      "a token whose session was idle too long",
      "update session set last_used_at = now() - interval '30 days'",
    ],
    ["a token of a disabled account", "update account set status = 'disabled'"],
    ["a token nobody knows", "delete from refresh_token"],
  ]
) {
  Deno.test(`refresh refuses ${title}`, async () => {
    const { h, started } = await signedIn();
    await using _ = h;
    await h.sql.unsafe(spoil);
    expect((await h.tokens.refresh(refreshTokenOf(started))).kind).toBe("invalid");
  });
}

Deno.test("a cookie session is found by its secret only, and the database does not hold the secret", async () => {
  await using h = await testCore();
  const account_id = await h.account();
  const started = await h.sign_in.complete({ ...request, account_id, transport: "cookie" }) as StartedSession;
  const { value } = started.cookie!;
  expect(started.tokens).toBeNull();
  expect(await h.sessions.authenticate({ bearer: null, cookie: value, ip: null })).toMatchObject({
    via: "cookie",
  });
  expect(await h.sessions.authenticate({ bearer: null, cookie: `${value}x`, ip: null })).toBeNull();
  const [row] = await h.sql`select session::text as text from session`;
  expect(row.text).not.toContain(value);
});

Deno.test("ending all others leaves the one that asked", async () => {
  await using h = await testCore();
  const account_id = await h.account();
  const other = await h.account();
  const start = (who: string) => h.sign_in.complete({ ...request, account_id: who, transport: "token" });
  const [mine] = await Promise.all([start(account_id), start(account_id), start(account_id), start(other)]);
  const { session_id } = (mine as StartedSession).session;
  expect(await h.sessions.endAll(h.sql, account_id, { reason: "revoked", except: session_id })).toBe(2);
  expect((await h.sessions.list(h.sql, account_id)).map((session) => session.session_id)).toEqual([
    session_id,
  ]);
  expect(await h.sessions.list(h.sql, other)).toHaveLength(1);
});

Deno.test("nobody ends a session of somebody else", async () => {
  const { h, started } = await signedIn();
  await using _ = h;
  const stranger = await h.account();
  expect(await h.sessions.end(h.sql, stranger, started.session.session_id, "revoked")).toBe(false);
});

Deno.test("only first-party access tokens of a session are ours; another client's with the same keys is none", async (t) => {
  const { h, account_id, started } = await signedIn();
  await using _ = h;
  const now = Math.floor(Date.now() / 1000);
  const ours = {
    iss: h.core.backend_url,
    aud: h.core.backend_url,
    sub: account_id,
    client_id: "first-party",
    sid: started.session.session_id,
    iat: now,
    exp: now + 60,
    jti: "a",
  };
  const sign = (changed: Record<string, unknown>, typ = "at+jwt") =>
    h.signing_keys.sign({ ...ours, ...changed }, { typ });
  expect(await h.tokens.verify(await sign({}))).toEqual({ sub: account_id, sid: ours.sid, jkt: null });
  const refused: [string, string][] = [
    ["an OAuth client's, with a sid", await sign({ client_id: "another" })],
    ["a client of a like name", await sign({ client_id: "first-party " })],
    ["a client that is a list", await sign({ client_id: ["first-party"] })],
    ["no client", await sign({ client_id: undefined })],
    ["no session", await sign({ sid: undefined })],
    ["a session that is no uuid", await sign({ sid: "' or true --" })],
    ["no subject", await sign({ sub: undefined })],
    ["an ID token", await sign({}, "JWT")],
    ["a logout token", await sign({}, "logout+jwt")],
    ["another audience", await sign({ aud: "https://api.example" })],
    ["bound to a certificate, which we cannot check", await sign({ cnf: { "x5t#S256": "a" } })],
    ["bound to nothing", await sign({ cnf: null })],
    ["bound to a list", await sign({ cnf: { jkt: ["a"] } })],
  ];
  for (const [what, token] of refused) {
    await t.step(what, async () => {
      expect(await h.tokens.verify(token)).toBeNull();
      expect(await h.sessions.authenticate({ bearer: token, cookie: null, ip: null })).toBeNull();
    });
  }
});

Deno.test("a bound session: its tokens say so, count only with proofs by its key, and refresh only with its key", async () => {
  await using h = await testCore();
  const [prover, thief] = await Promise.all([createProver(), createProver()]);
  const account_id = await h.account();
  const { tokens, session } = await h.sign_in.complete(
    { ...request, account_id, transport: "token", dpop_jkt: prover.jkt },
  ) as StartedSession;
  expect(session.dpop_jkt).toBe(prover.jkt);
  expect(tokens!.token_type).toBe("DPoP");
  const { access_token, refresh_token } = tokens as TokenPair;
  expect(await h.tokens.verify(access_token)).toMatchObject({ jkt: prover.jkt });
  expect(await h.sessions.authenticate({ bearer: access_token, cookie: null, ip: null })).toBeNull();
  const what = { method: "GET", url: `${h.core.backend_url}/users/me` };
  const ask = async (by: Prover, token = access_token) => {
    const proof = await by.proof({ ...what, access_token: token, nonce: h.dpop.nonce() });
    const dpop = { access_token: token, proof, ...what };
    return await h.sessions.authenticate({ bearer: null, dpop, cookie: null, ip: null });
  };
  expect(await ask(prover)).toMatchObject({ account_id, via: "bearer" });
  await expect(ask(thief)).rejects.toMatchObject({ error: "invalid_dpop_proof" });
  const unbound = await h.sign_in.complete({ ...request, account_id, transport: "token" }) as StartedSession;
  expect(unbound.tokens!.token_type).toBe("Bearer");
  expect(await ask(prover, unbound.tokens!.access_token)).toBeNull();

  expect(await h.tokens.refresh(refresh_token)).toEqual({ kind: "invalid" });
  expect(await h.tokens.refresh(refresh_token, thief.jkt)).toEqual({ kind: "invalid" });
  const refreshed = await h.tokens.refresh(refresh_token, prover.jkt);
  expect(refreshed).toMatchObject({ kind: "tokens", tokens: { token_type: "DPoP" } });
  const after = await h.tokens.refresh(refreshTokenOf(unbound), prover.jkt);
  expect(after).toMatchObject({ kind: "tokens", tokens: { token_type: "Bearer" } });
  // A stranger who shows a used token without its key does not end the session of its owner.
  await h.sql`update refresh_token set used_at = now() - interval '1 hour' where used_at is not null`;
  expect(await h.tokens.refresh(refresh_token, thief.jkt)).toEqual({ kind: "invalid" });
  expect((await h.tokens.refresh(refresh_token, prover.jkt)).kind).toBe("reused");
});

Deno.test("a cookie session is bound to no key", async () => {
  await using h = await testCore();
  const account_id = await h.account();
  const started = await h.sign_in.complete(
    { ...request, account_id, transport: "cookie", dpop_jkt: "a" },
  ) as StartedSession;
  expect(started.session.dpop_jkt).toBeNull();
});
