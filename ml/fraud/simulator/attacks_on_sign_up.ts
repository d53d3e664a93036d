/** Attacks that make accounts, or find out which there are. */
import type { EmailEvidence } from "../features/evidence.ts";
import {
  type Attacker,
  attempt,
  dayMs,
  lines,
  minuteMs,
  real,
  residential,
  targets,
  timesOf,
  tools,
} from "./attackers.ts";
import { addressOf, type Doing, type World } from "./doing.ts";
import { type Account, letters, someEmail, someLocalPart, someName } from "./people.ts";
import { type City, renumbered, someCity } from "./places.ts";
import { registerFields, signInFields } from "./typing.ts";

type Addresses = (i: number) => EmailEvidence;

/** How a generator of addresses makes them. */
function generator({ luck, skill }: Attacker): Addresses {
  const domain = luck.weighted(
    ["mailinator.com", "guerrillamail.com", `${letters(luck, 7)}.xyz`, "gmail.com", "outlook.com", "mail.ru"],
    [22, 15, 15, 30, 12, 6],
  );
  const base = someLocalPart(luck);
  const shape = luck.weighted([
    () => letters(luck, luck.whole(7, 13)),
    () => `${letters(luck, 5)}${luck.whole(100, 99_999)}`,
    (i: number) => `${base}+${i}`,
    (i: number) => `${base.replaceAll(".", "")}${i}`,
    // With care: names as people have them.
    () => someLocalPart(luck),
  ], [25, 20, 10, 15, 15 + 60 * skill]);
  // Mailboxes at many providers cost more, and can be bought.
  const bought = luck.chance(skill);
  return (i) => {
    if (bought) return { ...someEmail(luck), local_part: shape(i) };
    const mx = luck.chance(0.05) ? null : !domain.endsWith(".xyz") || luck.chance(0.6);
    return { local_part: shape(i), domain, mx };
  };
}

const newAccount = (attacker: Attacker, i: number, email: EmailEvidence, city: City): Account => ({
  ...{ email, city, id: `${attacker.name}-${i}`, made_ms: attacker.start_ms, second_factor: false },
  password: `own-${attacker.name}-${i}`,
});

/** Sign-ups by a program, in a burst or drop by drop. */
export function bots(attacker: Attacker): Doing[] {
  const { luck, skill } = attacker;
  const count = luck.whole(12, 110);
  const city = someCity(luck);
  const machines = lines(attacker, luck.whole(1, 60), city);
  const browsers = tools(attacker, city);
  const address = generator(attacker);
  const one_password = luck.chance(0.6 - 0.4 * skill);
  return timesOf(attacker, count, 0.1 + 60 * skill * luck.next()).flatMap((at_ms, i) => {
    const email = address(i);
    const account = { ...newAccount(attacker, i, email, city), made_ms: at_ms };
    const of = {
      ...{ account, identifier: addressOf(email), fields: registerFields },
      ...{ line: luck.pick(machines), browser: luck.pick(browsers) },
      password: one_password ? `bots-${attacker.name}` : account.password,
    };
    const soon = Math.round(at_ms + (0.2 + luck.exponential(3)) * minuteMs);
    return [
      attempt(attacker, { ...of, at_ms, email, kind: "register" }),
      ...luck.chance(0.2)
        ? [attempt(attacker, { ...of, at_ms: soon, kind: "sign_in", fields: signInFields })]
        : [],
    ];
  });
}

/** Some people, one device and one line, many accounts; they type by hand and come back to use them. */
export function ring(attacker: Attacker): Doing[] {
  const { luck, skill } = attacker;
  const city = someCity(luck);
  let line = residential(luck, city);
  const browser = real(luck, attacker.name, city);
  const names = luck.chance(0.5) ? [someName(luck), someName(luck)] : null;
  const domain = luck.weighted(["gmail.com", "outlook.com", "gmx.de", "mailinator.com"], [50, 20, 20, 10]);
  const keeps_cookies = luck.chance(0.6 - 0.4 * skill);
  const one_password = luck.chance(0.5);
  return timesOf(attacker, luck.whole(8, 36), 1 + 90 * skill * luck.next()).flatMap((at_ms, i) => {
    if (luck.chance(0.08)) line = renumbered(luck, line);
    const local_part = names
      ? someLocalPart(luck, luck.pick(names)) + (luck.chance(0.6) ? i : "")
      : someLocalPart(luck);
    const email = { local_part, domain, mx: true };
    const account = { ...newAccount(attacker, i, email, city), made_ms: at_ms };
    const of = {
      ...{ account, line, browser, keeps_cookies, identifier: addressOf(email), fields: registerFields },
      ...{ by_hand: true, password: one_password ? `ring-${attacker.name}` : account.password },
    };
    const later = at_ms + minuteMs + Math.round(luck.exponential(luck.chance(0.5) ? 5 * minuteMs : dayMs));
    return [
      attempt(attacker, { ...of, at_ms, kind: "register", email }),
      ...luck.chance(0.4)
        ? [attempt(attacker, { ...of, at_ms: later, kind: "sign_in", fields: ["email", "password"] })]
        : [],
    ];
  });
}

/** Asks of each address of a list whether it has an account: by signing it up, signing in, or resetting. */
export function enumeration(attacker: Attacker, world: World): Doing[] {
  const { luck, skill, start_ms } = attacker;
  const known = targets(world, start_ms);
  const city = someCity(luck);
  const machines = lines(attacker, luck.whole(1, 80), city);
  const browsers = tools(attacker, city);
  const share = 0.2 + 0.5 * luck.next();
  return timesOf(attacker, luck.whole(40, 250), 0.1 + 40 * skill * luck.next()).map((at_ms, i) => {
    const account = luck.chance(share) ? luck.pick(known) : null;
    const email = account?.email ?? someEmail(luck);
    const of = {
      ...{ at_ms, identifier: addressOf(email), line: luck.pick(machines), browser: luck.pick(browsers) },
      ...{ fields: registerFields, password: `probe-${i}` },
    };
    const way = luck.weighted(["register", "sign_in", "reset"], [70, 20, 10]);
    if (way === "sign_in") {
      return attempt(attacker, { ...of, account, kind: account ? "password_wrong" : "unknown_account" });
    }
    if (way === "reset") return attempt(attacker, { ...of, account, password: null, kind: "reset_asked" });
    if (account) return attempt(attacker, { ...of, account: null, kind: "register_again" });
    return attempt(attacker, {
      ...of,
      email,
      account: newAccount(attacker, i, email, city),
      kind: "register",
    });
  });
}
