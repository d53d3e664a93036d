/** What a language model proposes is a draft if it keeps what must be said, and nothing otherwise. */
import { expect } from "expect";
import { testEmail } from "../../../core/testing/email.ts";
import { type Proposal, proposeDraft } from "./generator.ts";
import { findStored } from "./stored_variant.ts";
import { variantNames } from "./mod.ts";

const words = {
  subject: "Almost there at {site_name}",
  preheader: "One press is left.",
  heading: "Almost there",
  paragraphs: ["Your account is made. Press the button to open it."],
  button: "Open it",
};
const good = { why: "Says how near it is.", en: words, de: { ...words, subject: "Fast da" } };
const asked = {
  kind: "verify_email" as const,
  goal: "verified",
  tried: [{ variant: "standard", sent: 90, rate: 0.4 }],
};

Deno.test("proposals of a language model", async (t) => {
  await using service = await testEmail({ generator_cents: 14 });
  const ctx = service.email;
  const told: string[] = [];
  const model = (said: string | null) => ({
    model: "a-model",
    ask: (_instructions: string, facts: unknown) => (told.push(JSON.stringify(facts)), Promise.resolve(said)),
  });

  await t.step("without a key nobody is asked", async () => {
    expect(await proposeDraft(ctx, asked, null)).toEqual({ kind: "off" });
  });

  await t.step("a good one is a draft that nobody gets before it is approved", async () => {
    const made = await proposeDraft(ctx, asked, model(`Here you are: ${JSON.stringify(good)}`));
    const [variant] = (made as Extract<Proposal, { kind: "drafts" }>).variants;
    expect(await findStored(service.sql, asked.kind, variant)).toMatchObject({
      ...{ state: "draft", origin: "generator", model: "a-model", why: good.why },
    });
    expect(await variantNames(service.sql, asked.kind)).not.toContain(variant);
    expect(told[0]).toContain('"rate":0.4');
    expect(told[0]).not.toContain("@");
  });

  const bad: [string, string | null][] = [
    ["no answer", null],
    ["no JSON", "I would rather not."],
    ["JSON of another shape", JSON.stringify({ subject: "x" })],
    ["a link", JSON.stringify({ ...good, en: { ...words, paragraphs: ["Go to evil.com"] } })],
    ["a placeholder that is no fact", JSON.stringify({ ...good, de: { ...words, subject: "{password}" } })],
  ];
  for (const [claim, said] of bad) {
    await t.step(`${claim}: no draft`, async () => {
      expect(await proposeDraft(ctx, asked, model(said))).toEqual({ kind: "away" });
    });
  }

  await t.step("what a month may cost is counted, whatever came of it", async () => {
    expect((await proposeDraft(ctx, asked, model(JSON.stringify(good)))).kind).toBe("drafts");
    const before = told.length;
    expect(await proposeDraft(ctx, asked, model(JSON.stringify(good)))).toEqual({ kind: "spent" });
    expect(told.length).toBe(before);
  });

  await t.step("an operator writes, looks, and decides; nobody else does", async () => {
    const [{ token }, stranger] = [await service.person({ operator: true }), await service.person()];
    const call = (method: string, path: string, body?: unknown, by = token) =>
      service.api(method, path, body, { token: by });
    const draft = { kind: "welcome", variant: "mine", texts: { en: { subject: "Hello at {site_name}" } } };
    expect((await call("POST", "/email/variants", draft, stranger.token)).status).toBe(403);
    expect((await call("POST", "/email/variants", draft)).status).toBe(201);
    const again = await call("POST", "/email/variants", draft);
    expect(again.body).toMatchObject({ code: "variant_exists", fields: { variant: expect.any(String) } });
    const texts = {
      // Without a name nothing would be left of it.
      en: { subject: "{name}", paragraphs: ["Fine.", "Go to www.evil.example"] },
      de: { button: "{password}", heading: "Gut" },
    };
    const wrong = await call("POST", "/email/variants", { ...draft, variant: "wrong", texts });
    expect([wrong.status, Object.keys(wrong.body.fields).sort()]).toEqual([
      422,
      ["texts.de.button", "texts.en.paragraphs", "texts.en.subject"],
    ]);
    const seen = await call("GET", "/email/variants/welcome/mine/preview");
    expect(seen.body.subject).toContain("Hello at");
    expect((await call("POST", "/email/variants/welcome/mine/approve")).body).toEqual({ state: "approved" });
    expect((await call("POST", "/email/variants/welcome/mine/reject")).status).toBe(404);
    expect((await call("GET", "/email/variants/welcome/gone/preview")).status).toBe(404);
    const listed = (await call("GET", "/email/variants")).body;
    expect(listed.generator).toBe(false);
    expect(listed.variants).toContainEqual(expect.objectContaining({ variant: "mine", state: "approved" }));
  });
});
