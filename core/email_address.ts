/**
 * E-mail addresses: what is accepted, what two are compared by, and which look alike.
 *
 * An address is kept as given, and compared by its **key**: the domain in its ASCII form (IDNA by UTS 46, lower case,
 * no trailing dot); the local part in NFKC and lower case. Dots and `+tags` count: only the receiving host knows
 * whether they mean anything (RFC 5321 §2.3.11), and merging two people would be worse than two accounts of one. Case
 * is the exception, as no host that matters tells `Ann@` from `ann@`.
 *
 * Its **skeleton** is its look (UTS 39 §4): letters of other scripts, and the exact doubles of ASCII letters within
 * Latin (`ɑ`, `ı`, `ɡ`), are replaced by what they look like. ASCII is never folded into ASCII and accents stay, as
 * `bill1@` and `billl@`, or `rose@` and `rosé@`, are different people; so the skeleton of an ASCII address is its key.
 * A part that mixes scripts as no language does is refused (UTS 39 §5.2, "highly restrictive").
 *
 * Refused though RFC 5322 allows them: quoted local parts, comments, address literals, domains of one label. From
 * RFC 6531, letters, marks and digits of living scripts are taken, symbols and emoji are not.
 */
import { Buffer } from "node:buffer";
import { domainToASCII, domainToUnicode } from "node:url";
import unhomoglyph from "unhomoglyph";

export interface EmailAddress {
  /** As given, without surrounding space and a last dot. */
  email: string;
  email_key: string;
  email_skeleton: string;
}

export interface EmailProblem {
  problem: "invalid_email" | "email_confusable";
  /** For the person who typed it; does not quote it. */
  detail: string;
}

const bytesMax = 254;
const localBytesMax = 64;
const domainBytesMax = 253;

class Refused extends Error {
  constructor(readonly problem: EmailProblem["problem"], readonly detail: string) {
    super(detail);
  }
}

const invalid = (detail: string) => new Refused("invalid_email", detail);

/** Never throws. */
export function parseEmail(input: string): EmailAddress | EmailProblem {
  try {
    return parse(input);
  } catch (error) {
    if (error instanceof Refused) return { problem: error.problem, detail: error.detail };
    throw error;
  }
}

function parse(input: string): EmailAddress {
  // Before anything is computed: what is far too long is not looked at.
  if (input.length > 4 * bytesMax) throw invalid("An address has at most 254 bytes.");
  // A last dot only says that the domain is complete, and mail programs stumble over it.
  const email = input.trim().replace(/[.。．｡]$/u, "");
  const at = email.lastIndexOf("@");
  if (at < 0) throw invalid("An address has a name, an @ and a domain.");
  const given = { local: email.slice(0, at), domain: email.slice(at + 1) };
  if (/[\p{C}\p{Z}]|\p{Default_Ignorable_Code_Point}/u.test(email)) {
    throw invalid("An address has no spaces, and no invisible characters.");
  }
  const local = localKey(given.local);
  const domain = domainKey(given.domain);
  if (Buffer.byteLength(email) > bytesMax) throw invalid("An address has at most 254 bytes.");
  const shown = domainToUnicode(domain);
  checkScripts(local);
  for (const label of shown.split(".")) checkScripts(label);
  return {
    email,
    email_key: `${local}@${domain}`,
    email_skeleton: `${skeleton(local)}@${skeleton(shown)}`,
  };
}

