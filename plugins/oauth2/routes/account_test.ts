import { expect } from "expect";
import { newAddress, newMember } from "../../../core/testing/people.ts";
import {
  allow,
  newClient,
  type Person,
  person,
  type TestProvider,
  testProvider,
} from "../../../core/testing/provider.ts";
import { presentation } from "../../../ui/mod.ts";
import { claimsOf } from "../standard_claims.ts";

const own = ({ cookie }: Person) => ({ headers: { cookie, "sec-fetch-site": "same-origin" } });
const consent = ({ sql }: TestProvider, { account_id }: Person, client_id: string, scope: string[]) =>
  sql`insert into oauth_consent (account_id, client_id, scope) values (${account_id}, ${client_id}, ${scope})`;

Deno.test("connected apps", async (t) => {
  await using service = await testProvider({ scopes: ["orders:read=See your orders"] }, { presentation });
  const { api, browse, sql } = service;
  const app = await newClient(service, {
    ...{ client_name: "Shop <b>", "client_name#de": "Laden", client_uri: "https://shop.example/" },
    ...{ logo_uri: "https://cdn.example/logo.png", initiate_login_uri: "https://app.example/start" },
  });
  const plain = await newClient(service, { client_name: "Plain" });
  const who = await person(service);
  const list = async (one = who, headers = {}) =>
    (await api("GET", "/users/me/apps", undefined, { headers: { ...own(one).headers, ...headers } })).body
      .apps;

  await t.step("are for who is signed in", async () => {
    for (
      const [method, path] of [["GET", "/users/me/apps"], ["DELETE", "/users/me/apps/x"], [
        "GET",
        "/users/me/claims",
      ], ["PUT", "/users/me/claims"]]
    ) {
      const answer = await api(method, path, method === "PUT" ? {} : undefined);
      expect([path, answer.status]).toEqual([path, 401]);
    }
  });

  await t.step("are none at first, and the page says what will be there", async () => {
    expect(await list()).toEqual([]);
    expect((await browse("/account/apps", { cookie: who.cookie })).text).toContain("No apps yet");
  });

  await t.step("are those with a consent or a live grant, each once, with what they may in all", async () => {
    await consent(service, who, app.client_id, ["openid", "email"]);
    await allow(service, who, app, { scope: ["openid", "orders:read", "offline_access"], offline: true });
    await allow(service, who, plain);
    const over = await newClient(service);
    const { grant_id } = await allow(service, who, over);
    await sql`update oauth_grant set revoked_at = now() where grant_id = ${grant_id}`;
    const apps = await list();
    expect(apps.map(({ client_id }: { client_id: string }) => client_id).sort()).toEqual(
      [app.client_id, plain.client_id].sort(),
    );
    const shop = apps.find(({ client_id }: { client_id: string }) => client_id === app.client_id);
    expect(shop).toMatchObject({
      client_name: "Shop <b>",
      offline: true,
      launch_uri: `${service.core.backend_url}/oauth/launch/${app.client_id}`,
    });
    expect(shop.scopes).toEqual([
      { name: "email", description: null },
      { name: "offline_access", description: null },
      { name: "openid", description: null },
      { name: "orders:read", description: "See your orders" },
    ]);
    const german = await list(who, { "accept-language": "de" });
    expect(german.map(({ client_name }: { client_name: string }) => client_name)).toContain("Laden");
    expect(await list(await person(service))).toEqual([]);
  });

  await t.step("are shown with their words, and nothing a client named itself is markup", async () => {
    const { text, headers } = await browse("/account/apps", { cookie: who.cookie });
    for (
      const shown of [
        "Shop &lt;b>",
        "shop.example",
        "See your orders",
        "see your e-mail address",
        "Disconnect Plain",
      ]
    ) {
      expect(text).toContain(shown);
    }
    expect(text).not.toContain("Shop <b>");
    expect(headers.get("content-security-policy")).toContain("img-src 'self' data: https://cdn.example;");
    expect(text).toContain(`href="${service.core.backend_url}/oauth/launch/${app.client_id}"`);
    expect(text).toMatch(/href="\/account\/apps" aria-current="page"/);
  });

  await t.step("taking back ends every grant and the consent, of this person alone", async () => {
    const neighbour = await person(service);
    await consent(service, neighbour, app.client_id, ["openid"]);
    await allow(service, neighbour, app);
    const elsewhere = await browse("/account/apps", {
      form: { intent: "revoke", client_id: app.client_id },
      cookie: who.cookie,
      headers: { "sec-fetch-site": "cross-site" },
    });
    expect(elsewhere.status).toBe(403);
    const form = { intent: "revoke", client_id: app.client_id };
    const answer = await browse("/account/apps", { form, cookie: who.cookie });
    expect([answer.status, answer.location]).toEqual([303, "/account/apps?revoked=1"]);
    expect((await browse(answer.location!, { cookie: who.cookie })).text).toContain("Disconnected.");
    expect((await list()).map(({ client_id }: { client_id: string }) => client_id)).toEqual([
      plain.client_id,
    ]);
    expect(
      await sql`select 1 from oauth_grant where account_id = ${who.account_id} and client_id = ${app.client_id}
                     and revoked_at is null`,
    ).toHaveLength(0);
    expect(await list(neighbour)).toHaveLength(1);
    expect((await api("DELETE", `/users/me/apps/${app.client_id}`, undefined, own(who))).status).toBe(404);
    expect((await api("DELETE", "/users/me/apps/nobody", undefined, own(who))).status).toBe(404);
    expect((await api("DELETE", `/users/me/apps/${plain.client_id}`, undefined, own(who))).status).toBe(204);
  });
});

