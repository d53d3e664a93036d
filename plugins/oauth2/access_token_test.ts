import { expect } from "expect";
import { person, type TestProvider, testProvider } from "../../core/testing/provider.ts";
import { claimsIn, nowSeconds, type TokenClient, tokenClient } from "../../core/testing/token_client.ts";
import { readAccessToken } from "./access_token.ts";

const grant_type = "urn:ietf:params:oauth:grant-type:token-exchange";
const subject_token_type = "urn:ietf:params:oauth:token-type:access_token";

/** What an API may exchange, and how it does. */
async function exchanger(service: TestProvider): Promise<TokenClient> {
  return await tokenClient(service, {
    ...{ redirect_uris: [], grant_types: [grant_type], token_exchange: ["impersonation"] },
    resources: [service.core.backend_url],
  });
}

/** One like it that ends in so many seconds. */
const ending = (service: TestProvider, token: string, seconds: number) =>
  service.ctx.signing_keys.sign({ ...claimsIn(token), exp: nowSeconds() + seconds }, { typ: "at+jwt" });

Deno.test("a JWT that was seen alive is over when it ends", async () => {
  await using service = await testProvider();
  const app = await tokenClient(service);
  const { access_token } = (await app.token((await app.code(await person(service))).fields)).body;
  const short = await ending(service, access_token, 2);
  expect((await readAccessToken(service.oauth, short))?.claims.client_id).toBe(app.client_id);
  const { exp } = claimsIn(short);
  await new Promise((resolve) => setTimeout(resolve, exp * 1000 - Date.now() + 20));
  expect(await readAccessToken(service.oauth, short)).toBeNull();
  expect(await readAccessToken(service.oauth, access_token)).not.toBeNull();
});

Deno.test("an opaque token is over when its row says so, before anything has swept it", async () => {
  await using service = await testProvider();
  const app = await tokenClient(service, { access_token_format: "opaque" });
  const { access_token } = (await app.token((await app.code(await person(service))).fields)).body;
  expect(await readAccessToken(service.oauth, access_token)).not.toBeNull();
  await service.sql`update oauth_access_token set expires_at = now()`;
  expect(await readAccessToken(service.oauth, access_token)).toBeNull();
});

Deno.test("an exchanged token ends with the one it was made of", async () => {
  await using service = await testProvider();
  const [app, api] = [await tokenClient(service), await exchanger(service)];
  const { access_token } = (await app.token((await app.code(await person(service))).fields)).body;
  const subject_token = await ending(service, access_token, 45);
  const { body } = await api.token({ grant_type, subject_token, subject_token_type });
  expect(claimsIn(body.access_token).exp).toBe(claimsIn(subject_token).exp);
  expect(body.expires_in).toBeLessThanOrEqual(45);
});

Deno.test("what an app asked for by claims is told to the app, not to who exchanged its token", async () => {
  await using service = await testProvider();
  const who = await person(service);
  const [app, api] = [await tokenClient(service), await exchanger(service)];
  const { fields } = await app.code(who, { claims: { userinfo: { email: null } } });
  const subject_token = (await app.token(fields)).body.access_token;
  const exchanged = (await api.token({ grant_type, subject_token, subject_token_type })).body.access_token;
  const told = async (token: string) =>
    (await service.api("GET", "/oauth/userinfo", undefined, { token })).body;
  expect(await told(subject_token)).toEqual({ sub: who.account_id, email: who.email });
  expect(await told(exchanged)).toEqual({ sub: who.account_id });
});
