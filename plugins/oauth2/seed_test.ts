import { expect } from "expect";
import { configure, definePlugin } from "../../core/plugin.ts";
import { testDatabase } from "../../core/testing/postgres.ts";
import { testPlugins } from "../../core/testing/plugins.ts";
import { checkMetadata } from "./check_metadata.ts";
import { type Client, findClient, openSecret } from "./client.ts";
import { type OAuth2Config, oauth2Config } from "./config.ts";
import { createClient } from "./new_client.ts";
import type { OAuth2Ctx } from "./runtime.ts";
import { seedClient } from "./seed.ts";

const plugin = definePlugin<OAuth2Config>({ name: "oauth2", about: "", config: oauth2Config });
const secrets = [crypto.getRandomValues(new Uint8Array(32))];
const whole = {
  client_id: "shop",
  client_secret: "a secret of their own choice",
  redirect_uri: ["https://shop.example.org/callback"],
};

const refused: [string, Partial<OAuth2Config>, RegExp][] = [
  ["a secret without an id", { client_secret: whole.client_secret }, /^OAUTH2_CLIENT_ID is needed/],
  ["an address without an id", { redirect_uri: whole.redirect_uri }, /^OAUTH2_CLIENT_ID is needed/],
  ["our own name", { ...whole, client_id: "first-party" }, /^OAUTH2_CLIENT_ID: first-party is/],
  ["an id with a colon", { ...whole, client_id: "a:b" }, /^OAUTH2_CLIENT_ID: letters, digits/],
  ["an id with a slash", { ...whole, client_id: "a/b" }, /^OAUTH2_CLIENT_ID: letters, digits/],
  ["neither secret nor address", { client_id: "shop" }, /^OAUTH2_REDIRECT_URI is needed/],
  [
    "http",
    { ...whole, redirect_uri: ["http://shop.example.org/"] },
    /^OAUTH2_REDIRECT_URI: .*must use https/,
  ],
  [
    "a fragment",
    { ...whole, redirect_uri: ["https://shop.example.org/#x"] },
    /^OAUTH2_REDIRECT_URI: .*fragment/,
  ],
  ["javascript:", { ...whole, redirect_uri: ["javascript:alert(1)"] }, /^OAUTH2_REDIRECT_URI: .*scheme/],
];

for (const [what, options, expected] of refused) {
  Deno.test(`seedClient() refuses ${what}, naming the variable`, async () => {
    await using at = await testPlugins([configure(plugin, options)], { secrets });
    const failure = await seedClient(at.ctxOf("oauth2") as OAuth2Ctx).catch((error) => error);
    expect([failure.name, failure.message]).toEqual(["OperatorError", expect.stringMatching(expected)]);
    expect(await at.sql`select 1 from oauth_client`).toHaveLength(0);
  });
}

Deno.test("seedClient() follows its settings from start to start, and changes nothing when they are the same", async () => {
  await using database = await testDatabase({ pool: 4 });
  const start = async (options: Partial<OAuth2Config>) => {
    await using at = await testPlugins([configure(plugin, options)], { secrets, database });
    const ctx = at.ctxOf("oauth2") as OAuth2Ctx;
    await Promise.all([seedClient(ctx), seedClient(ctx)]);
    const client = await findClient(at.sql, "shop") as Client;
    return { client, secret: openSecret(at.keys, client) };
  };
  const first = await start(whole);
  expect(first.secret).toBe(whole.client_secret);
  expect(first.client).toMatchObject({ origin: "setting", redirect_uris: whole.redirect_uri, revision: 1 });
  const same = await start(whole);
  expect(same).toEqual({ ...first, client: { ...first.client, updated_at: same.client.updated_at } });
  const other = {
    ...whole,
    client_secret: "another one, also long",
    redirect_uri: ["https://shop.example.org/new"],
  };
  const changed = await start(other);
  expect(changed.secret).toBe(other.client_secret);
  expect(changed.client).toMatchObject({ redirect_uris: other.redirect_uri, revision: 2 });
  const open = await start({ client_id: "shop", redirect_uri: ["http://127.0.0.1/callback"] });
  expect(open.client).toMatchObject({ token_endpoint_auth_method: "none", application_type: "native" });
  expect(open.client.client_secret_sealed).toBeNull();
});

Deno.test("seedClient() without settings makes nothing, and takes no client that is not its own", async () => {
  await using at = await testPlugins([configure(plugin, whole)], { secrets });
  const ctx = at.ctxOf("oauth2") as OAuth2Ctx;
  await seedClient({
    ...ctx,
    config: { ...ctx.config, client_id: null, client_secret: null, redirect_uri: [] },
  });
  expect(await at.sql`select 1 from oauth_client`).toHaveLength(0);
  const metadata = checkMetadata({ redirect_uris: whole.redirect_uri }, { by: "command", production: true });
  await createClient(at.sql, at.keys, { metadata, origin: "command", client_id: "shop" });
  await expect(seedClient(ctx)).rejects.toThrow(/there is a client shop that was not made by this setting/);
});
