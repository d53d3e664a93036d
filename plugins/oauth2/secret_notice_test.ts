import { expect } from "expect";
import { definePlugin } from "../../core/plugin.ts";
import { testPlugins } from "../../core/testing/plugins.ts";
import { checkMetadata } from "./check_metadata.ts";
import { replaceSecret } from "./client.ts";
import { oauth2Config } from "./config.ts";
import { createClient } from "./new_client.ts";
import type { OAuth2Ctx } from "./runtime.ts";
import { noticeExpiring } from "./secret_notice.ts";

const plugin = definePlugin({ name: "oauth2", about: "", config: oauth2Config });
const day = 86_400;

async function start() {
  const at = await testPlugins([plugin]);
  const metadata = checkMetadata({
    client_name: "Shop",
    redirect_uris: ["https://shop.example.org/callback"],
    contacts: ["ops@shop.example.org", "https://shop.example.org/help", "dev@shop.example.org"],
  }, { by: "command", production: true });
  return {
    ...at,
    client: (days: number | null) =>
      createClient(at.sql, at.keys, {
        ...{ metadata, origin: "command" },
        secret_lifetime_seconds: days === null ? null : days * day,
      }),
    notice: () => noticeExpiring(at.ctxOf("oauth2") as OAuth2Ctx),
  };
}

Deno.test("every contact that is an address gets one mail before a secret ends, however often it is looked", async () => {
  await using at = await start();
  const { client } = await at.client(10);
  await at.client(40);
  await at.client(null);
  await Promise.all([1, 2, 3].map(() => at.notice()));
  await at.notice();
  const mails = await at.mails({ kind: "client_secret_expiring" });
  expect(mails.map(({ to }) => to).sort()).toEqual(["dev@shop.example.org", "ops@shop.example.org"]);
  expect(mails[0].data).toMatchObject({ app: "Shop", client_id: client.client_id });
});

Deno.test("a secret that has ended is past noticing, and a new one is noticed in its turn", async () => {
  await using at = await start();
  await at.client(-1);
  await at.notice();
  expect(await at.mails()).toHaveLength(0);
  const { client } = await at.client(5);
  await at.notice();
  await replaceSecret(at.sql, client.client_id, {
    client_secret_sealed: client.client_secret_sealed,
    client_secret_expires_at: new Date(Date.now() + 13 * day * 1000),
  });
  await at.notice();
  expect(await at.mails()).toHaveLength(4);
});
