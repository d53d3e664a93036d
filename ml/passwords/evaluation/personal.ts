/**
 * Puts parts of made-up people into passwords that were really used, and counts how often they are not found; and how
 * often something is found of somebody else.
 */
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { meantWhenLeft, meantWhenRight } from "../letters.ts";
import { findPersonal, lettersLeft, type Person } from "../personal.ts";
import { randomFrom } from "./random.ts";

type Random = () => number;

interface Made extends Person {
  first_name: string;
  last_name: string;
  username: string;
  email: string;
  birth_date: string;
}

interface Template {
  before: string;
  after: string;
}

const triesEach = 2000;
const strangersMax = 20_000;

/** @param path the folder with `names-words` and `passwords-top` */
export async function evaluatePersonal(path: string, say: (line: string) => void): Promise<void> {
  const read = async (file: string) =>
    gunzipSync(await Deno.readFile(join(path, file))).toString("utf8").trimEnd().split("\n");
  const namesIn = async (file: string, most: number) =>
    (await read(`names-words/${file}`)).map((line) => line.split(/\s/)[0]).filter((name) => name.length > 2)
      .slice(0, most);
  const given = [...await namesIn("female_names.txt.gz", 1500), ...await namesIn("male_names.txt.gz", 800)];
  const family = await namesIn("surnames.txt.gz", 20_000);
  const passwords = (await read("passwords-top/passwords-dev.tsv.gz")).map((line) => line.split("\t")[2]);
  const random = randomFrom(7);
  const templates = templatesOf(passwords, new Set([...given, ...family.slice(0, 3000)]));
  say(`${templates.length} templates: real passwords around a name; seed 7; ${triesEach} of each`);
  say("transformation          missed  told of others  refused   refused of others");
  for (const [name, make] of Object.entries(transformations)) {
    const counts = { missed: 0, others: 0, refused: 0, refusedOthers: 0, tries: 0 };
    while (counts.tries < triesEach) {
      const [owner, other] = [person(random, given, family), person(random, given, family)];
      const part = make(owner, random);
      if (part === null) continue;
      counts.tries++;
      const { before, after } = pick(templates, random);
      const password = before + part + after;
      const start = [...before].length;
      const end = start + [...part].length;
      const found = findPersonal(password, owner);
      const covered = found.reduce(
        (sum, one) => sum + Math.max(0, Math.min(end, one.end) - Math.max(start, one.start)),
        0,
      );
      if (covered < 0.75 * (end - start)) counts.missed++;
      if (refuses(password, owner)) counts.refused++;
      if (findPersonal(password, other).length > 0) counts.others++;
      if (refuses(password, other)) counts.refusedOthers++;
    }
    const share = (count: number) => `${(100 * count / counts.tries).toFixed(2)} %`.padStart(9);
    say(
      `${name.padEnd(20)} ${share(counts.missed)} ${share(counts.others)}      ${share(counts.refused)}    ${
        share(counts.refusedOthers)
      }`,
    );
  }
  reportStrangers(
    passwords.filter((one) => one.length >= 8),
    () => person(random, given, family),
    random,
    say,
  );
}

/** Real passwords as they are, against people who have nothing to do with them. */
function reportStrangers(
  passwords: string[],
  anybody: () => Made,
  random: Random,
  say: (line: string) => void,
) {
  let told = 0;
  let refused = 0;
  for (let i = 0; i < strangersMax; i++) {
    const password = pick(passwords, random);
    const somebody = anybody();
    if (findPersonal(password, somebody).length > 0) told++;
    if (refuses(password, somebody)) refused++;
  }
  const share = (count: number) => `${(100 * count / strangersMax).toFixed(2)} %`;
  say(
    `${strangersMax} real passwords of eight and more against anybody: told ${share(told)}, refused ${
      share(refused)
    }`,
  );
}

function refuses(password: string, somebody: Person): boolean {
  const found = findPersonal(password, somebody);
  return found.length > 0 && lettersLeft(password, found) < 5;
}

/** What stands around a name in a password; at most eight characters, so that the name is a part worth finding. */
function templatesOf(passwords: string[], names: Set<string>): Template[] {
  const templates: Template[] = [];
  for (const password of passwords) {
    const match = /[a-z]{4,}/i.exec(password);
    if (!match || !names.has(match[0].toLowerCase())) continue;
    const before = password.slice(0, match.index);
    const after = password.slice(match.index + match[0].length);
    if (before.length + after.length <= 8) templates.push({ before, after });
  }
  return templates;
}

const pick = <T>(items: ArrayLike<T>, random: Random): T => items[Math.floor(random() * items.length)];
const two = (number: number) => String(number).padStart(2, "0");
const capital = (name: string) => name[0].toUpperCase() + name.slice(1);

