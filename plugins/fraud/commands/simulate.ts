/** `main.ts fraud simulate`: people and attackers against a running development service, over HTTP. */
import { OperatorError } from "../../../core/operator_error.ts";
import { parseArgs } from "node:util";
import { isLoopback } from "../../../core/config.ts";
import type { Command, CommandTools } from "../../../core/plugin.ts";
import { random } from "../../../ml/lib/random.ts";
import { liveScenarios } from "./live_scenarios.ts";
import { catchesMail } from "../../../core/net/dev_mailbox.ts";
import { readTarget, type Target } from "../../../core/net/visiting.ts";
import type { Seen } from "./visitor.ts";

const names = Object.keys(liveScenarios);
const lines = names.map((name) => `  ${name.padEnd(12)} ${liveScenarios[name].about}`).join("\n");

const usage = `main.ts fraud simulate --against URL --scenario NAME: tries a running development service

${lines}
  all          one after the other

  --count N    people or tries, in place of the scenario's own number
  --seed TEXT  for the same people once more; new addresses come with every seed
  --force      although the service does not look like one for development: real people may be counted with, and
               nothing can be confirmed, as its mail cannot be read

Every simulated person has an address of their own, sent in X-Forwarded-For. A service believes it of no one unless it
is started with TRUSTED_PROXIES=127.0.0.1,::1 — without, all come from this machine, of which nothing is counted.
Places are known with a database: main.ts fraud places FILE writes one for these addresses; start with
GEOIP_DATABASE=FILE. Mail domains end in .example and are nobody's.`;

const flags = {
  against: { type: "string" },
  scenario: { type: "string" },
  count: { type: "string" },
  seed: { type: "string" },
  force: { type: "boolean" },
} as const;

const countMax = 1000;
const timeout_ms = 20_000;

export const fraudSimulate: Command = {
  about: "people and attackers against a running development service",
  usage,
  async run(args, tools) {
    if (args.length === 0) return tools.say(usage);
    const { against, scenario, count, seed, force } = read(args);
    await check(against, force, tools);
    for (const name of scenario === "all" ? names : [scenario]) {
      const { about, count: usual, run } = liveScenarios[name];
      tools.say(`${name}: ${about}`);
      const told = new Map<string, Seen[]>();
      const tell = (act: string, seen: Seen) => void told.set(act, [...told.get(act) ?? [], seen]);
      const luck = random(`${seed}/${name}`);
      await run({ ...{ target: against, luck, count, tell } }, count ?? usual);
      for (const line of report(told)) tools.say(line);
    }
    tools.say(`Seed: ${seed}. What was decided, and why, stands on the operator's pages.`);
  },
};

function read(args: string[]) {
  const values = parse(args);
  const { scenario = "", against = "" } = values;
  if (scenario !== "all" && !Object.hasOwn(liveScenarios, scenario)) {
    throw new OperatorError(
      `--scenario: expected one of ${names.join(", ")} or all, got ${scenario.slice(0, 40)}`,
    );
  }
  let target: Target;
  try {
    target = readTarget(against, timeout_ms);
  } catch (cause) {
    throw new OperatorError(`--against: ${(cause as Error).message}`, { cause });
  }
  const count = values.count === undefined ? null : Number(values.count);
  if (count !== null && !(Number.isInteger(count) && count >= 1 && count <= countMax)) {
    throw new OperatorError(
      `--count: expected a whole number 1..${countMax}, got ${values.count?.slice(0, 40)}`,
    );
  }
  // Another each time: addresses that were used before are no new people.
  const seed = values.seed?.slice(0, 80) ?? crypto.randomUUID().slice(0, 8);
  return { ...{ scenario, count, seed }, against: target, force: values.force ?? false };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: flags, allowPositionals: false, strict: true }).values;
  } catch (cause) {
    throw new OperatorError(`${(cause as Error).message.split(/\. /)[0]}.\n\n${usage}`, { cause });
  }
}

/** @throws OperatorError when the target is none to try attacks on */
async function check(target: Target, force: boolean, { core, say }: CommandTools): Promise<void> {
  let catching: boolean;
  try {
    catching = await catchesMail(target);
  } catch (cause) {
    throw new OperatorError(`No answer from ${target.url}. Is the service started?`, { cause });
  }
  const here = isLoopback(new URL(target.url).hostname);
  if (!force && !(catching && here)) {
    throw new OperatorError(
      `${target.url} is no development service on this machine${
        catching ? "" : ", as it does not catch its mail"
      }. ` +
        "Attacks are tried on nothing that people use; --force if this is yours and nobody does.",
    );
  }
  if (core.backend_url.replace(/\/+$/, "") === target.url && core.trusted_proxies.length === 0) {
    say(
      "TRUSTED_PROXIES is empty: everybody will seem to come from this machine, and nothing is counted of it.",
    );
    say("Start the service with TRUSTED_PROXIES=127.0.0.1,::1 to tell them apart.");
  }
  if (core.geoip_database === null) {
    say("GEOIP_DATABASE is not set here: without it no place is known, and no journey is impossible.");
  }
}

/** One line for each act: what the service answered, and what it said that it decided. */
export function report(told: ReadonlyMap<string, Seen[]>): string[] {
  const width = Math.max(0, ...[...told.keys()].map((act) => act.length));
  return [...told].map(([act, seen]) => {
    const decisions = tally(seen.flatMap(({ decision }) => decision === null ? [] : [decision]));
    const scores = seen.flatMap(({ fraud_score }) => fraud_score === null ? [] : [fraud_score]).sort((a, b) =>
      a - b
    );
    const median = scores.length === 0 ? "" : `; median score ${scores[scores.length >> 1].toFixed(2)}`;
    const answers = `${String(seen.length).padStart(4)}: ${tally(seen.map(({ what }) => what))}`;
    return `  ${act.padEnd(width)} ${answers}${decisions && `; decided ${decisions}`}${median}`;
  });
}

function tally(of: string[]): string {
  const counts = new Map<string, number>();
  for (const one of of) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([one, count]) => `${count} ${one}`).join(", ");
}
