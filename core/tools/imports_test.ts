import { expect } from "expect";
import { problemOf } from "./import_rules.ts";
import { checkImports } from "./imports.ts";

const value = "value";
const type = "type";

const refused: [string, string, typeof value | typeof type][] = [
  ["core/http/app.ts", "plugins/mfa/mod.ts", value],
  ["core/http/app.ts", "plugins/mfa/mod.ts", type],
  ["core/http/app.ts", "workflows/lib/saga.ts", value],
  ["core/http/app.ts", "activities/mod.ts", type],
  ["core/http/app.ts", "ui/page.tsx", value],
  ["core/http/app.ts", "ml/fraud.ts", value],
  ["core/http/app.ts", "flow-shield.config.ts", value],
  ["core/http/app.ts", "core/testing/postgres.ts", value],
  ["core/http/app.ts", "core/tools/imports.ts", type],
  ["core/http/app.ts", "https://example.org/mod.ts", value],
  ["core/http/app.ts", "jsr:@std/assert", value],
  ["ml/forest.ts", "core/db/postgres.ts", type],
  ["activities/send_email.ts", "plugins/mfa/totp.ts", value],
  ["activities/send_email.ts", "workflows/lib/saga.ts", value],
  ["workflows/erasure.ts", "core/account.ts", value],
  ["workflows/erasure.ts", "activities/mod.ts", value],
  ["workflows/erasure.ts", "npm:postgres", value],
  ["workflows/erasure.ts", "npm:@temporalio/workflow", value],
  ["workflows/mod.ts", "npm:@temporalio/workflow-other", value],
  ["workflows/mod.ts", "core/account.ts", value],
  ["activities/send_email.ts", "workflows/erasure.ts", value],
  ["activities/mod.ts", "workflows/mod.ts", value],
  ["ui/page.tsx", "npm:esbuild", value],
  ["ui/assets.ts", "core/account.ts", value],
  ["workflows/erasure.ts", "node:crypto", value],
  ["workflows/erasure.ts", "plugins/mfa/workflows.ts", type],
  ["plugins/mfa/totp.ts", "plugins/oauth2/token.ts", value],
  ["plugins/mfa/totp.ts", "plugins/oauth2/token.ts", type],
  ["plugins/mfa/totp.ts", "plugins/mfa-sms/mod.ts", value],
  ["plugins/mfa/totp.ts", "workflows/lib/saga.ts", value],
  ["plugins/mfa/totp.ts", "activities/mod.ts", value],
  ["plugins/mfa/totp.ts", "ui/page.tsx", value],
  ["plugins/mfa/workflows.ts", "plugins/mfa/activities.ts", value],
  ["plugins/mfa/workflows.ts", "plugins/mfa/totp.ts", value],
  ["plugins/mfa/workflows.ts", "plugins/oauth2/stories.ts", value],
  ["plugins/mfa/workflows.ts", "workflows/erasure.ts", value],
  ["plugins/mfa/workflows.ts", "core/account.ts", value],
  ["plugins/mfa/stories.ts", "npm:@temporalio/workflow", value],
  ["plugins/mfa/stories.ts", "core/account.ts", value],
  ["plugins/mfa/stories.ts", "plugins/mfa/totp.ts", value],
  ["plugins/mfa/pages/security.tsx", "plugins/mfa/totp.ts", value],
  ["plugins/mfa/pages/security.tsx", "plugins/mfa/totp.ts", type],
  ["plugins/mfa/pages/security.tsx", "plugins/mfa/routes/enroll.ts", value],
  ["plugins/mfa/pages/security.tsx", "core/plugin.ts", value],
  ["plugins/mfa/pages/security.tsx", "plugins/oauth2/islands/Consent.tsx", value],
  ["plugins/mfa/islands/OtpInput.tsx", "npm:postgres", value],
  ["ui/page.tsx", "core/account.ts", value],
  ["ui/page.tsx", "npm:hono", value],
  ["flow-shield.config.ts", "ui/page.tsx", value],
  ["flow-shield.config.ts", "core/testing/service.ts", value],
  ["somewhere/else.ts", "core/plugin.ts", type],
];

