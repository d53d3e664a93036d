/** The passwords that most accounts share, with their ranks: how many guesses a list of them takes. */
import { gunzipSync } from "node:zlib";

export interface KnownList {
  size: number;
  /** 1 for the most common one; null when it is not on the list. Case counts. */
  rank(password: string): number | null;
}

const shipped = new URL("./model/top.txt.gz", import.meta.url);

/** @throws Error when the file is not there or empty */
export async function openKnownList(file: URL | string = shipped): Promise<KnownList> {
  const text = gunzipSync(await Deno.readFile(file)).toString("utf8");
  const ranks = new Map(text.split("\n").map((password, i) => [password, i + 1]));
  if (ranks.size < 2) throw new Error("the list of known passwords is empty");
  return { size: ranks.size, rank: (password) => ranks.get(password) ?? null };
}
