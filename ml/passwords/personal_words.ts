/** What of a person may be found in a password: words of a name, of an address, of the site, and dates. */
import { fold, spellOut } from "./letters.ts";

export interface Person {
  email?: string | null;
  username?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  /** `1985-03-07` */
  birth_date?: string | null;
  /** Of this deployment: its name, its host. */
  site_names?: string[];
}

export type PersonalKind = "name" | "username" | "email" | "domain" | "site" | "date" | "combination";
export type PersonalField = "email" | "username" | "first_name" | "last_name" | "birth_date" | "site_names";

export interface PersonalWord {
  /** Folded, at least two code points. */
  text: string;
  /** As its owner writes it. */
  spelling: string;
  kind: PersonalKind;
  from: PersonalField;
  /** Counts only where no letter, or for digits no digit, stands beside it. */
  alone: boolean;
}

/** More of them, and longer ones, are not looked for: a bound for what strangers type. */
const wordsMax = 160;
const fieldMax = 128;
const wordMax = 64;

/** Parts of an address that say nothing of whose it is. */
const nobodys = new Set(["mail", "email", "webmail", "online", "post", "localhost", "info", "test"]);

export function personalWords(person: Person): PersonalWord[] {
  const words = new Words();
  const first = parts(person.first_name);
  const last = parts(person.last_name);
  addName(words, "first_name", person.first_name, first);
  addName(words, "last_name", person.last_name, last);
  addJoined(words, first, last);
  addHandle(words, "username", "username", person.username);
  const [local = "", domain = ""] = cut(person.email).split("@");
  if (domain) words.add(cut(person.email), "email", "email");
  addHandle(words, "email", "email", local);
  addDomain(words, domain);
  for (const name of (person.site_names ?? []).slice(0, 8)) addSite(words, name);
  for (const date of datesOf(person.birth_date)) words.add(date, "date", "birth_date", date.length <= 4);
  return words.all;
}

class Words {
  readonly all: PersonalWord[] = [];
  readonly #known = new Set<string>();

  add(spelling: string, kind: PersonalKind, from: PersonalField, alone = false): void {
    const plain = /^[\x20-\x7e]*$/.test(spelling);
    for (const folded of plain ? [spelling.toLowerCase()] : new Set([fold(spelling), spellOut(spelling)])) {
      const text = [...folded].slice(0, wordMax).join("");
      // Chinese, Japanese and Korean names have two or three characters.
      const least = /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(text) ? 2 : 3;
      const length = [...text].length;
      if (length < least || this.all.length >= wordsMax || this.#known.has(text)) continue;
      this.#known.add(text);
      this.all.push({ text, spelling, kind, from, alone: alone || (least === 3 && length === 3) });
    }
  }
}

const cut = (text: string | null | undefined) => [...(text ?? "").trim()].slice(0, fieldMax).join("");
const parts = (text: string | null | undefined) => cut(text).split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
const joined = (text: string | null | undefined) => parts(text).join("");

function addName(
  words: Words,
  from: "first_name" | "last_name",
  text: string | null | undefined,
  names: string[],
): void {
  words.add(cut(text), "name", from);
  words.add(joined(text), "name", from);
  for (const name of names.slice(0, 6)) words.add(name, "name", from);
}

/** Initials with the other name, and both where one alone is too short to be looked for. */
function addJoined(words: Words, first: string[], last: string[]): void {
  const given = first[0];
  const family = last.join("");
  if (!given || !family) return;
  const [f, l] = [[...given][0], [...family][0]];
  words.add(given + family, "combination", "last_name");
  words.add(family + given, "combination", "last_name");
  words.add(f + family, "combination", "last_name");
  words.add(family + f, "combination", "last_name");
  words.add(given + l, "combination", "first_name");
  words.add(l + given, "combination", "first_name");
}

/** A username, or what stands before the @: whole, and its pieces of letters or of digits. */
function addHandle(
  words: Words,
  kind: "username" | "email",
  from: PersonalField,
  text: string | null | undefined,
) {
  const handle = cut(text);
  words.add(handle, kind, from);
  words.add(joined(handle), kind, from);
  words.add((handle.match(/[\p{L}\p{M}]+/gu) ?? []).join(""), kind, from);
  const cased = handle.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2");
  for (const piece of (cased.match(/[\p{L}\p{M}]+|\p{N}+/gu) ?? []).slice(0, 8)) {
    const digits = /^\p{N}/u.test(piece);
    if (digits ? piece.length >= 4 : !nobodys.has(piece.toLowerCase())) words.add(piece, kind, from, digits);
  }
}

function addDomain(words: Words, domain: string): void {
  if (domain.includes(".")) words.add(domain, "domain", "email");
  for (const label of domain.split(".").slice(0, -1).slice(-4)) {
    // Of `co.uk` and `com.br` nothing is told.
    if (label.length < 4 || nobodys.has(label.toLowerCase())) continue;
    words.add(label, "domain", "email");
    for (const piece of label.split(/[-_\d]+/)) if (piece.length >= 5) words.add(piece, "domain", "email");
  }
}

function addSite(words: Words, name: string): void {
  const site = cut(name);
  if (/^[\d.:]*$/.test(site)) return;
  const labels = /\s/.test(site) || !site.includes(".") ? [site] : [site, ...site.split(".").slice(0, -1)];
  for (const label of labels) {
    if (joined(label).length < 4 || nobodys.has(label.toLowerCase())) continue;
    words.add(label, "site", "site_names");
    words.add(joined(label), "site", "site_names");
    for (const piece of parts(label)) if (piece.length >= 5) words.add(piece, "site", "site_names");
  }
}

/** A day in all usual orders, with and without zeros and separators; the year in four and two digits. */
function datesOf(date: string | null | undefined): string[] {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date ?? "");
  if (!match) return [];
  const [, year, month, day] = match;
  const short = year.slice(2);
  const dates = new Set<string>();
  for (const [d, m] of new Set([[day, month], [String(+day), String(+month)]])) {
    for (const separator of ["", ".", "-", "/", "_"]) {
      for (const y of [year, short]) {
        for (const order of [[d, m, y], [m, d, y], [y, m, d], [y, d, m]]) dates.add(order.join(separator));
      }
    }
    dates.add(m + year).add(year + m);
  }
  dates.add(year).add(day + month).add(month + day);
  return [...dates].filter((text) => text.length >= 4).sort((a, b) => b.length - a.length);
}
