import { expect } from "expect";
import { beginKeyRotation, keyRotationFlowId, rotate_signing_keys } from "./keys.ts";
import { keyRotation } from "../workflows/key_rotation.ts";
import { keysCommand } from "../core/commands/keys.ts";
import type { AnyCtx, CommandTools } from "../core/plugin.ts";
import { testCore } from "../core/testing/core.ts";
import { testService } from "../core/testing/service.ts";

const story = {
  stories: { KeyRotationWorkflow: keyRotation },
  steps: { rotate_signing_keys },
};

async function begun(days = 90) {
  const h = await testCore([story], { signing_key_rotation_days: days });
  await beginKeyRotation(h);
  return h;
}

const age = (h: AnyCtx, days: number, alg = "EdDSA") =>
  h.sql`update signing_key set state_changed_at = now() - make_interval(days => ${days})
        where state = 'current' and alg = ${alg}`;
const states = async (h: AnyCtx) =>
  (await h.signing_keys.describe()).map(({ alg, state }) => `${alg} ${state}`);
const flow = async (h: AnyCtx) =>
  (await h.sql<{ status: string; next_tick_at: Date; n: number }[]>`
    select status, next_tick_at, count(*) over ()::int as n from flow`)[0];
const days = (from: Date) => (from.getTime() - Date.now()) / 86_400_000;

Deno.test("a key that has signed for long enough is rotated, each algorithm by itself, and what it signed holds", async () => {
  await using h = await begun();
  await h.signing_keys.ensure("ES256");
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: h.core.backend_url, iat: now, exp: now + 600 };
  const token = await h.signing_keys.sign(claims, { typ: "at+jwt" });
  await age(h, 89);
  await h.flows.tellDirectly(keyRotationFlowId);
  expect(await states(h)).toEqual(["ES256 next", "ES256 current", "EdDSA next", "EdDSA current"]);
  await age(h, 90);
  await h.flows.tellDirectly(keyRotationFlowId);
  const after = ["ES256 next", "ES256 current", "EdDSA next", "EdDSA current", "EdDSA previous"];
  expect(await states(h)).toEqual(after);
  await h.flows.tellDirectly(keyRotationFlowId);
  expect(await states(h)).toEqual(after);
  expect(await h.signing_keys.verify(token, { typ: "at+jwt" })).not.toBeNull();
  expect(await flow(h)).toMatchObject({ status: "waiting" });
});

Deno.test("eight executors that find a key due rotate it once", async () => {
  await using h = await begun();
  await age(h, 100);
  await Promise.all(Array.from({ length: 8 }, () => h.sql.begin((tx) => h.signing_keys.rotateDue(tx, 90))));
  expect(await states(h)).toEqual(["EdDSA next", "EdDSA current", "EdDSA previous"]);
});

Deno.test("the story looks again when the next key is due, and after a day at the latest", async () => {
  await using h = await begun();
  await h.flows.tellDirectly(keyRotationFlowId);
  expect(days((await flow(h)).next_tick_at)).toBeCloseTo(1, 2);
  await h
    .sql`update signing_key set state_changed_at = now() - interval '89 days 12 hours' where state = 'current'`;
  await h.flows.tellDirectly(keyRotationFlowId);
  expect(days((await flow(h)).next_tick_at)).toBeCloseTo(0.5, 2);
});

Deno.test("there is one such story, however many start at once; one that has ended is begun anew", async () => {
  await using h = await begun();
  await Promise.all(Array.from({ length: 8 }, () => beginKeyRotation(h)));
  expect(await flow(h)).toMatchObject({ status: "running", n: 1 });
  await h.sql`update flow set finished_at = now(), status = 'failed'`;
  await beginKeyRotation(h);
  expect(await flow(h)).toMatchObject({ status: "running", n: 1 });
});

Deno.test("0 days: no story begins, and one that is under way rotates nothing", async () => {
  await using none = await begun(0);
  expect(await flow(none)).toBeUndefined();
  await using h = await begun();
  await age(h, 1000);
  h.core.signing_key_rotation_days = 0;
  await h.flows.tellDirectly(keyRotationFlowId);
  expect(await states(h)).toEqual(["EdDSA next", "EdDSA current"]);
});

Deno.test("a service rotates by itself; its set is for every origin, and a stale copy has the new key", async () => {
  await using running = await testService({ env: { SIGNING_KEY_ROTATION_DAYS: "30" } });
  const { client, service } = running;
  const set = async () =>
    await client.call("GET", "/.well-known/jwks.json", undefined, {
      headers: { origin: "https://anybody.example", authorization: "Bearer nonsense" },
    });
  const before = await set();
  expect(before.status).toBe(200);
  expect(before.headers.get("access-control-allow-origin")).toBe("*");
  expect(before.headers.get("cache-control")).toBe("public, max-age=300");
  const [next, current] = before.body.keys.filter(({ alg }: { alg: string }) => alg === "EdDSA");
  await age(service.ctx, 31);
  await service.ctx.flows.tellDirectly(keyRotationFlowId);
  const token = await (async () => {
    for (;;) {
      const jwt = await service.ctx.signing_keys.sign({ iss: service.core.backend_url }, { typ: "JWT" });
      const { kid } = JSON.parse(atob(jwt.split(".")[0]));
      if (kid !== current.kid) return kid;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  expect(token).toBe(next.kid);
});

Deno.test("operators list keys and rotate them; what makes no sense is told in a sentence", async () => {
  await using h = await testCore();
  const lines: string[] = [];
  const tools = {
    withCtx: (work: (ctx: AnyCtx) => Promise<unknown>) => work(h),
    say: (line: string) => lines.push(line),
  } as unknown as CommandTools;
  const run = async (...args: string[]) => {
    lines.length = 0;
    await keysCommand.run(args, tools);
    return lines.map((line) => line.replace(/ +since .*/, "").replaceAll(/ +/g, " "));
  };
  expect(await run("list")).toEqual(["EdDSA next", "EdDSA current"]);
  const rotated = ["EdDSA next", "EdDSA current", "EdDSA previous"];
  expect((await run("rotate", "EdDSA")).slice(0, 3)).toEqual(rotated);
  expect((await run("rotate")).slice(0, 4)).toEqual([...rotated, "EdDSA previous"]);
  expect(lines.join()).not.toContain('"d"');
  for (
    const args of [[], ["list", "x"], ["rotate", "HS256"], ["rotate", "PS256"], ["rotate", "EdDSA", "x"], [
      "remove",
    ]]
  ) {
    await expect(run(...args)).rejects.toThrow(/^(There is no|Nothing has been)/);
  }
});
