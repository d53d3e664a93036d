import { expect } from "expect";
import { person, testProvider } from "../../core/testing/provider.ts";
import type { Client } from "./client.ts";
import { accountFor, sectorOf, subjectFor } from "./subject.ts";

const client = (more: Partial<Client> = {}) => ({
  ...{ client_id: "app", subject_type: "pairwise" as const, sector_identifier_uri: null },
  ...{ redirect_uris: ["https://app.example/callback"], ...more },
});

Deno.test("a sector is a host, or the client itself where there is none (Core §8.1)", () => {
  const cases: [Partial<Client>, string][] = [
    [{}, "app.example"],
    [{ redirect_uris: ["https://app.example:8443/callback"] }, "app.example:8443"],
    [{ sector_identifier_uri: "https://sector.example/list.json" }, "sector.example"],
    [{ redirect_uris: [] }, "client_id app"],
    [{ redirect_uris: ["com.example.app:/callback"] }, "client_id app"],
  ];
  for (const [more, sector] of cases) expect(sectorOf(client(more))).toBe(sector);
});

Deno.test("one sector knows a person as one sub, another as another, and none as the account", async () => {
  await using service = await testProvider();
  const { sql } = service;
  const [{ account_id }, other] = [await person(service), await person(service)];
  const [app, twin] = [client(), client({ client_id: "twin" })];
  const foreign = client({ redirect_uris: ["https://other.example/"] });
  const subs = await Promise.all(Array.from({ length: 20 }, () => subjectFor(sql, app, account_id)));
  expect(new Set(subs).size).toBe(1);
  const [sub] = subs;
  expect(sub).toMatch(/^[\w-]{43}$/);
  expect(await subjectFor(sql, twin, account_id)).toBe(sub);
  expect(await subjectFor(sql, foreign, account_id)).not.toBe(sub);
  expect(await subjectFor(sql, app, other.account_id)).not.toBe(sub);
  expect(await accountFor(sql, app, sub)).toBe(account_id);
  const known = client({ subject_type: "public" });
  expect(await subjectFor(sql, known, account_id)).toBe(account_id);
  expect(await accountFor(sql, known, account_id)).toBe(account_id);
  const nobody: [ReturnType<typeof client>, string][] = [
    [foreign, sub],
    [app, account_id],
    [app, ""],
    [app, "x".repeat(1000)],
    [known, sub],
    [known, crypto.randomUUID()],
    [known, "' or 1=1 --"],
    [known, account_id.toUpperCase()],
  ];
  for (const [by, word] of nobody) expect(await accountFor(sql, by, word)).toBeNull();
});
