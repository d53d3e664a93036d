/** Scopes and what they stand for (RFC 6749 §3.3, OpenID Connect Core §5.4, §11). Pure. */

/** Claims each scope asks for; custom scopes stand for access rather than for claims. */
export const scopeClaims: Record<string, string[]> = {
  openid: ["sub"],
  profile: [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
  ],
  email: ["email", "email_verified"],
  address: ["address"],
  phone: ["phone_number", "phone_number_verified"],
  offline_access: [],
};

/** Standard claims that can be asked for, by scope or by the parameter `claims` (Core §5.1). */
export const claimNames = [...new Set(Object.values(scopeClaims).flat())];

export const standardScopes = Object.keys(scopeClaims);

/** A scope an operator adds, with the sentence people read when they are asked. */
export interface CustomScope {
  name: string;
  /** By language; `en` is there. */
  description: Record<string, string>;
}

const token = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

/** Each once, in the order given. Null when it is malformed (RFC 6749 §3.3). */
export function parseScope(text: string): string[] | null {
  if (text.length > 4000) return null;
  if (text === "") return [];
  const names = text.split(" ");
  return names.every((name) => token.test(name)) ? [...new Set(names)] : null;
}

/** Whether any of them is one that nobody allows without a young and strong proof (`step_up_scopes`). */
export const asksForPower = ({ config }: { config: { step_up_scopes: string[] } }, scope: string[]) =>
  scope.some((name) => config.step_up_scopes.includes(name));
