import { expect } from "expect";
import { createJudge, JudgeBusy, waitingMax } from "./judge.ts";
import { testPlugins } from "../../core/testing/plugins.ts";
import password from "./mod.ts";
import { type PasswordCtx, runtimeOf } from "./runtime.ts";
import { createWordings } from "./wording.ts";
import type { Facts } from "../../ml/passwords/explain.ts";

const core = { site_name: "Flow Shield", backend_url: "http://localhost:8000" };
const config = { breach_filter_file: null };

function made(openModel: () => Promise<never>) {
  const warned: string[] = [];
  const judge = createJudge({ core, config, log: { warn: (event) => void warned.push(event) }, openModel });
  return { judge, warned };
}

Deno.test("without its file the model is missed once in the log, and in every answer", async () => {
  const { judge, warned } = made(() => Promise.reject(new Error("no such file")));
  // Nothing is loaded, so a sign-up goes on without.
  expect(await judge.atOnce("Sommer2026", {})).toBeNull();
  for (let i = 0; i < 3; i++) {
    expect(await judge.findings("Sommer2026", {})).toMatchObject({ model: null, rules_because: "missing" });
  }
  expect(await judge.atOnce("Sommer2026", {})).toMatchObject({ rules_because: "missing" });
  expect(warned).toEqual(["password.model_missing"]);
  await judge.close();
});

Deno.test("once it is open the first sign-up is judged, and nothing is loaded while it waits", async () => {
  let opened = 0;
  const { judge } = made(() => {
    opened++;
    return Promise.reject(new Error("no such file"));
  });
  await judge.open();
  expect(await judge.atOnce("Sommer2026", {})).toMatchObject({ rules_because: "missing" });
  expect(opened).toBe(1);
});

Deno.test("in production everything is loaded before anybody asks", async () => {
  await using h = await testPlugins([password]);
  const ctx: PasswordCtx = h.ctxOf("password");
  await password.beside!({ ...ctx, core: { ...ctx.core, production: true } });
  const { judge } = runtimeOf(ctx);
  const found = await judge.atOnce("Sommer2026", {});
  expect(["loading", "missing", undefined]).not.toContain(found?.rules_because);
  await judge.close();
});

Deno.test("while the model is being loaded the rules answer; a crowd is told to come back", async () => {
  const { judge } = made(() => new Promise(() => {}));
  const asked = Array.from({ length: waitingMax }, () => judge.findings("fluffy2009", {}));
  await expect(judge.findings("fluffy2009", {})).rejects.toBeInstanceOf(JudgeBusy);
  const because = (await Promise.all(asked)).map(({ rules_because }) => rules_because);
  expect([because[0], because.at(-1)]).toEqual(["loading", "busy"]);
  // There is room again.
  expect((await judge.findings("flowshield", {})).personal.map(({ from }) => from)).toEqual(["site_names"]);
});

Deno.test("equal facts are worded once in a language, and nothing is kept of a failure", async () => {
  const answers: (string | null)[] = [null, "Weak.", "Schwach."];
  const asked: string[] = [];
  const wordings = createWordings({
    ask: (instructions) => {
      asked.push(/Answer in (\w+)/.exec(instructions)![1]);
      return Promise.resolve(answers[asked.length - 1]);
    },
  });
  const facts = { strength_level: "weak" } as Facts;
  expect(await wordings.explain(facts, "en")).toBeNull();
  for (let i = 0; i < 2; i++) expect(await wordings.explain({ ...facts }, "en")).toBe("Weak.");
  expect(await wordings.explain(facts, "de")).toBe("Schwach.");
  expect(asked).toEqual(["English", "English", "German"]);
});