const allowed: [string, string, typeof value | typeof type][] = [
  ["core/http/app.ts", "core/plugin.ts", value],
  ["core/http/app.ts", "npm:hono/cors", value],
  ["core/flow/flows.ts", "workflows/lib/story.ts", value],
  ["activities/mod.ts", "core/plugin.ts", value],
  ["activities/mod.ts", "workflows/erasure.ts", type],
  ["workflows/erasure.ts", "workflows/lib/saga.ts", value],
  ["workflows/mod.ts", "npm:@temporalio/workflow", value],
  ["workflows/lib/temporal_teller.ts", "npm:@temporalio/workflow", value],
  ["activities/mod.ts", "workflows/erasure.ts", value],
  ["ui/assets.ts", "npm:esbuild", value],
  ["workflows/erasure.ts", "activities/mod.ts", type],
  ["plugins/mfa/mod.ts", "plugins/mfa/pages/security.tsx", value],
  ["plugins/mfa/mod.ts", "core/plugin.ts", value],
  ["plugins/mfa/mod.ts", "ml/forest.ts", value],
  ["plugins/mfa/workflows.ts", "plugins/mfa/stories.ts", value],
  ["plugins/mfa/workflows.ts", "plugins/mfa/activities.ts", type],
  ["plugins/mfa/workflows.ts", "workflows/lib/timers.ts", value],
  ["plugins/mfa/stories.ts", "workflows/lib/story.ts", value],
  ["plugins/mfa/stories.ts", "core/flow/step.ts", type],
  ["plugins/mfa/pages/security.tsx", "ui/page.tsx", value],
  ["plugins/mfa/pages/security.tsx", "npm:preact/hooks", value],
  ["plugins/mfa/pages/security.tsx", "npm:@preact/signals", value],
  ["plugins/mfa/pages/security.tsx", "plugins/mfa/islands/OtpInput.tsx", value],
  ["plugins/mfa/pages/security.tsx", "plugins/mfa/routes/enroll.ts", type],
  ["ui/page.tsx", "core/http/route.ts", type],
  ["flow-shield.config.ts", "plugins/mfa/mod.ts", value],
  ["main.ts", "ui/mod.ts", value],
  ["plugins/mfa/totp_test.ts", "core/testing/postgres.ts", value],
  ["core/testing/service.ts", "flow-shield.config.ts", value],
];

for (const [from, to, kind] of refused) {
  Deno.test(`problemOf() refuses ${from} the ${kind}s of ${to}`, () => {
    expect(problemOf({ from, to, types_only: kind === type })).toContain(`${from} imports `);
  });
}

for (const [from, to, kind] of allowed) {
  Deno.test(`problemOf() allows ${from} the ${kind}s of ${to}`, () => {
    expect(problemOf({ from, to, types_only: kind === type })).toBe(null);
  });
}

/** Writes a made-up repository and checks it. */
async function problemsIn(files: Record<string, string>): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries({ "deno.json": "{}", ...files })) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    return (await checkImports(new URL(`file://${await Deno.realPath(folder)}/`))).problems;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("checkImports() finds nothing wrong in a tree that keeps the rules", async () => {
  expect(
    await problemsIn({
      "deno.json": `{ "imports": { "@/": "./" } }`,
      "core/plugin.ts": `export interface P {}; export const definePlugin = (p: P) => p;`,
      "plugins/mfa/mod.ts":
        `import { definePlugin } from "@/core/plugin.ts"; export default definePlugin({});`,
      "plugins/mfa/pages/one.tsx":
        `import type { P } from "../../../core/plugin.ts"; export const p: P = {};`,
      "main.ts": `import "./plugins/mfa/mod.ts"; import "node:path";`,
      "node_modules/bad/core.ts": `import "../../nowhere.ts";`,
    }),
  ).toEqual([]);
});

Deno.test("checkImports() sees every way to import: by map, by type, by re-export, dynamically", async () => {
  const problems = await problemsIn({
    "deno.json": `{ "imports": { "secret": "./plugins/mfa/mod.ts" } }`,
    "plugins/mfa/mod.ts": `export default 1; export interface M {}`,
    "core/by_map.ts": `import "secret";`,
    "core/by_type.ts": `import type { M } from "../plugins/mfa/mod.ts"; export const m: M = {};`,
    "core/by_type_expression.ts": `export const m: import("../plugins/mfa/mod.ts").M = {};`,
    "core/by_re_export.ts": `export * from "../plugins/mfa/mod.ts";`,
    "core/dynamically.ts": `export const load = () => import("../plugins/mfa/mod.ts");`,
    "core/missing.ts": `import "./nowhere.ts";`,
    "ui/half_typed.ts": `import { type P, q } from "../core/plugin.ts"; export const p: P = q;`,
    "core/plugin.ts": `export interface P {}; export const q: P = {};`,
  });
  const files = problems.map((problem) => problem.split(" ")[0]);
  expect(files).toEqual([
    "core/by_map.ts",
    "core/by_re_export.ts",
    "core/by_type.ts",
    "core/by_type_expression.ts",
    "core/dynamically.ts",
    "core/missing.ts",
    "ui/half_typed.ts",
  ]);
  expect(problems.find((problem) => problem.startsWith("core/missing.ts"))).toContain("not there");
});
