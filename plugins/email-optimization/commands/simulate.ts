/** `main.ts mail simulate`: people who sign up at a running development service, and of whom some read their mail. */
import { parseArgs } from "node:util";
import { isLoopback } from "../../../core/config.ts";
import { stringsFor } from "../../../core/i18n/mod.ts";
import { catchesMail, type CaughtMail, mailTo } from "../../../core/net/dev_mailbox.ts";
import { readTarget, type Target, Visiting } from "../../../core/net/visiting.ts";
import { OperatorError } from "../../../core/operator_error.ts";
import type { Command, CommandTools } from "../../../core/plugin.ts";
import { type Random, random } from "../../../ml/lib/random.ts";
import { standardVariant } from "../experiments/experiment.ts";
import { variantsOf } from "../wording/mod.ts";
import { wordingFrom } from "../wording/variant.ts";

const kind = "verify_email";
const names = [standardVariant, ...variantsOf(kind).map(({ variant }) => variant)];

const usage = `main.ts mail simulate --against URL: people sign up at a running development service

  --people N      how many; 200 unless said, 2000 at most
  --better NAME   the wording of the sign-up's mail that more of them answer to: ${names.join(", ")}
  --good SHARE    how many of them do, 0 to 1; 0.7 unless said
  --else SHARE    how many do with any other wording; 0.4 unless said
  --seed TEXT     for the same people once more; new addresses come with every seed

Begin an experiment under Operate → Mail first, or all of them get the same wording. Every person has an address of
their own, sent in X-Forwarded-For: start the service with TRUSTED_PROXIES=127.0.0.1,::1, or it takes them for one
person who signs up too often.`;

const flags = {
  against: { type: "string" },
  people: { type: "string" },
  better: { type: "string" },
  good: { type: "string" },
  else: { type: "string" },
  seed: { type: "string" },
} as const;

const [timeout_ms, peopleMax, atOnce] = [20_000, 2000, 4];

interface Wanted {
  target: Target;
  people: number;
  better: string;
  shares: { good: number; else: number };
  seed: string;
}

interface Tally {
  sent: number;
  verified: number;
}

export const mailSimulate: Command = {
  about: "people who sign up at a running development service, and of whom some read their mail",
  usage,
  async run(args, tools) {
    if (args.length === 0) return tools.say(usage);
    const wanted = read(args);
    await check(wanted.target);
    const luck = random(wanted.seed);
    const told = new Map<string, Tally>();
    const lost = new Map<string, number>();
    let next = 0;
    const work = async () => {
      while (next < wanted.people) {
        const i = next++;
        const end = await person(wanted, luck.branch(String(i)), i, tools);
        if ("lost" in end) lost.set(end.lost, (lost.get(end.lost) ?? 0) + 1);
        else {
          const tally = told.get(end.variant) ?? { sent: 0, verified: 0 };
          told.set(end.variant, tally);
          tally.sent++;
          if (end.verified) tally.verified++;
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    for (const [variant, { sent, verified }] of told) {
      tools.say(`  ${variant.padEnd(16)} ${verified} of ${sent} confirmed their address`);
    }
    for (const [why, count] of lost) tools.say(`  ${count} did not get so far: ${why}`);
    tools.say(`Seed: ${wanted.seed}. What was learnt from it stands under Operate → Mail.`);
  },
};

type End = { lost: string } | { variant: string; verified: boolean };

async function person(
  { target, better, shares, seed }: Wanted,
  luck: Random,
  i: number,
  { core }: CommandTools,
): Promise<End> {
  const visiting = new Visiting(target);
  const ip = `10.${luck.whole(0, 256)}.${luck.whole(0, 256)}.${luck.whole(1, 255)}`;
  const headers = (type: string) => (cookie: string | undefined): [string, string][] => [
    ["content-type", type],
    ["origin", new URL(target.url).origin],
    ["x-forwarded-for", ip],
    ...cookie ? [["cookie", cookie] as [string, string]] : [],
  ];
  const email = `person-${seed}-${i}@mail-simulation.example`.toLowerCase().replaceAll(/[^a-z0-9@.-]/g, "-");
  const signed = await visiting.ask("POST", "/auth/register", {
    headers: headers("application/json"),
    body: JSON.stringify({ email, password: `${luck.whole(1e8, 1e9)} calm rivers ${luck.whole(1e8, 1e9)}` }),
  });
  if (signed?.status !== 202) {
    return { lost: signed ? `the sign-up was answered ${signed.status}` : "no answer to the sign-up" };
  }
  const mail = await mailTo(target, email, ({ code }) => code !== null);
  const link = mail?.links.find((one) => one.includes("/verify?"));
  if (!mail || !link) return { lost: "no mail came" };
  const variant = variantOfSubject(mail, core.site_name);
  if (!luck.chance(variant === better ? shares.good : shares.else)) return { variant, verified: false };
  const { pathname, search, searchParams } = new URL(link);
  const form = "application/x-www-form-urlencoded";
  await visiting.ask("GET", pathname + search, { headers: headers(form) });
  const pressed = await visiting.ask("POST", pathname, {
    headers: headers(form),
    body: `${new URLSearchParams({ token: searchParams.get("token") ?? "" })}`,
  });
  const verified = pressed !== null && pressed.status < 400;
  return verified
    ? { variant, verified }
    : { lost: `the button was answered ${pressed?.status ?? "not at all"}` };
}

/** Which wording it is: by its subject, as its reader tells it. */
function variantOfSubject({ subject, code }: CaughtMail, site_name: string): string {
  const params = { site_name, name: null, code: code ?? undefined, expires_in_seconds: 86_400 };
  const standard = stringsFor("en").mails[kind](params);
  if (subject === standard.subject) return standardVariant;
  const found = variantsOf(kind).find((one) =>
    wordingFrom(one, "en").rewrite(standard, params).subject === subject
  );
  return found?.variant ?? "another";
}

function read(args: string[]): Wanted {
  const values = parse(args);
  const share = (name: "good" | "else", otherwise: number) => {
    const given = values[name] === undefined ? otherwise : Number(values[name]);
    if (!(given >= 0 && given <= 1)) throw new OperatorError(`--${name}: expected a share, 0 to 1`);
    return given;
  };
  const people = values.people === undefined ? 200 : Number(values.people);
  if (!(Number.isInteger(people) && people >= 1 && people <= peopleMax)) {
    throw new OperatorError(`--people: expected a whole number 1..${peopleMax}`);
  }
  let target: Target;
  try {
    target = readTarget(values.against ?? "", timeout_ms);
  } catch (cause) {
    throw new OperatorError(`--against: ${(cause as Error).message}`, { cause });
  }
  return {
    ...{ target, people, better: values.better ?? "code_first" },
    shares: { good: share("good", 0.7), else: share("else", 0.4) },
    seed: values.seed?.slice(0, 40) ?? crypto.randomUUID().slice(0, 8),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: flags, allowPositionals: false, strict: true }).values;
  } catch (cause) {
    throw new OperatorError(`${(cause as Error).message.split(/\. /)[0]}.\n\n${usage}`, { cause });
  }
}

/** @throws OperatorError when the target is one that people use */
async function check(target: Target): Promise<void> {
  const catching = await catchesMail(target).catch((cause) => {
    throw new OperatorError(`No answer from ${target.url}. Is the service started?`, { cause });
  });
  if (!catching || !isLoopback(new URL(target.url).hostname)) {
    throw new OperatorError(
      `${target.url} is no development service on this machine that catches its mail. Made-up people sign up at no other.`,
    );
  }
}
