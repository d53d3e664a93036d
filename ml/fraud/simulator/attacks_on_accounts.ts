/** Attacks on accounts that are there: by lists of passwords, by few passwords, with the right one. */
import {
  type Attacker,
  attempt,
  dayMs,
  hourMs,
  lines,
  minuteMs,
  real,
  residential,
  targets,
  timesOf,
  tools,
} from "./attackers.ts";
import { addressOf, type Doing, type World } from "./doing.ts";
import { type Account, letters, someEmail, someLocalPart } from "./people.ts";
import { cities, type City, datacentreLine, someCity } from "./places.ts";
import { signInFields } from "./typing.ts";

/** Names and passwords that leaked elsewhere: most name nobody here, some fit. */
export function stuffing(attacker: Attacker, world: World): Doing[] {
  const { luck, skill, start_ms } = attacker;
  const known = targets(world, start_ms);
  const city = luck.chance(0.5 + 0.5 * skill) ? someCity(luck) : luck.pick(cities);
  const machines = lines(attacker, luck.whole(3, 300), city);
  const browsers = tools(attacker, city);
  const share = 0.1 + 0.4 * luck.next();
  const times = timesOf(attacker, luck.whole(150, 900), 0.3 + 40 * skill * luck.next());
  return times.map((at_ms, i) => {
    const account = luck.chance(share) ? luck.pick(known) : null;
    const hit = account !== null && luck.chance(0.06);
    return attempt(attacker, {
      ...{ at_ms, account, fields: signInFields, line: luck.pick(machines), browser: luck.pick(browsers) },
      kind: hit ? "sign_in" : account ? "password_wrong" : "unknown_account",
      identifier: account ? addressOf(account.email) : `${someLocalPart(luck)}${i}@elsewhere.example`,
      password: hit ? account.password : `leaked-${attacker.name}-${i}`,
    });
  });
}

/** A few passwords that many have, tried on many accounts, slowly enough for each. */
export function spraying(attacker: Attacker, world: World): Doing[] {
  const { luck, skill, start_ms } = attacker;
  const known = targets(world, start_ms);
  const victims = Array.from(
    { length: luck.whole(100, 500) },
    () => luck.chance(0.8) ? luck.pick(known) : null,
  );
  const city = luck.chance(0.5 + 0.5 * skill) ? someCity(luck) : luck.pick(cities);
  const machines = lines(attacker, luck.whole(2, 120), city);
  const browsers = tools(attacker, city);
  const passwords = Array.from(
    { length: luck.whole(1, 5) },
    () => `common-${Math.floor(luck.exponential(6))}`,
  );
  return passwords.flatMap((password) =>
    timesOf(attacker, victims.length, 0.5 + 30 * skill * luck.next()).map((at_ms, i) => {
      const account = victims[i];
      const hit = account?.password === password;
      return attempt(attacker, {
        ...{
          at_ms,
          account,
          password,
          fields: signInFields,
          line: luck.pick(machines),
          browser: luck.pick(browsers),
        },
        kind: hit ? "sign_in" : account ? "password_wrong" : "unknown_account",
        identifier: account
          ? addressOf(account.email)
          : `${someLocalPart(luck)}@${luck.pick(["corp", "mail"])}.example`,
      });
    })
  );
}

/** The right password in the wrong hands, far from where its owner has just been. */
export function travel(attacker: Attacker, world: World): Doing[] {
  const { luck, skill } = attacker;
  const seen = luck.pick(
    world.ordinary.filter(({ kind, at_ms }) => kind === "sign_in" && at_ms > attacker.start_ms),
  );
  const account = seen?.account;
  if (!account) return [];
  const city = elsewhere(attacker, account.city);
  const browser = luck.chance(0.75)
    ? real(luck, attacker.name, luck.chance(skill) ? account.city : city)
    : luck.pick(tools(attacker, city));
  const line = luck.chance(0.3 + 0.5 * skill) ? residential(luck, city) : datacentreLine(luck);
  const at_ms = seen.at_ms + Math.round((0.1 + luck.exponential(3)) * hourMs);
  return takeOver(attacker, { account, at_ms, line, browser });
}

/** The same from nearby: an address in the owner's town, their language, only the device is new. */
export function takeover(attacker: Attacker, world: World): Doing[] {
  const { luck, skill, start_ms, end_ms } = attacker;
  const account = luck.pick(targets(world, start_ms));
  if (!account) return [];
  const at_ms = Math.round(start_ms + luck.next() * (end_ms - start_ms));
  const near = luck.chance(0.3 + 0.6 * skill);
  const country = cities.filter((city) => city.country === account.city.country);
  const city = near ? account.city : luck.pick(country);
  const browser = real(luck, attacker.name, luck.chance(0.8) ? account.city : luck.pick(cities));
  return takeOver(attacker, { account, at_ms, line: residential(luck, city), browser });
}

function elsewhere({ luck }: Attacker, home: City): City {
  const others = [someCity(luck), luck.pick(cities), luck.pick(cities)].filter(({ country }) =>
    country !== home.country
  );
  return others[0] ?? cities.find(({ country }) => country !== home.country)!;
}

/** Gets in, sometimes through the mailbox, and often makes the account its own. */
function takeOver(
  attacker: Attacker,
  { account, at_ms, line, browser }: { account: Account } & Pick<Doing, "at_ms" | "line" | "browser">,
): Doing[] {
  const { luck } = attacker;
  const identifier = addressOf(account.email);
  const one = (kind: Doing["kind"], minutes: number, change: Partial<Doing> = {}) => ({
    ...attempt(attacker, {
      ...{
        kind,
        account,
        identifier,
        line,
        browser,
        fields: signInFields,
        by_hand: true,
        keeps_cookies: true,
      },
      ...{ at_ms: Math.round(at_ms + minutes * minuteMs), password: account.password },
    }),
    ...change,
  });
  const doings: Doing[] = [];
  if (luck.chance(0.25)) {
    const password = `stolen-${letters(luck, 8)}`;
    doings.push(one("reset_asked", -3, { password: null }), one("reset_password", -1, { password }));
  } else if (luck.chance(0.4)) {
    for (let i = luck.whole(1, 4); i > 0; i--) {
      doings.push(one("password_wrong", -0.3 * i, { password: "a guess" }));
    }
  }
  doings.push(one("sign_in", 0));
  if (luck.chance(0.4)) doings.push(one("change_email", luck.whole(1, 15), { email: someEmail(luck) }));
  if (luck.chance(0.3)) doings.push(one("sign_in", luck.next() * 2 * dayMs / minuteMs));
  return doings;
}
