/** `main.ts doctor mail`: what receivers see of the sender's domain, and what to publish. */
import { stringsFor } from "../../../core/i18n/mod.ts";
import { OperatorError } from "../../../core/operator_error.ts";
import type { Command } from "../../../core/plugin.ts";
import type { EmailCtx } from "../ctx.ts";
import { checkNow, keyToPublish } from "../deliverability/check_now.ts";
import { createDns } from "../deliverability/dns.ts";
import { type DomainCheck, type ToPublish, zoneLine } from "../deliverability/domain_check.ts";
import { wordsOf } from "../deliverability/routes.ts";
import { senderOf } from "../deliverability/sending.ts";

const usage =
  `main.ts doctor mail [--name-server ADDRESS[:PORT]]: looks at the domain of SMTP_FROM as receivers do

MX, SPF, DKIM, DMARC, MTA-STS and the names of the sending servers, each with what to publish. Makes a key to sign with
where there is none, and puts it in use once its record is seen (EMAIL_OPTIMIZATION_DKIM). Ends with 1 when something
is to mend or was not answered.`;

const marks: Record<DomainCheck["state"], string> = { good: "✓", note: "·", bad: "✗", unknown: "?" };

export const doctorMail: Command = {
  about: "the sender's domain as receivers see it, with records to publish",
  usage,
  async run(args, { withCtx, say }) {
    const name_server = nameServer(args);
    const states = await withCtx(async (ctx: EmailCtx) => {
      await keyToPublish(ctx);
      const { domain, checks } = await checkNow(ctx, { dns: createDns({ name_server }) });
      say(`\n  ${senderOf(ctx).sender}, by the DNS of ${domain}\n`);
      for (const check of checks) tell(check, say);
      return checks.map(({ state }) => state);
    });
    if (states.includes("unknown")) {
      throw new OperatorError("  Not everything was answered. Try again in a moment.");
    }
    const bad = states.filter((state) => state === "bad").length;
    if (bad > 0) {
      throw new OperatorError(`  ${bad} to mend. Publish what stands above, wait a little, and ask again.`);
    }
    say("  Nothing to mend.");
  },
};

function tell(check: DomainCheck, say: (line: string) => void): void {
  const { names } = stringsFor("en").mail_domain;
  say(`  ${marks[check.state]} ${names[check.name].padEnd(26)} ${wordsOf("en", check)}`);
  for (const one of check.found) say(`      there now: ${one.length > 160 ? `${one.slice(0, 157)}…` : one}`);
  if (check.publish.length > 0) say("      publish:");
  for (const one of check.publish) tellRecord(one, say);
  say("");
}

function tellRecord(one: ToPublish, say: (line: string) => void): void {
  if (one.type !== "file") return say(`        ${zoneLine(one)}`);
  say(`        at ${one.name}:`);
  for (const line of one.value.trimEnd().split("\n")) say(`          ${line}`);
}

function nameServer(args: string[]): { ipAddr: string; port: number } | undefined {
  if (args.length === 0) return undefined;
  const [option, value, ...more] = args;
  const [, ipAddr, port] = /^(\d{1,3}(?:\.\d{1,3}){3})(?::(\d{1,5}))?$/.exec(value ?? "") ?? [];
  if (option !== "--name-server" || more.length > 0 || ipAddr === undefined) {
    throw new OperatorError(`An IPv4 address, if anything.\n\n${usage}`);
  }
  return { ipAddr, port: Number(port ?? 53) };
}
