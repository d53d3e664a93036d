/**
 * `deno task evaluate passwords|fraud|personal|email DATA`: measures what is shipped here on data that are not. DATA is a folder or a
 * file, which may also stand behind `--data` or `--file`; `--held FILE`, as often as needed, names what is to be
 * scored and not learnt from.
 */
import { evaluateMail } from "./email/evaluation/mod.ts";
import { evaluateSignups } from "./fraud/evaluation/signups.ts";
import { evaluateMeters } from "./passwords/evaluation/meters.ts";
import { evaluatePersonal } from "./passwords/evaluation/personal.ts";

const subjects: Record<string, (path: string, say: (line: string) => void, held: string[]) => Promise<void>> =
  {
    passwords: evaluateMeters,
    fraud: evaluateSignups,
    personal: evaluatePersonal,
    email: evaluateMail,
  };

const [subject = "", ...rest] = Deno.args;
const paths: string[] = [];
const held: string[] = [];
for (let i = 0; i < rest.length; i++) {
  if (rest[i] === "--held") held.push(rest[++i] ?? "");
  else if (rest[i] !== "--data" && rest[i] !== "--file") paths.push(rest[i]);
}
const evaluate = subjects[subject];
if (!evaluate || paths.length !== 1 || held.includes("")) {
  console.error(`usage: deno task evaluate ${Object.keys(subjects).join("|")} DATA [--held FILE]`);
  Deno.exit(2);
}
await evaluate(paths[0], (line) => console.log(line), held);
