import { expect } from "expect";
import { createProver, type Prover } from "../testing/dpop.ts";
import { goodPassword, newAddress } from "../testing/client.ts";
import { type TestService, testService } from "../testing/service.ts";

/** A client as RFC 9449 wants it: it takes the nonce of each answer, and asks once more when it is told to. */
function dpopClient({ client, service }: TestService, prover: Prover) {
  let nonce: string | undefined;
  let retries = 0;
  return {
    get retries() {
      return retries;
    },
    async call(method: string, path: string, body?: unknown, access_token?: string) {
      for (;;) {
        const url = `${service.core.backend_url}${path}`;
        const proof = await prover.proof({ method, url, access_token, nonce });
        const answer = await client.call(method, path, body, {
          headers: { dpop: proof, ...(access_token ? { authorization: `DPoP ${access_token}` } : {}) },
        });
        const given = answer.headers.get("dpop-nonce") ?? undefined;
        const again = answer.status === 401 && answer.body.code === "use_dpop_nonce" && given !== nonce;
        nonce = given;
        if (!again) return answer;
        retries++;
      }
    },
  };
}

Deno.test("our own API takes tokens that are bound to a key: sign-in, calls, refresh and logout", async (t) => {
  await using running = await testService();
  const { client, service } = running;
  const [prover, thief] = await Promise.all([createProver("ES256"), createProver("EdDSA")]);
  const own = dpopClient(running, prover);
  const email = newAddress();
  const member = await client.newMember(email);

  const login = await own.call("POST", "/auth/login", { email, password: goodPassword });
  expect(login).toMatchObject({ status: 200, body: { kind: "session", token_type: "DPoP" } });
  expect(own.retries).toBe(1);
  const { access_token, refresh_token } = login.body;

  const me = await own.call("GET", "/users/me?a=b", undefined, access_token);
  expect(me).toMatchObject({ status: 200, body: { email } });
  expect(me.headers.get("dpop-nonce")).toBe(service.ctx.dpop.nonce());
  expect(own.retries).toBe(1);

  const url = `${service.core.backend_url}/users/me`;
  const nonce = service.ctx.dpop.nonce();
  const good = { method: "GET", url, access_token, nonce };
  const used = await prover.proof(good);
  const call = (authorization: string, proof: string | null) =>
    client.call("GET", "/users/me", undefined, {
      headers: { authorization, ...(proof === null ? {} : { dpop: proof }) },
    });
  expect((await call(`DPoP ${access_token}`, used)).status).toBe(200);
  expect((await call(`dpop ${access_token}`, await prover.proof(good))).status).toBe(200);

  const refused: [string, string, string | null, string][] = [
    ["a bound token as a bearer token", `Bearer ${access_token}`, null, "session_required"],
    [
      "a bound token as a bearer token with a proof",
      `Bearer ${access_token}`,
      await prover.proof(good),
      "session_required",
    ],
    [
      "an unbound token with a proof",
      `DPoP ${member.access_token}`,
      await prover.proof({ ...good, access_token: member.access_token }),
      "session_required",
    ],
    ["a refresh token", `DPoP ${refresh_token}`, await prover.proof(good), "session_required"],
    ["no token", "DPoP", await prover.proof(good), "session_required"],
    ["two tokens", `DPoP ${access_token} ${access_token}`, await prover.proof(good), "session_required"],
    ["no proof", `DPoP ${access_token}`, null, "invalid_dpop_proof"],
    ["a proof shown again", `DPoP ${access_token}`, used, "invalid_dpop_proof"],
    ["a proof by another key", `DPoP ${access_token}`, await thief.proof(good), "invalid_dpop_proof"],
    [
      "a proof for another method",
      `DPoP ${access_token}`,
      await prover.proof({ ...good, method: "PUT" }),
      "invalid_dpop_proof",
    ],
    [
      "a proof for another path",
      `DPoP ${access_token}`,
      await prover.proof({ ...good, url: `${url}/sessions` }),
      "invalid_dpop_proof",
    ],
    [
      "a proof for another host",
      `DPoP ${access_token}`,
      await prover.proof({ ...good, url: "http://evil.example/users/me" }),
      "invalid_dpop_proof",
    ],
    [
      "a proof for another token",
      `DPoP ${access_token}`,
      await prover.proof({ ...good, access_token: refresh_token }),
      "invalid_dpop_proof",
    ],
    [
      "an old proof",
      `DPoP ${access_token}`,
      await prover.proof({ ...good, iat: Math.floor(Date.now() / 1000) - 60 }),
      "invalid_dpop_proof",
    ],
    ["no nonce", `DPoP ${access_token}`, await prover.proof({ ...good, nonce: undefined }), "use_dpop_nonce"],
    [
      "a nonce of nobody",
      `DPoP ${access_token}`,
      await prover.proof({ ...good, nonce: "a" }),
      "use_dpop_nonce",
    ],
  ];
  for (const [what, authorization, proof, code] of refused) {
    await t.step(what, async () => {
      const answer = await call(authorization, proof);
      expect(answer).toMatchObject({ status: 401, body: { code } });
      const challenge = answer.headers.get("www-authenticate")!;
      if (authorization.startsWith("Bearer")) expect(challenge).toBe('Bearer error="invalid_token"');
      else {
        expect(challenge).toMatch(
          /^DPoP error="(invalid_token|invalid_dpop_proof|use_dpop_nonce)", algs="ES256 EdDSA Ed25519 PS256 RS256"$/,
        );
        expect(answer.headers.get("dpop-nonce")).toBe(nonce);
      }
    });
  }

  await t.step("a bad proof at sign-in is refused before the password is looked at", async () => {
    const proof = await prover.proof({
      method: "POST",
      url: `${service.core.backend_url}/auth/refresh`,
      nonce,
    });
    const answer = await client.call("POST", "/auth/login", { email, password: "wrong password" }, {
      headers: { dpop: proof },
    });
    expect(answer).toMatchObject({ status: 401, body: { code: "invalid_dpop_proof" } });
  });

  await t.step(
    "refresh: not without the key, nor with another; with it the same binding goes on",
    async () => {
      expect((await client.refresh(refresh_token)).status).toBe(401);
      const stolen = await dpopClient(running, thief).call("POST", "/auth/refresh", { refresh_token });
      expect(stolen).toMatchObject({ status: 401, body: { code: "session_expired" } });
      const refreshed = await own.call("POST", "/auth/refresh", { refresh_token });
      expect(refreshed).toMatchObject({ status: 200, body: { token_type: "DPoP" } });
      expect((await own.call("GET", "/users/me", undefined, refreshed.body.access_token)).status).toBe(200);
    },
  );

  await t.step("an access token does not renew itself, bound or not", async () => {
    for (
      const answer of [
        await own.call("POST", "/auth/refresh", {}, access_token),
        await client.call("POST", "/auth/refresh", {}, { token: member.access_token }),
      ]
    ) expect(answer).toMatchObject({ status: 401, body: { code: "session_expired" } });
  });

  await t.step("logout ends it", async () => {
    expect((await own.call("POST", "/auth/logout", {}, access_token)).status).toBe(204);
    expect((await own.call("GET", "/users/me", undefined, access_token)).body.code).toBe("session_required");
  });
});

Deno.test("a proof that one replica took is refused by the other", async () => {
  await using one = await testService();
  await using other = await testService({
    database: { url: one.database_url! },
    env: { BACKEND_URL: one.url },
  });
  const prover = await createProver();
  const email = newAddress();
  await one.client.newMember(email);
  const url = `${one.service.core.backend_url}/auth/login`;
  const proof = await prover.proof({ method: "POST", url, nonce: other.service.ctx.dpop.nonce() });
  const login = ({ client }: TestService) =>
    client.call("POST", "/auth/login", { email, password: goodPassword }, { headers: { dpop: proof } });
  const answers = await Promise.all([login(one), login(other), login(one), login(other)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
});
