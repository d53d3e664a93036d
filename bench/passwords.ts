/** What it costs to judge a password: everything `POST /auth/password/analyze` does, but the way there and back. */
import { createJudge } from "../plugins/password/judge.ts";
import { number, type Row } from "./report.ts";

/** Of the kinds that people type, and some that they do not. */
const typed = [
  "password",
  "Sommer2026!",
  "ada1985",
  "qwertyuiop",
  "iloveyou-anna",
  "P@ssw0rd123",
  "Manchester99",
  "correct horse battery staple",
  "vX7#mQ2!zRb9Lw",
  "20.04.1985",
  "fluffy&rex",
  "Tr0ub4dor&3",
];
/** What takes longest to take apart: every character may stand for others, or be part of a date. */
const longest = ["@8({[<369&#!1/|0$5+7%2".repeat(12), "20041985".repeat(32), "password".repeat(32)];
const person = { email: "ada.lovelace@example.com", first_name: "Ada", last_name: "Lovelace" };

export async function measurePasswords(
  { quick, say }: { quick: boolean; say(text: string): void },
): Promise<Row[]> {
  say("passwords");
  const warnings: string[] = [];
  const judge = createJudge({
    core: { site_name: "Flow Shield", backend_url: "http://localhost:8000" },
    config: { breach_filter_file: null },
    log: { warn: (event) => void warnings.push(event) },
  });
  const once = async (password: string) => {
    const began = performance.now();
    const findings = await judge.findings(password, person);
    return { ms: performance.now() - began, findings };
  };
  const loading = performance.now();
  await judge.findings("x", {});
  while ((await judge.findings("x", {})).rules_because === "loading") {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const loaded_ms = performance.now() - loading;
  const first = await once("Winter2025?");
  const times: number[] = [];
  // A service that has answered for a minute, not one that has just begun: what runs often is compiled by then.
  for (let round = 0; round < 15; round++) for (const password of typed) await once(`${round}${password}`);
  for (let round = 0; round < (quick ? 20 : 100); round++) {
    for (const password of typed) times.push((await once(`${password}${round}`)).ms);
  }
  const long: number[] = [];
  for (let round = 0; round < (quick ? 5 : 20); round++) {
    for (const password of longest) long.push((await once(password.slice(round, 256))).ms);
  }
  await judge.close();
  const at = (values: number[], part: number) =>
    values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];
  const p95 = at(times, 0.95);
  const by = first.findings.model ? "model" : `rules (${first.findings.rules_because})`;
  const row = (what: string, ms: number, most: number): Row => ({
    what,
    measured: `${number(ms, 1)} ms`,
    must: `< ${most} ms`,
    good: ms < most,
  });
  return [
    {
      what: `Judging a password: what it needs, loaded (by ${by})`,
      measured: `${number(loaded_ms)} ms`,
      must: "",
      good: null,
    },
    row("Judging a password, the first", first.ms, 30),
    { what: "Judging a password, p50", measured: `${number(at(times, 0.5), 1)} ms`, must: "", good: null },
    row("Judging a password, p95", p95, 5),
    row("Judging one of 256 characters, p95", at(long, 0.95), 50),
    ...warnings.map((what) => ({ what, measured: "", must: "", good: false })),
  ];
}
