import { expect } from "expect";
import { createProver } from "../../../core/testing/dpop.ts";
import { person, testProvider } from "../../../core/testing/provider.ts";
import { type Fields, post, type TokenClient, tokenClient } from "../../../core/testing/token_client.ts";

const refresh = (client: TokenClient, refresh_token: string, headers?: Record<string, string>) =>
  client.token({ grant_type: "refresh_token", refresh_token }, headers);
const active = async (client: TokenClient, token: string) =>
  (await client.call("/oauth/introspect", { token })).body.active;

for (const access_token_format of ["jwt", "opaque"]) {
  Deno.test(`a client gives its tokens back (${access_token_format}, RFC 7009)`, async (t) => {
    await using service = await testProvider();
    const { api, sql } = service;
    const who = await person(service);
    const app = await tokenClient(service, { access_token_format });
    const stranger = await tokenClient(service);
    const get = async () => (await app.token((await app.code(who)).fields)).body;
    const userinfo = async (token: string) =>
      (await api("GET", "/oauth/userinfo", undefined, { token })).status;

    await t.step("an access token ends alone", async () => {
      const [one, other] = [await get(), await get()];
      const answer = await app.call("/oauth/revoke", { token: one.access_token });
      expect([answer.status, answer.body, answer.headers.get("cache-control")]).toEqual([
        200,
        null,
        "no-store",
      ]);
      expect([await active(app, one.access_token), await userinfo(one.access_token)]).toEqual([false, 401]);
      expect([await active(app, other.access_token), await userinfo(other.access_token)]).toEqual([
        true,
        200,
      ]);
      expect((await refresh(app, one.refresh_token)).status).toBe(200);
    });

    await t.step("a refresh token ends with all that its grant gave, and no other grant", async () => {
      const [one, other] = [await get(), await get()];
      const next = (await refresh(app, one.refresh_token)).body;
      expect((await app.call("/oauth/revoke", { token: next.refresh_token })).status).toBe(200);
      for (const token of [one.access_token, next.access_token]) {
        expect([await active(app, token), await userinfo(token)]).toEqual([false, 401]);
      }
      for (const token of [one.refresh_token, next.refresh_token]) {
        expect((await refresh(app, token)).body.error).toBe("invalid_grant");
      }
      expect(await active(app, other.access_token)).toBe(true);
    });

    await t.step("one that was used before ends its family too: whoever holds it wants out", async () => {
      const one = await get();
      const next = (await refresh(app, one.refresh_token)).body;
      await app.call("/oauth/revoke", { token: one.refresh_token });
      expect((await refresh(app, next.refresh_token)).body.error).toBe("invalid_grant");
      expect(await active(app, next.access_token)).toBe(false);
    });

    for (const token_type_hint of ["refresh_token", "access_token", "nonsense"]) {
      await t.step(`the hint ${token_type_hint} changes nothing`, async () => {
        const one = await get();
        await app.call("/oauth/revoke", { token: one.access_token, token_type_hint });
        expect(await active(app, one.access_token)).toBe(false);
        await app.call("/oauth/revoke", { token: one.refresh_token, token_type_hint });
        expect((await refresh(app, one.refresh_token)).status).toBe(400);
      });
    }

    await t.step("twice is as good as once", async () => {
      const one = await get();
      for (const token of [one.access_token, one.access_token, one.refresh_token, one.refresh_token]) {
        expect((await app.call("/oauth/revoke", { token })).status).toBe(200);
      }
    });

    await t.step(
      "what is another client's is refused and stays; what is nothing at all is answered alike",
      async () => {
        const one = await get();
        for (const token of [one.access_token, one.refresh_token]) {
          const { status, body } = await stranger.call("/oauth/revoke", { token });
          expect([status, body.error]).toEqual([400, "invalid_request"]);
        }
        for (const token of [one.id_token, "nonsense", "fsa_", "fsr2_", "a.b.c", "a".repeat(9000)]) {
          const answer = await stranger.call("/oauth/revoke", { token });
          expect([answer.status, answer.body]).toEqual([200, null]);
        }
        await app.call("/oauth/revoke", { token: one.id_token });
        expect([await active(app, one.access_token), await active(app, one.refresh_token)]).toEqual([
          true,
          true,
        ]);
      },
    );

    await t.step("fifty at once, with refreshes between them, leave nothing alive", async () => {
      const one = await get();
      const answers = await Promise.all(
        Array.from(
          { length: 50 },
          (_, i) =>
            i % 2 ? app.call("/oauth/revoke", { token: one.refresh_token }) : refresh(app, one.refresh_token),
        ),
      );
      const given = answers.filter(({ body }) => body?.access_token).map(({ body }) => body);
      for (const { access_token, refresh_token } of [one, ...given]) {
        expect([await active(app, access_token), await active(app, refresh_token)]).toEqual([false, false]);
      }
      expect((await sql`select 1 from oauth_grant where revoke_reason = 'revoked_by_client'`).length)
        .toBeGreaterThan(0);
    });
  });
}

Deno.test("who gives a token back shows which client that is", async (t) => {
  await using service = await testProvider();
  const who = await person(service);
  const app = await tokenClient(service);
  const open = await tokenClient(service, { token_endpoint_auth_method: "none" });
  const token: string = (await app.token((await app.code(who)).fields)).body.access_token;
  const path = "/oauth/revoke";
  const send = (fields: Fields, headers?: Record<string, string>) => post(service, path, fields, headers);
  const refused: [string, () => ReturnType<typeof post>, number, string][] = [
    ["nobody", () => send({ token }), 401, "invalid_client"],
    ["a name alone", () => send({ token, client_id: app.client_id }), 401, "invalid_client"],
    ["the token itself", () => send({ token }, { authorization: `Bearer ${token}` }), 400, "invalid_request"],
    ["no token", () => app.call(path, { token_type_hint: "access_token" }), 400, "invalid_request"],
    ["an empty token", () => app.call(path, { token: "" }), 400, "invalid_request"],
    ["two tokens", () => app.call(path, { token: [token, token] }), 400, "invalid_request"],
    ["a NUL", () => app.call(path, { token: "\0" }), 400, "invalid_request"],
    ["JSON", () => service.api("POST", path, { token }), 400, "invalid_request"],
    ["70,000 letters", () => app.call(path, { token: "a".repeat(70_000) }), 413, "invalid_request"],
  ];
  for (const [what, call, status, error] of refused) {
    await t.step(`refuses ${what}`, async () => {
      const answer = await call();
      expect([answer.status, answer.body.error]).toEqual([status, error]);
      expect(await active(app, token)).toBe(true);
    });
  }

  await t.step("of a public client its name is enough, from any origin and without the key", async () => {
    const url = `${service.core.backend_url}/oauth/token`;
    const dpop = await (await createProver()).proof({ method: "POST", url });
    const given = (await open.token((await open.code(who)).fields, { dpop })).body;
    const answer = await open.call(path, { token: given.refresh_token }, { origin: "https://spa.example" });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    const left = await service.sql`
      select 1 from oauth_grant where client_id = ${open.client_id} and revoked_at is null`;
    expect(left).toHaveLength(0);
  });
});
