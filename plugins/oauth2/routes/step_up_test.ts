import { decodeJwt } from "jose";
import { expect } from "expect";
import { authorizePath, type Changes, verifier } from "../../../core/testing/authorization.ts";
import { codeFactor } from "../../../core/testing/factor.ts";
import { newClient, type Person, person, testProvider } from "../../../core/testing/provider.ts";
import type { AnyPlugin, Verdict } from "../../../core/plugin.ts";
import { presentation } from "../../../ui/mod.ts";
import { hashSecret } from "../../../core/session/session.ts";

/** What accounts have, and what policy says of a session that is there. */
const world = { has_factor: true, policy: { kind: "pass" } as Verdict };
const factors: AnyPlugin = {
  name: "factors",
  about: "for a test",
  config: {},
  factors: [{ ...codeFactor("totp"), offered: () => Promise.resolve(world.has_factor) }],
  gates: [{
    act: "continue_session",
    phase: "factor",
    name: "policy",
    decide: () => Promise.resolve(world.policy),
  }],
};
const service = await testProvider({ step_up_scopes: ["orders:pay"], scopes: ["orders:pay=Pay for you"] }, {
  presentation,
}, [factors]);
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { sql, browse, api, core } = service;
const house = await newClient(service, { first_party: true });
const app = await newClient(service, { scope: "openid orders:pay" });

const two = "urn:flowshield:acr:2";
const essential = (value: string) => JSON.stringify({ id_token: { acr: { essential: true, value } } });
const headers = (who: Person) => ({ headers: { cookie: who.cookie, "sec-fetch-site": "same-origin" } });

/** Answers the challenge in that browser, which has another cookie from then on. */
async function show(who: Person, location: string): Promise<string> {
  const { searchParams } = new URL(location);
  const path = `/auth/challenge/${searchParams.get("challenge_id")}`;
  const answer = await api("POST", path, { method: "totp", code: "123456" }, headers(who));
  expect(answer).toMatchObject({
    status: 200,
    body: { kind: "session", acr: two, session_id: who.session_id },
  });
  who.cookie = /^[^;]+/.exec(answer.headers.getSetCookie()[0])![0];
  return searchParams.get("next")!;
}

/** Exchanges the code of a redirect; what the ID token says. */
async function claimsOf(location: string) {
  const { searchParams } = new URL(location);
  const fields = {
    grant_type: "authorization_code",
    code: searchParams.get("code")!,
    client_id: house.client_id,
    redirect_uri: house.redirect_uris[0],
    code_verifier: verifier,
  };
  const { body } = await api("POST", "/oauth/token", new URLSearchParams(fields).toString(), {
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  return decodeJwt(body.id_token);
}

async function ask(who: Person, changes: Changes, to = house) {
  return (await browse(authorizePath(to, changes), { cookie: who.cookie })).location!;
}

for (
  const [title, changes] of [
    ["acr_values", { acr_values: two }],
    ["an essential acr", { claims: essential(two) }],
    ["the least of several", { acr_values: `urn:flowshield:acr:3 ${two}` }],
  ] as [string, Changes][]
) {
  Deno.test(`${title}: the browser is asked for more, comes back, and the ID token says so`, async () => {
    world.has_factor = true;
    const who = await person(service);
    await sql`update session set auth_time = now() - interval '1 hour' where session_id = ${who.session_id}`;
    const location = await ask(who, changes);
    expect(location).toMatch(/\/challenge\?challenge_id=[\w-]{36}&next=%2Foauth%2Fauthorize%2F[\w-]{43}$/);
    const next = await show(who, location);
    const back = await browse(next, { cookie: who.cookie });
    const claims = await claimsOf(back.location!);
    expect(claims).toMatchObject({ acr: two, amr: expect.arrayContaining(["pwd", "otp", "mfa"]) });
    expect(Date.now() / 1000 - (claims.auth_time as number)).toBeLessThan(60);
    // Shown once: the next request finds it.
    expect(await ask(who, changes)).toMatch(/^https:\/\/app\.example\/callback\?code=/);
  });
}

Deno.test("a wish that the account cannot meet is answered with what is true", async () => {
  world.has_factor = false;
  const claims = await claimsOf(await ask(await person(service), { acr_values: two }));
  expect(claims).toMatchObject({ acr: "urn:flowshield:acr:1", amr: ["pwd"] });
});

Deno.test("what must be and cannot leads to where a factor is set up, and then on", async () => {
  world.has_factor = false;
  const location = await ask(await person(service), { claims: essential(two) });
  expect(location).toMatch(/\/account\/factors\?needed=2&next=%2Foauth%2Fauthorize%2F[\w-]{43}$/);
});

Deno.test("a wish for more than what was shown is asked for once", async () => {
  world.has_factor = true;
  const who = await person(service);
  const location = await ask(who, { acr_values: "urn:flowshield:acr:3" });
  // Nothing of this account leads to 3, so nothing is asked.
  expect((await claimsOf(location)).acr).toBe("urn:flowshield:acr:1");
});

for (
  const [title, changes] of [["prompt=none", { prompt: "none" }], ["anything", {}]] as [string, Changes][]
) {
  Deno.test(`a session that policy stops leads to no code and has ended: ${title}`, async () => {
    const who = await person(service);
    world.policy = { kind: "require", methods: ["totp"] };
    try {
      const location = await ask(who, changes);
      expect(location).toMatch(title === "anything" ? /\/sign-in\?next=/ : /error=login_required/);
    } finally {
      world.policy = { kind: "pass" };
    }
    const [{ end_reason }] = await sql`
      select end_reason from session where cookie_hash = ${hashSecret(who.cookie.split("=")[1])}`;
    expect(end_reason).toBe("policy");
  });
}

Deno.test("a scope of power wants a young and strong proof, others do not", async () => {
  world.has_factor = true;
  const who = await person(service);
  const allow = async (scope: string) => {
    const reference = /request=([\w-]{43})$/.exec(await ask(who, { scope }, app))![1];
    const body = { decision: "allow", revision: app.revision };
    return await api("POST", `/oauth/interactions/${reference}/decision`, body, headers(who));
  };
  expect((await allow("openid")).status).toBe(200);
  expect(await allow("openid orders:pay")).toMatchObject({
    status: 401,
    body: { code: "step_up_required", acr_values: two, max_age: core.step_up_max_age_minutes * 60 },
  });
});

Deno.test("a device is allowed by no session that policy stops", async () => {
  const who = await person(service);
  const tv = await newClient(service, {
    grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
    response_types: [],
    redirect_uris: [],
  });
  const { body } = await api(
    "POST",
    "/oauth/device_authorization",
    new URLSearchParams({ client_id: tv.client_id, scope: "openid" }).toString(),
    { headers: { "content-type": "application/x-www-form-urlencoded" } },
  );
  world.policy = { kind: "require", methods: ["totp"] };
  try {
    const decision = { user_code: body.user_code, decision: "allow" };
    const answer = await api("POST", "/oauth/device/decision", decision, headers(who));
    expect(answer).toMatchObject({ status: 401, body: { code: "session_required" } });
  } finally {
    world.policy = { kind: "pass" };
  }
});
