/** How people disguise letters: signs that look like them, and neighbouring keys. One code point to others. */

const lookAlikes: Record<string, string> = {
  a: "4@",
  b: "8",
  c: "(",
  e: "3€",
  g: "96",
  h: "#",
  i: "1!|",
  l: "1!|7",
  o: "0",
  s: "5$",
  t: "7+",
  z: "2",
}; // deno-fmt-ignore-line

/** Letters that a digit or sign may stand for. */
export const leetLetters: ReadonlyMap<string, string> = invert(lookAlikes);

function invert(table: Record<string, string>): Map<string, string> {
  const inverse = new Map<string, string>();
  for (const [letter, signs] of Object.entries(table)) {
    for (const sign of signs) inverse.set(sign, (inverse.get(sign) ?? "") + letter);
  }
  return inverse;
}

const rows = ["`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./"];
const shiftedRows = ["~!@#$%^&*()_+", "QWERTYUIOP{}|", 'ASDFGHJKL:"', "ZXCVBNM<>?"];

/** What was meant when the hand lay one key too far to the right, or to the left, on a US keyboard; lower-case. */
export const meantWhenRight: ReadonlyMap<string, string> = neighbours(-1);
export const meantWhenLeft: ReadonlyMap<string, string> = neighbours(1);

function neighbours(step: number): Map<string, string> {
  const meant = new Map<string, string>();
  for (const [r, row] of rows.entries()) {
    for (let i = 0; i < row.length; i++) {
      const key = row[i + step];
      if (key === undefined) continue;
      meant.set(row[i], key);
      meant.set(shiftedRows[r][i], key);
    }
  }
  return meant;
}

const spelledOut: Record<string, string> = {
  "ä": "ae",
  "ö": "oe",
  "ü": "ue",
  "ß": "ss",
  "ø": "oe",
  "å": "aa",
  "æ": "ae",
  "œ": "oe",
  "þ": "th",
}; // deno-fmt-ignore-line
const without: Record<string, string> = {
  "ß": "s", "ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "t", "ı": "i",
}; // deno-fmt-ignore-line

/** Lower-case letters without their marks; what one code point means, so that positions stay. */
export function foldPoint(point: string): string {
  if (point < "\x80") return point.toLowerCase();
  const plain = point.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\p{M}/gu, "");
  return without[plain] ?? plain;
}

export function fold(text: string): string {
  return Array.from(text, foldPoint).join("");
}

/** As people write it where the keyboard has no such letters: `müller` is `mueller`. */
export function spellOut(text: string): string {
  return fold(
    Array.from(text.normalize("NFC").toLowerCase(), (point) => spelledOut[point] ?? point).join(""),
  );
}
