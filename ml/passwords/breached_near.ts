/** Passwords that become the given one by what people do to make it look new; the likeliest first. */
import { leetLetters } from "./letters.ts";

export type Change = "case" | "suffix" | "prefix" | "leet" | "reversed" | "repeated" | "edit";

export interface NearOne {
  password: string;
  how: Change[];
}

/** Each costs a hash: a bound for what one question may cost. */
export const nearMax = 320;
/** What is left must say something: of three letters every one is known. */
const restMin = 5;
/** Nobody is near a list with more than this. */
const lengthMax = 40;
/** Of what is longer, one character is hardly ever the difference: few on any list are, and most are repetitions. */
const editedLengthMax = 16;

export function* nearOnes(password: string): Generator<NearOne> {
  const tried = new Set([password]);
  if ([...password].length > lengthMax) return;
  for (const near of candidates(password)) {
    if (tried.has(near.password) || [...near.password].length < restMin) continue;
    if (tried.size > nearMax) return;
    tried.add(near.password);
    yield near;
  }
}

function* candidates(password: string): Generator<NearOne> {
  const bases = [...trimmed({ password, how: [] })];
  for (const base of bases) yield* folded(base);
  for (const base of bases) {
    for (const read of unleet(base)) yield* folded(read);
  }
  yield* folded({ password: [...password].toReversed().join(""), how: ["reversed"] });
  const half = password.slice(0, password.length / 2);
  if (half + half === password) yield* folded({ password: half, how: ["repeated"] });
  const lower = password.toLowerCase();
  yield* edited({ password, how: [] });
  if (lower !== password) yield* edited({ password: lower, how: ["case"] });
}

/** As it is, without what stands behind it, in front of it, and both: digits and signs. */
function* trimmed({ password }: NearOne): Generator<NearOne> {
  yield { password, how: [] };
  const stem = password.replace(/[^\p{L}]+$/u, "");
  const behind = [...password.slice(stem.length)];
  // `abc123!` may be `abc123` or `abc`: shorter and shorter ends are taken away.
  for (let i = 1; i <= Math.min(behind.length, 8); i++) {
    yield { password: stem + behind.slice(0, behind.length - i).join(""), how: ["suffix"] };
  }
  const tail = password.replace(/^[^\p{L}]+/u, "");
  if (tail !== password) yield { password: tail, how: ["prefix"] };
  const middle = stem.replace(/^[^\p{L}]+/u, "");
  if (middle !== stem && middle !== tail) yield { password: middle, how: ["prefix", "suffix"] };
}

function* folded({ password, how }: NearOne): Generator<NearOne> {
  if (how.length > 0) yield { password, how };
  const lower = password.toLowerCase();
  if (lower !== password) yield { password: lower, how: [...how, "case"] };
  const capital = lower.slice(0, 1).toUpperCase() + lower.slice(1);
  if (capital !== password) yield { password: capital, how: [...how, "case"] };
}

/** Signs read as letters: each by its likeliest letter, and by the next one. */
function* unleet({ password, how }: NearOne): Generator<NearOne> {
  for (const choice of [0, 1]) {
    const read = Array.from(password, (point) => {
      const letters = leetLetters.get(point);
      return letters ? letters[Math.min(choice, letters.length - 1)] : point;
    }).join("");
    if (read !== password) yield { password: read, how: [...how, "leet"] };
  }
}

/** One character less, two exchanged, another one or one more of those that people use. */
function* edited({ password, how }: NearOne): Generator<NearOne> {
  const points = [...password];
  // Every second character of a short one is found in some list, whatever it is.
  if (points.length < 7 || points.length > editedLengthMax) return;
  const put = (from: number, to: number, ...more: string[]): NearOne => ({
    password: points.toSpliced(from, to - from, ...more).join(""),
    how: [...how, "edit"],
  });
  for (let i = points.length - 1; i >= 0; i--) yield put(i, i + 1);
  for (let i = 0; i + 1 < points.length; i++) yield put(i, i + 2, points[i + 1], points[i]);
  for (let i = 0; i < points.length; i++) {
    for (const other of /\p{N}/u.test(points[i]) ? "0123456789" : "aeiou") yield put(i, i + 1, other);
  }
  // A letter that was typed once instead of twice.
  for (let i = 0; i < points.length; i++) yield put(i, i, points[i]);
}
