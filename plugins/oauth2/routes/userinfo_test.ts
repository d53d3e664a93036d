/** Userinfo: which token opens it, and what it then says. */
import { expect } from "expect";
import { createProver } from "../../../core/testing/dpop.ts";
import { person, type TestProvider, testProvider } from "../../../core/testing/provider.ts";
import {
  bearer,
  claimsIn,
  connected,
  post,
  tokenClient,
  userinfo,
} from "../../../core/testing/token_client.ts";

Deno.test("userinfo wants one token in one place, for openid (RFC 6750 §2, §3)", async (t) => {
  await using service = await testProvider();
  const who = await person(service);
  const app = await tokenClient(service, {
    grant_types: ["authorization_code", "refresh_token", "client_credentials"],
  });
  const { access_token } = await connected(app, who);
  const plain = (await connected(app, who, { scope: ["profile"] })).access_token;
  const machine = (await app.token({ grant_type: "client_credentials" })).body.access_token;
  const challenge = 'Bearer, DPoP algs="ES256 EdDSA Ed25519 PS256 RS256"';
  const cases: [
    string,
    () => Promise<{ status: number; headers: Headers; body: { error: string } }>,
    number,
    string,
    RegExp | string,
  ][] = [
    ["nothing", () => userinfo(service, {}), 401, "invalid_token", challenge],
    [
      "the query",
      () => userinfo(service, {}, `?access_token=${access_token}`),
      401,
      "invalid_token",
      challenge,
    ],
    ["Basic", () => userinfo(service, { authorization: "Basic eDp5" }), 401, "invalid_token", challenge],
    [
      "Bearer alone",
      () => userinfo(service, { authorization: "Bearer" }),
      401,
      "invalid_token",
      /^Bearer error=/,
    ],
    [
      "two tokens",
      () => userinfo(service, { authorization: `Bearer ${access_token} ${access_token}` }),
      401,
      "invalid_token",
      /^Bearer error=/,
    ],
    [
      "header and form",
      () => post(service, "/oauth/userinfo", { access_token }, bearer(access_token)),
      400,
      "invalid_request",
      /error="invalid_request"/,
    ],
    [
      "two in the form",
      () => post(service, "/oauth/userinfo", { access_token: [access_token, "x"] }),
      400,
      "invalid_request",
      "",
    ],
    [
      "no openid",
      () => userinfo(service, bearer(plain)),
      403,
      "insufficient_scope",
      /error="insufficient_scope".*scope="openid"/,
    ],
    ["a machine", () => userinfo(service, bearer(machine)), 403, "insufficient_scope", /scope="openid"/],
    [
      "DPoP for a bearer token",
      () => userinfo(service, { authorization: `DPoP ${access_token}`, dpop: "x" }),
      401,
      "invalid_token",
      /^Bearer error=/,
    ],
  ];
  for (const [what, ask, status, error, header] of cases) {
    await t.step(`${what}: ${error}`, async () => {
      const answer = await ask();
      expect([answer.status, answer.body.error]).toEqual([status, error]);
      const given = answer.headers.get("www-authenticate") ?? "";
      if (typeof header === "string") expect(given).toBe(header);
      else expect(given).toMatch(header);
    });
  }
});

Deno.test("a bound token opens userinfo only with a proof by its key (RFC 9449 §7)", async (t) => {
  await using service = await testProvider({ dpop_nonce: "required" });
  const who = await person(service);
  const app = await tokenClient(service, { dpop_bound_access_tokens: true });
  const [holder, thief] = [await createProver(), await createProver()];
  const at = (path: string) => `${service.core.backend_url}/oauth/${path}`;
  const { fields } = await app.code(who);
  const asked = await app.token(fields, { dpop: await holder.proof({ method: "POST", url: at("token") }) });
  // Refused before the code is touched, so that the client can try again.
  expect([asked.status, asked.body.error]).toEqual([400, "use_dpop_nonce"]);
  const nonce = asked.headers.get("dpop-nonce")!;
  const given = await app.token(fields, {
    dpop: await holder.proof({ method: "POST", url: at("token"), nonce }),
  });
  expect(given.body.token_type).toBe("DPoP");
  const { access_token } = given.body;
  const url = at("userinfo");
  const proof = (changes = {}, by = holder) =>
    by.proof({ method: "GET", url, access_token, nonce, ...changes });
  const show = (dpop?: string) =>
    userinfo(service, { authorization: `DPoP ${access_token}`, ...dpop ? { dpop } : {} });
  const used = await proof();
  expect((await show(used)).body).toEqual({ sub: who.account_id });
  const refused: [string, string | undefined, string][] = [
    ["no proof", undefined, "invalid_dpop_proof"],
    ["another key", await proof({}, thief), "invalid_token"],
    ["no ath", await proof({ access_token: undefined }), "invalid_dpop_proof"],
    ["the ath of another token", await proof({ access_token: "x" }), "invalid_dpop_proof"],
    ["another method", await proof({ method: "POST" }), "invalid_dpop_proof"],
    ["another address", await proof({ url: at("token") }), "invalid_dpop_proof"],
    ["a proof that was used", used, "invalid_dpop_proof"],
    ["two proofs", `${await proof()}, ${await proof()}`, "invalid_dpop_proof"],
    ["no nonce", await proof({ nonce: undefined }), "use_dpop_nonce"],
    ["a nonce of its own", await proof({ nonce: "mine" }), "use_dpop_nonce"],
  ];
  for (const [what, dpop, error] of refused) {
    await t.step(`${what}: ${error}`, async () => {
      const answer = await show(dpop);
      expect([answer.status, answer.body.error]).toEqual([401, error]);
      expect(answer.headers.get("www-authenticate")).toMatch(new RegExp(`^DPoP error="${error}".*algs="`));
      // It may have become another since: it is a minute's.
      const told = error === "use_dpop_nonce" ? [nonce, service.ctx.dpop.nonce()] : [null];
      expect(told).toContain(answer.headers.get("dpop-nonce"));
    });
  }
  await t.step("as a bearer token it is nothing", async () => {
    expect((await userinfo(service, bearer(access_token))).body.error).toBe("invalid_token");
    expect((await post(service, "/oauth/userinfo", { access_token })).body.error).toBe("invalid_token");
  });
  await t.step("introspection says which key", async () => {
    const { body } = await app.call("/oauth/introspect", { token: access_token });
    expect(body).toMatchObject({ token_type: "DPoP", cnf: { jkt: holder.jkt } });
  });
});

