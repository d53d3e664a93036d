/** Finds in a password what its owner's name, address, site and dates give away, also where it is disguised. */
import { foldPoint, leetLetters, meantWhenLeft, meantWhenRight } from "./letters.ts";
import {
  type Person,
  type PersonalField,
  type PersonalKind,
  type PersonalWord,
  personalWords,
} from "./personal_words.ts";

export type { Person } from "./personal_words.ts";

export type Disguise = "case" | "leet" | "reversed" | "keyboard_shift" | "edit";

export interface PersonalMatch {
  kind: PersonalKind;
  /** The field of the person. */
  from: PersonalField;
  /** Code points of the password; `end` is not among them. */
  start: number;
  end: number;
  how: Disguise[];
}

/** The rest of a longer password is not looked at. */
export const personalLengthMax = 256;
/** Shorter words are too often part of others to be sought in disguise. */
const disguisedMin = 4;
const editMin = 6;

/** A password as it reads with every mark and capital off, and where each letter stands. */
interface View {
  letters: string[];
  /** Of each letter, its code point in the password. */
  at: number[];
  points: string[];
}

interface Hit {
  start: number;
  end: number;
  how: Disguise[];
}

/** Matches do not overlap and come in their order; where several would fit, the longest with the least disguise. */
export function findPersonal(password: string, person: Person): PersonalMatch[] {
  const view = viewOf([...password].slice(0, personalLengthMax));
  if (view.letters.length === 0) return [];
  const shifted = [shift(view, meantWhenRight), shift(view, meantWhenLeft)];
  const found: PersonalMatch[] = [];
  for (const word of personalWords(person)) {
    for (const hit of hitsOf(word, view, shifted)) found.push(matchOf(word, hit, view));
  }
  return choose(found);
}

function viewOf(points: string[]): View {
  const letters: string[] = [];
  const at: number[] = [];
  for (const [i, point] of points.entries()) {
    // A few signs are whole words after NFKD; two letters of one are enough to keep the bound.
    for (const letter of [...foldPoint(point)].slice(0, 2)) {
      letters.push(letter);
      at.push(i);
    }
  }
  return { letters, at, points };
}

const edges = new Set("qaz");

function shift({ letters, at, points }: View, meant: ReadonlyMap<string, string>): View {
  // Of a key at the edge of its row there is no neighbour: it stays what it is.
  return {
    letters: letters.map((letter) => (edges.has(letter) ? letter : "") + (meant.get(letter) ?? "\0")),
    at,
    points,
  };
}

function hitsOf(word: PersonalWord, view: View, shifted: View[]): Hit[] {
  const text = [...word.text];
  const hits = seek(text, word, view, ["leet"]);
  if (text.length < disguisedMin) return hits;
  const backwards = text.toReversed();
  if (backwards.join("") !== word.text) hits.push(...seek(backwards, word, view, ["leet", "reversed"]));
  if (word.kind === "date") return hits;
  if (/\p{L}/u.test(word.text)) {
    for (const moved of shifted) hits.push(...seek(text, word, moved, ["keyboard_shift"]));
  }
  if (text.length >= editMin) hits.push(...seekEdited(text, word, view));
  return hits;
}

/** How a letter is met: as itself (0), by a sign that looks like it (1), or not at all (-1). */
function meet(letter: string | undefined, wanted: string): number {
  if (letter === undefined) return -1;
  // In a view that is moved there may be two readings of a key.
  if (letter === wanted || (letter.length === 2 && letter.includes(wanted))) return 0;
  return leetLetters.get(letter)?.includes(wanted) ? 1 : -1;
}

function seek(text: string[], word: PersonalWord, view: View, allowed: Disguise[]): Hit[] {
  const leet = allowed.includes("leet") && word.kind !== "date";
  const how = allowed.filter((one) => one !== "leet");
  const hits: Hit[] = [];
  for (let start = 0; start + text.length <= view.letters.length; start++) {
    let signs = 0;
    let i = 0;
    for (; i < text.length; i++) {
      const met = meet(view.letters[start + i], text[i]);
      if (met < 0 || (met > 0 && !leet)) break;
      signs += met;
    }
    // Of `1!07` every letter may be read into it: at least one has to be itself.
    if (i < text.length || (signs === text.length && signs < editMin)) continue;
    if (word.alone && !standsAlone(view, start, start + text.length)) continue;
    hits.push({ start, end: start + text.length, how: signs ? [...how, "leet"] : how });
  }
  return hits;
}