Deno.test("what apps may know", async (t) => {
  await using service = await testProvider({}, { presentation });
  const { api, browse, sql } = service;
  const email = await newMember(service, newAddress(), undefined, {
    first_name: "Ada",
    last_name: "King",
    username: "ada",
  });
  const who = await person(service, email);
  const given = {
    ...{ middle_name: "Augusta", nickname: "Countess", birthdate: "1815-12-10", zoneinfo: "Europe/London" },
    ...{ phone_number: "+44 20 7946 0958", website: "https://ada.example/" },
    address: {
      street_address: "12 St James's Square\nTop",
      locality: "London",
      postal_code: "SW1Y",
      country: "England",
    },
  };

  await t.step("is the profile alone at first", async () => {
    expect(await claimsOf(sql, who.account_id)).toEqual({
      ...{ name: "Ada King", given_name: "Ada", family_name: "King", preferred_username: "ada" },
      ...{ email, email_verified: true, locale: "en", updated_at: expect.any(Number) },
    });
    expect(await claimsOf(sql, crypto.randomUUID())).toEqual({});
    const { body } = await api("GET", "/users/me/claims", undefined, own(who));
    expect(new Set(Object.values({ ...body.claims, address: null }))).toEqual(new Set([null]));
  });

  await t.step("is what was told besides; a number is never said to be verified", async () => {
    expect((await api("PUT", "/users/me/claims", given, own(who))).status).toBe(200);
    expect(await claimsOf(sql, who.account_id)).toMatchObject({
      ...{ name: "Ada Augusta King", middle_name: "Augusta", birthdate: "1815-12-10" },
      ...{ phone_number: "+442079460958", phone_number_verified: false },
      address: {
        street_address: "12 St James's Square\nTop",
        country: "England",
        formatted: "12 St James's Square\nTop\nSW1Y London\nEngland",
      },
    });
    const { body } = await api("GET", "/users/me/claims", undefined, own(who));
    expect(body.claims).toMatchObject({ nickname: "Countess", gender: null, address: { region: null } });
  });

  await t.step("refuses what is none, by field, and keeps what was there", async () => {
    const before = await claimsOf(sql, who.account_id);
    const rows: [body: Record<string, unknown>, field: string][] = [
      [{ website: "http://ada.example/" }, "website"],
      [{ birthdate: "10.12.1815" }, "birthdate"],
      [{ address: { country: "x".repeat(101) } }, "address.country"],
      [{ address: { formatted: "x" } }, "address.formatted"],
      [{ phone_number_verified: true }, "phone_number_verified"],
      [{ email_verified: true }, "email_verified"],
      [{ sub: "somebody" }, "sub"],
    ];
    for (const [body, field] of rows) {
      const answer = await api("PUT", "/users/me/claims", body, own(who));
      expect([answer.status, Object.keys(answer.body.fields ?? {})]).toEqual([422, [field]]);
    }
    expect(await claimsOf(sql, who.account_id)).toEqual(before);
    const forged = await api("PUT", "/users/me/claims", {}, { headers: { cookie: who.cookie } });
    expect(forged.status).toBe(403);
  });

  await t.step(
    "has a form that works without script, and keeps what was typed when it is wrong",
    async () => {
      const { cookie } = who;
      const page = await browse("/account/about", { cookie });
      for (const shown of ['value="Countess"', "12 St James", 'value="SW1Y"']) {
        expect(page.text).toContain(
          shown,
        );
      }
      const wrong = await browse("/account/about", {
        cookie,
        form: { nickname: "N", birthdate: "soon", postal_code: "E1", country: "<b>" },
      });
      expect(wrong.status).toBe(422);
      for (
        const shown of ['value="soon"', 'value="E1"', "Write the date like 1815-12-10", "Use plain text"]
      ) {
        expect(wrong.text).toContain(shown);
      }
      const right = await browse("/account/about", { cookie, form: { nickname: "N", country: "England" } });
      expect([right.status, right.location]).toEqual([303, "/account/about?saved=1"]);
      expect(await claimsOf(sql, who.account_id)).toMatchObject({ nickname: "N", name: "Ada King" });
      expect(await claimsOf(sql, who.account_id)).not.toHaveProperty("phone_number");
    },
  );
});
