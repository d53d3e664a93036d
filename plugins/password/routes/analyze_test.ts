import { expect } from "expect";
import { configure } from "../../../core/plugin.ts";
import { GOOD_PASSWORD, newAddress } from "../../../core/testing/people.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import verification from "../../email-verification/mod.ts";
import password from "../mod.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification];
const path = "/auth/password/analyze";

Deno.test("POST /auth/password/analyze", async (t) => {
  await using service = await testPlugins(plugins);
  const { api, sql } = service;
  const analyse = async (body: Record<string, unknown>) => (await api("POST", path, body)).body;

  await t.step("the first answer does not wait for the model, and says so", async () => {
    const first = await analyse({ password: "Sommer2026" });
    expect(first.model === null ? first.rules_because : "loaded in time").toMatch(/loading|loaded in time/);
  });

  await t.step("the model speaks once it is there", async () => {
    for (let tries = 0; tries < 200 && (await analyse({ password: "x" })).model === null; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const answer = await analyse({ password: "Sommer2026" });
    expect(answer).toMatchObject({ answered_by: "model", rules_because: null, length: 10 });
    expect(answer.model.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(answer.surprise_bits.length).toBe(10);
  });

  await t.step("nothing of the password is in the answer", async () => {
    const secret = "Zwiebelkuchen-7741";
    expect(JSON.stringify(await analyse({ password: secret })).toLowerCase()).not.toMatch(
      /zwiebel|kuchen|7741/,
    );
  });

  const rows: [password: string, level: RegExp, pattern: string | null][] = [
    ["password", /very_weak/, "common_password"],
    ["123456789", /very_weak/, "common_password"],
    ["p4ssw0rd", /weak/, null],
    ["qwertyuiop[]", /weak|fair/, "keyboard"],
    ["abcdefgh", /weak/, null],
    ["aaaaaaaaaaaa", /very_weak|weak/, "repetition"],
    ["19870412", /weak/, "date"],
    ["correct horse battery staple", /strong/, "word"],
    ["vX7#mQ2!zRb9Lw", /strong/, "random"],
  ];
  for (const [typed, level, pattern] of rows) {
    await t.step(`${typed} is ${level.source}`, async () => {
      const answer = await analyse({ password: typed });
      expect(answer.strength_level).toMatch(level);
      const found = answer.pattern_analysis.map((one: { pattern: string }) => one.pattern);
      if (pattern) expect(found).toContain(pattern);
    });
  }

  await t.step("advice is only given where it helps by a hundred times", async () => {
    for (const typed of ["Sommer2026", "fluffy2009!", "iloveyou-anna", "qwertz123456", "Manchester99"]) {
      const { suggestions, guesses_log10 } = await analyse({ password: typed });
      expect(suggestions.length).toBeGreaterThan(0);
      for (const one of suggestions) expect(one.guesses_log10).toBeGreaterThanOrEqual(guesses_log10 + 2);
    }
    expect((await analyse({ password: "vX7#mQ2!zRb9Lw-tannery" })).suggestions).toEqual([]);
  });

  await t.step("it speaks the language of whoever asks", async () => {
    const { body } = await api("POST", path, { password: "password" }, {
      headers: { "accept-language": "de" },
    });
    expect(body.strength_text).toBe("Sehr schwach");
  });

  await t.step("whatever is typed is looked at", async () => {
    for (const typed of ["\u{1f511}", "é".repeat(300), "パスワード", "\u202e", " ", "x".repeat(4096)]) {
      expect((await api("POST", path, { password: typed })).status).toBe(200);
    }
  });

  await t.step("the story of a sign-up tells it by id, coarsely", async () => {
    const email = newAddress();
    const { body } = await api("POST", "/auth/register", { email, password: GOOD_PASSWORD });
    const [row] = await sql`select * from password_analysis where flow_id = ${body.registration_id}`;
    expect(row).toMatchObject({ answered_by: "model", breached: false, personal_info: false });
    expect(row.security_score % 10).toBe(0);
    expect(row.guesses_log10 % 2).toBe(0);
  });
});

Deno.test("a language model words it where a caller wants that, and is told facts only", async () => {
  const told: string[] = [];
  await using other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    told.push(await request.text());
    return Response.json({ choices: [{ message: { content: "In other words: weak." } }] });
  });
  const lines: string[] = [];
  await using service = await testPlugins(plugins, {
    core: { openai_api_key: "sk-1", openai_base_url: `http://127.0.0.1:${other.addr.port}/v1` },
    write: (line) => void lines.push(line),
  });
  const ask = async (wording?: string) => {
    const body = { password: "Zwiebel2026", email: "zwiebel@example.com", last_name: "Zwiebel", wording };
    return (await service.api("POST", path, body)).body;
  };
  expect(await ask()).toMatchObject({ worded_by: "templates", better_wording: true });
  expect(told).toEqual([]);
  expect(await ask("genai")).toMatchObject({
    ai_explanation: "In other words: weak.",
    worded_by: "genai",
    better_wording: false,
  });
  expect(told.length).toBe(1);
  expect((told[0] + lines.join("")).toLowerCase()).not.toContain("zwiebel");
});