Deno.test("claims are what the scopes and the parameter claims ask for, and signed where registered", async () => {
  await using service = await testProvider();
  const who = await person(service);
  const app = await tokenClient(service, {
    userinfo_signed_response_alg: "ES256",
    id_token_signed_response_alg: "EdDSA",
  });
  const other = await tokenClient(service, { introspection_signed_response_alg: "PS256" });
  for (const alg of ["ES256", "PS256", "RS256"]) await service.ctx.signing_keys.ensure(alg);
  const claims = {
    userinfo: {
      email: { value: "another@example.com" },
      email_verified: { essential: true },
      locale: { values: ["en"] },
    },
    id_token: { email: null, nickname: { essential: true }, sub: { value: "somebody" } },
  };
  const { access_token, id_token } = await connected(app, who, { claims });
  const { core } = service;
  // Read by hand: the answer is no JSON.
  const answered = await raw(service, "/oauth/userinfo", { headers: bearer(access_token) });
  expect(answered.type).toBe("application/jwt");
  const verify = (token: string, typ: string) => service.ctx.signing_keys.verify(token, { typ });
  expect(claimsIn(answered.text)).toEqual({
    ...{ iss: core.backend_url, aud: app.client_id, sub: who.account_id },
    ...{ email_verified: true, locale: "en" },
  });
  // It has no end, so nobody can pass it off as a token.
  expect(await verify(answered.text, "JWT")).toBeNull();
  expect(claimsIn(id_token)).toMatchObject({ sub: who.account_id, email: who.email });
  expect(claimsIn(id_token)).not.toHaveProperty("nickname");
  expect(await verify(id_token, "JWT")).not.toBeNull();

  const mine = await connected(other, who);
  const form = new URLSearchParams({ token: mine.access_token }).toString();
  const type = "application/x-www-form-urlencoded";
  const authorization = `Basic ${btoa(`${other.client_id}:${other.client_secret}`)}`;
  const signed = await raw(service, "/oauth/introspect", {
    body: form,
    headers: { "content-type": type, authorization },
  });
  expect(signed.type).toBe("application/token-introspection+jwt");
  expect(JSON.parse(atob(signed.text.split(".")[0]))).toMatchObject({
    alg: "PS256",
    typ: "token-introspection+jwt",
  });
  expect(claimsIn(signed.text)).toEqual({
    ...{ iss: core.backend_url, aud: other.client_id, iat: expect.any(Number) },
    token_introspection: expect.objectContaining({ active: true, sub: who.account_id }),
  });
  const third = await tokenClient(service);
  const wanted = await raw(service, "/oauth/introspect", {
    body: form,
    headers: {
      "content-type": type,
      authorization: `Basic ${btoa(`${third.client_id}:${third.client_secret}`)}`,
      accept: "application/json;q=0.1, application/token-introspection+jwt",
    },
  });
  expect(claimsIn(wanted.text)).toMatchObject({
    aud: third.client_id,
    token_introspection: { active: false },
  });
});

async function raw(
  service: TestProvider,
  path: string,
  init: { body?: string; headers: Record<string, string> },
) {
  const { text, headers } = await service.browse(
    path,
    init.body === undefined ? { headers: init.headers } : {
      form: Object.fromEntries(new URLSearchParams(init.body)),
      headers: init.headers,
    },
  );
  return { text, type: headers.get("content-type") };
}
