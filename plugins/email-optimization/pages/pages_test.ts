import { expect } from "expect";
import { Problem } from "../../../core/http/problem.ts";
import { stringsFor } from "../../../core/i18n/mod.ts";
import { operated, type OperatedOptions } from "../../../core/testing/operated.ts";
import { operatorPages as pages } from "./operate.tsx";
import { mailPaths } from "./paths.ts";
import { fakes } from "./testing.ts";

const t = stringsFor("en");
const f = fakes("one_step_left");
const { experiment_id } = f.running;

const api = {
  "GET /email/insights": () => f.insights,
  "GET /email/experiments": () => ({ ...f.experiments, experiments: [] }),
  "POST /email/experiments": () => f.running,
  "GET /email/experiments/{experiment_id}": () => f.one,
  "POST /email/experiments/{experiment_id}/promote": () => f.promoted,
  "POST /email/experiments/{experiment_id}/end": () => f.promoted,
  "POST /email/experiments/{experiment_id}/drafts": () => ({}),
  "GET /email/messages": () => ({ messages: [f.message] }),
  "GET /email/messages/{mail_id}": () => ({ message: f.message, events: f.events }),
  "GET /email/domain": () => f.domain,
  "POST /email/domain/check": () => f.domain,
  "POST /email/domain/keys": () => f.domain,
  "GET /email/variants": () => f.variants,
  "POST /email/variants": () => ({}),
  "GET /email/variants/{kind}/{variant}/preview": () => f.preview,
  "POST /email/variants/{kind}/{variant}/approve": () => ({}),
  "POST /email/variants/{kind}/{variant}/reject": () => ({}),
  "GET /email/suppressions": () => ({ suppressions: f.suppressions }),
  "POST /email/suppressions/lift": () => ({ lifted: 2 }),
};
const mailPages = (options: Pick<OperatedOptions, "roles" | "refuse"> = {}) =>
  operated({ pages, api, ...options });

const one = mailPaths.experiment(experiment_id);
const draft = mailPaths.variant("verify_email", "one_step_left");
const all = [
  mailPaths.overview,
  mailPaths.experiments,
  one,
  mailPaths.message(f.message.mail_id),
  mailPaths.variants,
  draft,
  mailPaths.domain,
  mailPaths.suppressions,
];

Deno.test("every page about mail is an operator's, and nobody else's", async () => {
  expect(pages.filter(({ access }) => access !== "operator")).toEqual([]);
  const [operator, member] = [mailPages(), mailPages({ roles: [] })];
  for (const path of all) {
    expect([path, (await operator.browse(path)).status]).toEqual([path, 200]);
    expect([path, (await member.browse(path)).status]).toEqual([path, 403]);
  }
  expect(member.asked).toEqual([]);
});

const sent: [string, Record<string, string>, [string, unknown], string][] = [
  [
    mailPaths.experiments,
    {
      kind: "verify_email",
      variant_standard: "1",
      variant_one_step_left: "1",
      hold_out: "20 %",
      stop: "auto",
    },
    ["POST /email/experiments", {
      ...{ kind: "verify_email", variants: ["standard", "one_step_left"], stop: "auto", hold_out: 0.2 },
    }],
    `${mailPaths.experiments}?done=begun`,
  ],
  [
    one,
    { intent: "promote", variant: "standard" },
    ["POST /email/experiments/{experiment_id}/promote", { variant: "standard" }],
    `${one}?done=promoted`,
  ],
  [one, { intent: "end" }, ["POST /email/experiments/{experiment_id}/end", undefined], `${one}?done=ended`],
  [
    one,
    { intent: "propose" },
    ["POST /email/experiments/{experiment_id}/drafts", undefined],
    `${mailPaths.variants}?done=proposed`,
  ],
  [
    mailPaths.variants,
    {
      ...{ kind: "welcome", variant: " warm ", about: " ", subject_en: " Hi ", above: "yes" },
      ...{ paragraphs_en: "One\r\nline.\r\n \r\nAnother.", subject_de: " ", paragraphs_de: "\n\n" },
    },
    ["POST /email/variants", {
      ...{ kind: "welcome", variant: "warm", code_first: true },
      texts: { en: { subject: "Hi", paragraphs: ["One line.", "Another."] } },
    }],
    `${mailPaths.variant("welcome", "warm")}?done=written`,
  ],
  [
    mailPaths.variants,
    {
      ...{ kind: "welcome", variant: "whole", about: "Why.", sender_name: " Grace ", above: "no" },
      ...{
        preheader_en: "Beside it",
        heading_en: " Above ",
        button_en: "Go",
        button_de: "Los",
        heading_de: " ",
      },
    },
    ["POST /email/variants", {
      ...{ kind: "welcome", variant: "whole", about: "Why.", sender_name: "Grace", code_first: false },
      texts: { en: { preheader: "Beside it", heading: "Above", button: "Go" }, de: { button: "Los" } },
    }],
    `${mailPaths.variant("welcome", "whole")}?done=written`,
  ],
  [
    draft,
    { intent: "approve" },
    ["POST /email/variants/{kind}/{variant}/approve", undefined],
    `${mailPaths.variants}?done=decided`,
  ],
  [
    draft,
    { intent: "reject" },
    ["POST /email/variants/{kind}/{variant}/reject", undefined],
    `${mailPaths.variants}?done=decided`,
  ],
  [mailPaths.domain, { intent: "check" }, ["POST /email/domain/check", undefined], mailPaths.domain],
  [mailPaths.domain, { intent: "key" }, ["POST /email/domain/keys", undefined], mailPaths.domain],
  [
    mailPaths.suppressions,
    { intent: "lift", email: "ada@example.com" },
    ["POST /email/suppressions/lift", { email: "ada@example.com" }],
    `${mailPaths.suppressions}?lifted=2`,
  ],
  [
    mailPaths.suppressions,
    { intent: "lift", address_tag: "tag" },
    ["POST /email/suppressions/lift", { address_tag: "tag" }],
    `${mailPaths.suppressions}?lifted=2`,
  ],
];

