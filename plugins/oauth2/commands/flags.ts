/** Reads what stands behind a command, and asks for what is missing where somebody can answer. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { OperatorError } from "../../../core/operator_error.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;
const of = <const O extends Options>(args: string[], options: O) =>
  parseArgs({ args, options, allowPositionals: true, strict: true });
export type Flags<O extends Options> = ReturnType<typeof of<O>>;

/** @throws OperatorError naming the flag that is wrong */
export function readFlags<const O extends Options>(args: string[], options: O, help: string): Flags<O> {
  try {
    return of(args, options);
  } catch (error) {
    // The first sentence says what is wrong; the next ones are about programming.
    const said = (error as Error).message.split(/\. /)[0];
    const known = Object.keys(options).map((name) => `--${name}`).join(" ");
    throw new OperatorError(`${said}. Flags: ${known}. See ${help}`, { cause: error });
  }
}

/** @throws OperatorError when it is none in `min..max` */
export function wholeNumber(name: string, text: string | undefined, min: number, max: number): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) {
    throw new OperatorError(`--${name}: expected a whole number ${min}..${max}, got ${text.slice(0, 40)}`);
  }
  return value;
}

/** @throws OperatorError when it is none of them */
export function oneOf<const V extends string>(name: string, text: string, of: readonly V[]): V {
  const found = of.find((one) => one === text);
  if (!found) {
    throw new OperatorError(`--${name}: expected one of ${of.join(", ")}, got ${text.slice(0, 40)}`);
  }
  return found;
}

/** Whether somebody sits there and can be asked. */
export const canAsk = () => Deno.stdin.isTerminal() && Deno.stdout.isTerminal();

/** The flag, else what is answered, else the default. @throws OperatorError when there is none of them */
export function ask(flag: string, given: string | undefined, question: string, fallback?: string): string {
  if (given !== undefined) return given;
  const answer = canAsk() ? prompt(`  ${question}:`, fallback)?.trim() : fallback;
  if (!answer) throw new OperatorError(`${flag} is needed: ${question}`);
  return answer;
}
