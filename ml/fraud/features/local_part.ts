/** How much like a name a local part reads, and how near two of them are. */
import { rows, scale, symbols } from "./bigrams.ts";

const bits: Float64Array = Float64Array.from(
  rows.flatMap((row) => [...row].map((letter) => scale.indexOf(letter) / 4)),
);
const edge = symbols.indexOf("$");

/**
 * Mean bits a character under a model of names: about 3 to 5 for what people make of words, 6 and more for what was
 * drawn at random. Null when more than half of it is in letters that the model does not know.
 */
export function bitsPerCharacter(text: string): number | null {
  // "müller" and "muller" read alike.
  const plain = text.slice(0, 64).normalize("NFKD").replaceAll(/\p{M}/gu, "")
    .toLowerCase();
  let previous = edge;
  let [sum, known, all] = [0, 0, 0];
  for (const character of plain) {
    all++;
    const at = symbolOf(character);
    if (at < 0) continue;
    sum += bits[previous * symbols.length + at];
    previous = at;
    known++;
  }
  if (known === 0 || known < all / 2) return null;
  return (sum + bits[previous * symbols.length + edge]) / (known + 1);
}

function symbolOf(character: string): number {
  if (character >= "a" && character <= "z") return character.charCodeAt(0) - 97;
  if (character >= "0" && character <= "9") return symbols.indexOf("9");
  return "._-+".includes(character) ? symbols.indexOf(".") : -1;
}

/** Letters put in, taken out or changed to make one of the other; `most + 1` for any more than `most`. */
export function edits(a: string, b: string, most: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const away = Math.abs(i - j) > most;
      row[j] = away ? most + 1 : Math.min(
        above[j] + 1,
        row[j - 1] + 1,
        above[j - 1] + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1),
      );
      if (row[j] < least) least = row[j];
    }
    if (least > most) return most + 1;
    above = row;
  }
  return Math.min(above[b.length], most + 1);
}