for (const [path, form, [endpoint, body], location] of sent) {
  Deno.test(`a form of ${path} becomes ${endpoint}: ${JSON.stringify(form)}`, async () => {
    const { browse, asked } = mailPages();
    const answer = await browse(path, form);
    expect([answer.status, answer.location]).toEqual([303, location]);
    expect(asked).toEqual([[endpoint, body]]);
  });

  Deno.test(`what is refused is said where it was asked, in one's own words: ${JSON.stringify(form)}`, async () => {
    const { browse } = mailPages({ refuse: new Problem(409, "experiment_running", "Technical.") });
    const answer = await browse(path, form);
    expect([answer.status, answer.location]).toEqual([409, null]);
    expect(answer.text).toContain(t.problems.experiment_running);
    expect(answer.text).not.toContain("Technical.");
  });
}

Deno.test("what is wrong with a draft is said at its field, in what the field takes", async () => {
  const fields = {
    "texts.de.paragraphs.1": "x",
    "texts.en.button": "x",
    sender_name: "x",
    texts: "Technical.",
  };
  const { browse } = mailPages({ refuse: new Problem(422, "invalid_request", "x", { fields }) });
  const { status, text } = await browse(mailPaths.variants, { kind: "welcome", variant: "mine" });
  expect(status).toBe(422);
  const { wants } = t.email_pages.wordings;
  for (
    const [id, want] of [["paragraphs_de", "paragraphs"], ["button_en", "button"], [
      "sender_name",
      "sender_name",
    ]]
  ) {
    expect(text).toContain(`href="#${id}"`);
    const said = new RegExp(`id="${id}-error">.*?</p>`).exec(text)?.[0];
    expect(said).toContain(wants[want].replaceAll("<", "&lt;"));
  }
  // The fields that few use are open where one of them is wrong, and there alone.
  expect([...text.matchAll(/<details class="more"( open)?/g)].map(([, open]) => !!open)).toEqual([
    true,
    false,
  ]);
  expect(text).toContain("Technical.");
});

Deno.test("a share that is no number is told to the API as none, so that it is refused and not guessed", async () => {
  for (const hold_out of ["x", "1e999", "NaN", "10,5"]) {
    const { browse, asked } = mailPages();
    await browse(mailPaths.experiments, { kind: "verify_email", hold_out, stop: "manual" });
    expect([hold_out, asked[0][1]]).toMatchObject([hold_out, { hold_out: -1, variants: [] }]);
  }
});

Deno.test("a mail is looked for by what was typed, and only then", async () => {
  const { browse, asked } = mailPages();
  expect((await browse(mailPaths.overview)).text).not.toContain(mailPaths.message(f.message.mail_id));
  expect((await browse(`${mailPaths.overview}?q=+`)).text).not.toContain(
    mailPaths.message(f.message.mail_id),
  );
  expect((await browse(`${mailPaths.overview}?q=+req%261+`)).text).toContain(
    mailPaths.message(f.message.mail_id),
  );
  const searches = asked.filter(([endpoint]) => endpoint === "GET /email/messages");
  expect(searches).toEqual([["GET /email/messages", { q: "req&1" }]]);
});
