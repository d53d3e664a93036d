/** Passwords known from breaches: the filter that is shipped, or the operator's own; loaded once, at start. */
import { type BreachFilter, openBreachFilter } from "../../ml/passwords/breached.ts";

const opened = new Map<string | null, Promise<BreachFilter>>();

/**
 * @param file null for the one that is shipped
 * @throws Error with a sentence that names the setting
 */
export function breachFilter(file: string | null): Promise<BreachFilter> {
  const known = opened.get(file);
  if (known) return known;
  const opening = openBreachFilter(file ?? undefined).catch((cause) => {
    opened.delete(file);
    const what = file ?? "the list of breached passwords that is shipped";
    throw new Error(`PASSWORD_BREACH_FILTER_FILE: ${what} cannot be used: ${cause.message}`, { cause });
  });
  opened.set(file, opening);
  return opening;
}