/** One letter more, less, another, or two exchanged; not the first one, by which words are known. */
function seekEdited(text: string[], word: PersonalWord, view: View): Hit[] {
  const hits: Hit[] = [];
  const { letters } = view;
  for (let start = 0; start + text.length - 1 <= letters.length; start++) {
    if (meet(letters[start], text[0]) < 0) continue;
    let same = 0;
    let signs = 0;
    for (; same < text.length; same++) {
      const met = meet(letters[start + same], text[same]);
      if (met < 0) break;
      signs += met;
    }
    if (same === text.length) continue;
    // What goes on after the edit: how many letters of the password and of the word it takes.
    const edits = [[1, 1], [1, 0], [0, 1]];
    if (letters[start + same] === text[same + 1] && letters[start + same + 1] === text[same]) {
      edits.unshift([2, 2]);
    }
    for (const [took, of] of edits) {
      const more = tail(letters, start + same + took, text, same + of);
      const end = start + same + took + text.length - same - of;
      if (more < 0 || end > letters.length || signs + more > text.length / 2) continue;
      if (word.alone && !standsAlone(view, start, end)) continue;
      hits.push({ start, end, how: signs + more ? ["leet", "edit"] : ["edit"] });
      break;
    }
  }
  return hits;
}

/** How many signs stand for letters in the rest of the word; -1 where it is not the rest. */
function tail(letters: string[], at: number, text: string[], from: number): number {
  let signs = 0;
  for (let i = from; i < text.length; i++) {
    const met = meet(letters[at + i - from], text[i]);
    if (met < 0) return -1;
    signs += met;
  }
  return signs;
}

/** No letter beside a word, no digit beside a number; a change of case is an edge, too. */
function standsAlone({ points, at, letters }: View, start: number, end: number): boolean {
  const same = /^\p{N}$/u.test(points[at[start]]) ? /^\p{N}$/u : /^\p{L}$/u;
  const before = start > 0 ? points[at[start - 1]] : "";
  const after = end < letters.length ? points[at[end]] : "";
  const camel = /^\p{Ll}$/u.test(before) && /^\p{Lu}$/u.test(points[at[start]]);
  const camelAfter = /^\p{Ll}$/u.test(points[at[end - 1]]) && /^\p{Lu}$/u.test(after);
  return (!same.test(before) || camel) && (!same.test(after) || camelAfter);
}

function matchOf(word: PersonalWord, { start, end, how }: Hit, { points, at }: View): PersonalMatch {
  const span = { start: at[start], end: at[end - 1] + 1 };
  const typed = points.slice(span.start, span.end).join("");
  const cased = /\p{Lu}/u.test(typed) && !capitalised(typed) && !word.spelling.includes(typed);
  return { kind: word.kind, from: word.from, ...span, how: cased ? ["case", ...how] : how };
}

/** A capital first letter is how names are written. */
const capitalised = (text: string) => /^\p{Lu}\P{Lu}*$/u.test(text);

function choose(found: PersonalMatch[]): PersonalMatch[] {
  // A letter that an edit adds must not win over the word as it is.
  const worth = ({ start, end, how }: PersonalMatch) => end - start - (how.includes("edit") ? 2 : 0);
  found.sort((a, b) => worth(b) - worth(a) || a.how.length - b.how.length);
  const taken = new Array<boolean>(personalLengthMax).fill(false);
  const chosen = found.filter(({ start, end }) => {
    for (let i = start; i < end; i++) if (taken[i]) return false;
    taken.fill(true, start, end);
    return true;
  });
  return chosen.sort((a, b) => a.start - b.start);
}

/**
 * What an attacker who knows the person still has to guess: characters outside of the matches, where a row or run such
 * as `1234` or `!!!` counts once and a year twice.
 */
export function lettersLeft(password: string, matches: Pick<PersonalMatch, "start" | "end">[]): number {
  const points = [...password];
  let left = 0;
  let at = 0;
  for (const { start, end } of [...matches, { start: points.length, end: points.length }]) {
    left += weigh(points.slice(at, start).join("").replace(/(?:19|20)\d\d/g, "\0\ue000"));
    at = Math.max(at, end);
  }
  return left;
}

function weigh(text: string): number {
  const codes = Array.from(text, (point) => point.codePointAt(0)!);
  return codes.filter((code, i) => i === 0 || Math.abs(code - codes[i - 1]) > 1).length;
}
