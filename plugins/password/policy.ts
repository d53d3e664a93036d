/** Which passwords are accepted: length and not among the most common, no composition rules (NIST SP 800-63B). */

export type PolicyCode =
  | "password_too_short"
  | "password_too_long"
  | "password_too_common"
  | "password_same_as_email";

export interface PolicyContext {
  email: string;
  /** Username, first and last name, as far as they are known. */
  names: (string | null | undefined)[];
}

export interface PolicyLimits {
  length_min: number;
  length_max: number;
  /** Lower-case. */
  common: ReadonlySet<string>;
}

/** What is hashed and what is measured: the same letters typed on two keyboards are the same password. */
export function normalise(password: string): string {
  return password.normalize("NFKC");
}

/** The reason to refuse, or null. Length is in code points after NFKC. */
export function refusePassword(
  password: string,
  context: PolicyContext,
  limits: PolicyLimits,
): PolicyCode | null {
  const normal = normalise(password);
  const length = [...normal].length;
  if (length < limits.length_min) return "password_too_short";
  if (length > limits.length_max) return "password_too_long";
  const folded = normal.toLowerCase();
  if (limits.common.has(folded)) return "password_too_common";
  return derivable(context).has(folded) ? "password_same_as_email" : null;
}

/** What an attacker who knows the address and the name tries first. */
function derivable({ email, names }: PolicyContext): Set<string> {
  const known = names.filter((name) => typeof name === "string" && name !== "") as string[];
  const [local, domain] = email.split("@");
  const joined = known.length > 1 ? [known.join(""), known.join(" "), known.toReversed().join("")] : [];
  return new Set(
    [email, local, domain, ...known, ...joined].map((text) => normalise(text ?? "").toLowerCase()),
  );
}