function person(random: Random, given: string[], family: string[]): Made {
  // Common names come more often, as they do.
  const [first, last] = [given, family].map((names) => names[Math.floor(names.length * random() ** 2)]);
  const [year, month, day] = [
    1950 + Math.floor(random() * 58),
    1 + Math.floor(random() * 12),
    1 + Math.floor(random() * 28),
  ];
  const local = pick([
    `${first}.${last}`,
    `${first[0]}${last}`,
    `${first}${last}${year % 100}`,
    `${last}_${first}`,
  ], random);
  const username = pick(
    [`${first}${two(day)}`, `${last}${first[0]}`, `${first}_${last}`, `x${last}`],
    random,
  );
  const domain = pick(
    ["gmail.com", "yahoo.com", "northwind-traders.example", "bluebarn.example", "mail.ru"],
    random,
  );
  return {
    first_name: capital(first),
    last_name: capital(last),
    username,
    email: `${local}@${domain}`,
    birth_date: `${year}-${two(month)}-${two(day)}`,
    site_names: ["Flow Shield"],
  };
}

const either = (owner: Made, random: Random) => random() < 0.5 ? owner.first_name : owner.last_name;
const swapped = (text: string, table: ReadonlyMap<string, string>) =>
  Array.from(text, (letter) => table.get(letter) ?? letter).join("");

const leet = new Map([["a", "4"], ["e", "3"], ["i", "1"], ["o", "0"], ["s", "5"], ["t", "7"], ["l", "1"]]);
const atLeast = (least: number, text: string) => text.length < least ? null : text;

/** What was typed when the hand lay one key to the side. */
const typed = (meant: ReadonlyMap<string, string>) =>
  new Map(
    [...meant].filter(([key]) => key === key.toLowerCase() && !/[~!@#$%^&*()_+{}|:"<>?]/.test(key))
      .map(([key, letter]) => [letter, key]),
  );

function edit(text: string, random: Random): string {
  const letters = [...text];
  const at = 1 + Math.floor(random() * (letters.length - 1));
  const letter = String.fromCharCode(97 + Math.floor(random() * 26));
  switch (Math.floor(random() * 4)) {
    case 0:
      return letters.toSpliced(at, 1).join("");
    case 1:
      return letters.toSpliced(at, 0, letter).join("");
    case 2:
      return letters.with(at, letter).join("");
    default:
      return at + 1 < letters.length ? letters.toSpliced(at, 2, letters[at + 1], letters[at]).join("") : text;
  }
}

/** Null where the person has nothing of the kind: too short to be told from chance. */
const transformations: Record<string, (owner: Made, random: Random) => string | null> = {
  "first name": ({ first_name }) => atLeast(4, first_name.toLowerCase()),
  "last name": ({ last_name }) => atLeast(4, last_name.toLowerCase()),
  "name of three": (owner, random) => {
    const name = either(owner, random).toLowerCase();
    return name.length === 3 ? name : null;
  },
  "case": (owner, random) =>
    atLeast(
      4,
      Array.from(either(owner, random).toLowerCase(), (letter) =>
        random() < 0.5 ? letter.toUpperCase() : letter)
        .join(""),
    ),
  "leet": (owner, random) => {
    const name = either(owner, random).toLowerCase();
    const disguised = swapped(name, leet);
    return disguised === name ? null : atLeast(4, disguised);
  },
  "reversed": (owner, random) => atLeast(4, [...either(owner, random).toLowerCase()].reverse().join("")),
  "keyboard, right": (owner, random) =>
    atLeast(4, swapped(either(owner, random).toLowerCase(), typed(meantWhenRight))),
  "keyboard, left": (owner, random) =>
    atLeast(4, swapped(either(owner, random).toLowerCase(), typed(meantWhenLeft))),
  "edit, six letters": (owner, random) => {
    const name = atLeast(6, either(owner, random).toLowerCase());
    return name && edit(name, random);
  },
  "reversed leet": (owner, random) =>
    atLeast(4, swapped([...either(owner, random).toLowerCase()].reverse().join(""), leet)),
  "initial and last": ({ first_name, last_name }) => (first_name[0] + last_name).toLowerCase(),
  "first and last": ({ first_name, last_name }) => (first_name + last_name).toLowerCase(),
  "username": ({ username }) => username,
  "local part": ({ email }) => email.split("@")[0],
  "domain": ({ email }) => atLeast(5, email.split("@")[1].split(".")[0].replace("-", "")),
  "site": (_, random) => pick(["flowshield", "FlowShield", "flow-shield", "Fl0wSh13ld"], random),
  "date of birth": ({ birth_date }, random) => {
    const [year, month, day] = birth_date!.split("-");
    const y = random() < 0.5 ? year : year.slice(2);
    const separator = pick(["", "", ".", "-", "/"], random);
    return pick([[day, month, y], [month, day, y], [y, month, day]], random).join(separator);
  },
  "name and year": ({ first_name, birth_date }) => atLeast(8, first_name + birth_date.slice(0, 4)),
};
