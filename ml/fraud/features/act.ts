/** Which act it is: what is usual for one is not for another. */
import type { Act } from "./evidence.ts";
import type { Feature } from "./feature.ts";

const one = (name: string, act: Act, about: string): Feature => ({
  name,
  about,
  unit: "yes/no",
  source: "request",
  of: (e) => e.act === act ? 1 : 0,
});

export const actFeatures: Feature[] = [
  one("act_register", "register", "It is a sign-up."),
  one("act_sign_in", "sign_in", "It is a sign-in."),
  one("act_reset_password", "reset_password", "It is a reset of the password."),
  one("act_change_email", "change_email", "It is a change of the address."),
];