/** RFC 5322 §3.2.3 `dot-atom`, with the letters of RFC 6531. */
const localShape = /^(?:[\w!#$%&'*+/=?^`{|}~.-]|[^\p{ASCII}])+$/u;
const foreign = /^[\p{L}\p{M}\p{N}\p{ASCII}]+$/u;

function localKey(given: string): string {
  if (given === "") throw invalid("There is nothing before the @.");
  if (given.startsWith('"')) throw invalid("A quoted name before the @ is not accepted.");
  // Sigma has two small forms, and which one a capital becomes depends on its place.
  const key = given.normalize("NFKC").toLowerCase().normalize("NFKC").replaceAll("ς", "σ");
  for (const one of [given, key]) {
    if (!localShape.test(one) || !foreign.test(one)) {
      throw invalid("Before the @ there is a character that addresses do not have.");
    }
    if (/^\.|\.\.|\.$/.test(one)) throw invalid("Before the @, a dot stands between other characters.");
    if (Buffer.byteLength(one) > localBytesMax) throw invalid("Before the @ there are at most 64 bytes.");
  }
  if (/^\p{M}|[^\p{L}\p{M}]\p{M}|\p{M}{4}/u.test(key.normalize("NFD"))) {
    throw invalid("An accent needs a letter.");
  }
  return key;
}

function domainKey(given: string): string {
  if (given === "") throw invalid("There is nothing after the @.");
  // Brackets are address literals; a percent sign would be decoded by the URL rules behind domainToASCII.
  if (!/^(?:[A-Za-z0-9.-]|[^\p{ASCII}])+$/u.test(given)) throw invalid("After the @ there is no domain.");
  const domain = domainToASCII(given).toLowerCase();
  const labels = domain.split(".");
  const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
  if (domain === "" || domain.length > domainBytesMax || !labels.every((one) => label.test(one))) {
    throw invalid("After the @ there is no domain.");
  }
  const top = labels[labels.length - 1];
  if (labels.length < 2 || !/^(?:[a-z]{2,63}|xn--[a-z0-9-]+)$/.test(top)) {
    throw invalid("The domain after the @ is not a public one.");
  }
  // A punycode label that does not come back is one that browsers and mail programs show differently.
  if (domainToASCII(domainToUnicode(domain)).toLowerCase() !== domain) {
    throw invalid("After the @ there is no domain.");
  }
  return domain;
}

/** UAX 31, table 5: scripts in everyday use. Others, Cherokee above all, are full of doubles of Latin. */
const scriptNames = [
  ...["Latin", "Arabic", "Armenian", "Bengali", "Bopomofo", "Cyrillic", "Devanagari", "Ethiopic", "Georgian"],
  ...["Greek", "Gujarati", "Gurmukhi", "Han", "Hangul", "Hebrew", "Hiragana", "Kannada", "Katakana", "Khmer"],
  ...["Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thaana", "Thai", "Tibetan"],
];
const scripts = scriptNames.map((name) => ({
  name,
  test: new RegExp(`\\p{Script_Extensions=${name}}`, "u"),
}));
const anyScript = /[\p{Script=Common}\p{Script=Inherited}]/u;
/** Written together in one word: Japanese, Chinese with its phonetic signs, Korean; each with Latin. */
const companies = [
  ["Latin", "Han", "Hiragana", "Katakana"],
  ["Latin", "Han", "Bopomofo"],
  ["Latin", "Han", "Hangul"],
];

/** All of one script, Latin, or of none, and looking like nothing else. */
const ascii = /^\p{ASCII}*$/u;

/** All characters must belong to one script, or to one of the companies. */
function checkScripts(part: string): void {
  if (ascii.test(part)) return;
  let alone: string[] | null = null;
  let together = companies;
  for (const character of part) {
    const of = scripts.filter((script) => script.test.test(character)).map((script) => script.name);
    if (of.length === 0) {
      if (anyScript.test(character)) continue;
      throw invalid("The address has a letter of a script that is not accepted.");
    }
    alone = alone === null ? of : alone.filter((name) => of.includes(name));
    together = together.filter((names) => of.some((name) => names.includes(name)));
  }
  if (alone !== null && alone.length === 0 && together.length === 0) {
    throw new Refused("email_confusable", "The address mixes letters of several scripts that look alike.");
  }
}

function skeleton(part: string): string {
  if (ascii.test(part)) return part.toLowerCase();
  return [...part.normalize("NFD")].map(look).join("").toLowerCase().normalize("NFC");
}

/** What a character looks like, by the table of UTS 39 (`confusables.txt`), with the limits told above. */
function look(character: string): string {
  if (/[\p{ASCII}\p{M}]/u.test(character)) return character;
  const like = unhomoglyph(character);
  // Within Latin, only what is one plain letter more: `ı` is, `ø` and `æ` are letters that people spell with.
  return /\p{Script=Latin}/u.test(character) && !/^[a-z0-9]$/i.test(like) ? character : like;
}
