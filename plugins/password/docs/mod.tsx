/** `/docs/passwords`: how a password is judged, for whoever builds on it, or runs the service. */
import type { Page } from "../../../core/http/route.ts";
import { Table } from "../../../ui/components/prose.tsx";

const speakers = [
  ["list", "the rank among the most common ones"],
  ["breach", "a filter of leaked passwords, and small changes of them: case, digits behind, leet, one edit"],
  ["personal", "what the name, the address, the username or the site give away, however disguised"],
  ["model", "a small transformer over characters, trained on leaked passwords; it also gives the heat map"],
  ["patterns", "words, names, keyboard, dates, repetitions, found by zxcvbn"],
];

const levels = [
  ["very_weak", "0–19", "under 10⁴", "found in four days even where only 100 tries an hour are let through"],
  ["weak", "20–39", "10⁴", "holds against that for days, and falls at once if the table is stolen"],
  [
    "fair",
    "40–59",
    "10⁷",
    "eleven years of throttled tries; hours or days with a stolen table of slow hashes",
  ],
  ["strong", "60–79", "10¹⁰", "twelve days and more with a stolen table"],
  ["very_strong", "80–100", "10¹⁴", "three centuries and more with a stolen table"],
];

const attackers = [
  ["online_throttled", "100 an hour", "tries one account through a service that slows guessing down"],
  ["online_unthrottled", "10 a second", "tries one account through a service that does not"],
  ["offline_slow_hash", "10,000 a second", "has stolen a table of slow hashes, such as bcrypt"],
  ["offline_fast_hash", "10¹⁰ a second", "has stolen a table of fast hashes, such as SHA-1"],
];

function Docs({ issuer }: { issuer: string }) {
  return (
    <article class="prose" lang="en">
      <h1>How a password is judged</h1>
      <p>
        <a href="/docs">← API docs</a>
      </p>
      <p>
        Everything happens on this machine: nothing that is typed leaves it, is stored, or is logged. The
        score advises. Whether a password is accepted is decided by its length, by lists of common and leaked
        ones, and by what its owner gives away (NIST SP 800-63B).
      </p>
      <section id="api">
        <h2>Ask for it</h2>
        <pre tabIndex={0}>
          <code>{`curl ${issuer}/auth/password/analyze -H 'content-type: application/json' \\
  -d '{"password":"Sommer2026!","email":"ada@example.com","first_name":"Ada"}'`}</code>
        </pre>
        <p>
          <code>guesses_log10</code>{" "}
          is the decimal logarithm of how many passwords a good guesser tries first, and <code>spoke</code>
          {" "}
          says whose estimate that is: of all who know something, the one with the fewest guesses.{" "}
          <code>pattern_analysis</code> and <code>personal_info</code>{" "}
          name parts by code points, counted from zero and without the end, never by what was typed.{" "}
          <code>surprise_bits</code> has a number for each character. <code>suggestions</code>{" "}
          were tried: each makes it at least a hundred times harder, and says to what estimate.
        </p>
        <Table about="Whose estimate" head={["spoke", "What it knows"]} rows={speakers} />
        <p>
          Texts are in the language of{" "}
          <code>Accept-Language</code>. 256 characters are looked at, 48 of them for patterns. At most 300
          requests a minute come from one address; with very many at once the answer is 503{" "}
          <code>judge_busy</code>, so ask when typing rests, and give up older requests.
        </p>
      </section>
      <section id="levels">
        <h2>Levels</h2>
        <Table
          about="Levels"
          head={["strength_level", "security_score", "From so many guesses", "Which means"]}
          rows={levels}
        />
        <Table about="Attackers" head={["crack_times", "Guesses", "Who it is"]} rows={attackers} />
      </section>
      <section id="model">
        <h2>When the model is away</h2>
        <p>
          It is loaded when somebody first types a password. Until then, when its file is missing or damaged,
          or when it takes longer than 100 ms, the rules answer: <code>answered_by</code> is{" "}
          <code>rules</code>, and <code>rules_because</code> says why (<code>loading</code>,{" "}
          <code>missing</code>, <code>slow</code>, <code>failed</code>, <code>busy</code>). Else{" "}
          <code>model</code> has the version and the SHA-256 of what spoke.
        </p>
      </section>
      <section id="stories">
        <h2>In workflows</h2>
        <p>
          A sign-up keeps score, level, guesses in coarse steps and the model's version, so that the activity
          {" "}
          <code>ai_password_security_ml</code>{" "}
          can show them by the flow's id. No password, part or place of it is ever near a workflow.
        </p>
      </section>
      <section id="operators">
        <h2>Better words</h2>
        <p>
          With <code>OPENAI_API_KEY</code> or{" "}
          <code>ANTHROPIC_API_KEY</code>, a language model words the explanation where a caller asks with{" "}
          <code>"wording": "genai"</code>, as our pages do when typing rests. It is told the level, kinds and
          places of patterns, and what was advised; never the password. After three seconds, or whatever goes
          wrong, our own words stand. <code>OPENAI_BASE_URL</code> may name a server of your own.
        </p>
      </section>
    </article>
  );
}

export const passwordDocs: Page = {
  path: "/docs/passwords",
  access: "public",
  docs: "How a password is judged",
  get: ({ url, t }) =>
    Promise.resolve({ title: t.fields.password, nav: "docs", view: <Docs issuer={url.origin} /> }),
};
