import { expect } from "expect";
import { createProver } from "../../../core/testing/dpop.ts";
import { person, testProvider } from "../../../core/testing/provider.ts";
import {
  assertionClaims,
  claimsIn,
  type Fields,
  keyHolder,
  tokenClient,
} from "../../../core/testing/token_client.ts";
import { assertionType } from "../client_assertion.ts";

Deno.test("a FAPI 2.0 client gets bound tokens, by an assertion and a proof, and keeps its refresh token", async (t) => {
  await using service = await testProvider();
  for (const alg of ["PS256", "RS256"]) await service.ctx.signing_keys.ensure(alg);
  const key = await keyHolder("PS256");
  const app = await tokenClient(service, {
    profile: "fapi2",
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [key.jwk] },
  });
  const who = await person(service);
  const url = `${service.core.backend_url}/oauth/token`;
  const [holder, rsa] = [await createProver("ES256"), await createProver("RS256")];
  const proof = (by = holder, iat?: number) => by.proof({ method: "POST", url, iat });
  const shown = async (changes = {}): Promise<Fields> => ({
    client_assertion: await key.sign(assertionClaims(service, app.client_id, changes)),
    client_assertion_type: assertionType,
  });
  const now = Math.floor(Date.now() / 1000);
  const { fields } = await app.code(who);
  const refused: [string, Fields, string | undefined, string][] = [
    ["no proof", await shown(), undefined, "invalid_dpop_proof"],
    ["a proof by RS256", await shown(), await proof(rsa), "invalid_dpop_proof"],
    ["a proof a minute old", await shown(), await proof(holder, now - 60), "invalid_dpop_proof"],
    ["a proof of the next minute", await shown(), await proof(holder, now + 60), "invalid_dpop_proof"],
    ["no assertion", {}, await proof(), "invalid_client"],
    ["an assertion for the token endpoint", await shown({ aud: url }), await proof(), "invalid_client"],
    [
      "an assertion for a list",
      await shown({ aud: [service.core.backend_url] }),
      await proof(),
      "invalid_client",
    ],
    ["an assertion of the next minute", await shown({ nbf: now + 60 }), await proof(), "invalid_client"],
  ];
  for (const [what, more, dpop, error] of refused) {
    await t.step(`${what}: ${error}`, async () => {
      const { body } = await app.token({ ...fields, ...more }, dpop ? { dpop } : {});
      expect(body.error).toBe(error);
    });
  }

  const ahead = { iat: now + 8, nbf: now + 8 };
  const { body } = await app.token({ ...fields, ...await shown(ahead) }, {
    dpop: await proof(holder, now + 8),
  });
  expect(body.token_type).toBe("DPoP");
  expect(claimsIn(body.access_token).cnf).toEqual({ jkt: holder.jkt });
  expect(JSON.parse(atob(body.id_token.split(".")[0])).alg).toMatch(/^(PS256|ES256|EdDSA)$/);
  const { refresh_token } = body;
  for (let i = 0; i < 3; i++) {
    const again = await app.token({ grant_type: "refresh_token", refresh_token, ...await shown() }, {
      dpop: await proof(),
    });
    expect(again.body).toMatchObject({ refresh_token, token_type: "DPoP" });
  }
});
