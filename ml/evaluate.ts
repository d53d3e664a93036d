/** `deno task evaluate`: measures what is shipped here on data that are not. */
import { evaluateMeters } from "./passwords/evaluation/meters.ts";

const subjects: Record<string, (path: string, say: (line: string) => void) => Promise<void>> = {
  passwords: evaluateMeters,
};

const [subject = "", path] = Deno.args;
const evaluate = subjects[subject];
if (!evaluate || !path) {
  console.error(`usage: deno task evaluate ${Object.keys(subjects).join("|")} DATA`);
  Deno.exit(2);
}
await evaluate(path, (line) => console.log(line));
