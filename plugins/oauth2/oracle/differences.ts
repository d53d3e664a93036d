/** Every way in which we end otherwise than `oidc-provider`, with the section that says why. A test keeps it true. */
import type { Difference } from "./case.ts";
import { authorization, signedAndPushed } from "./differences/authorization.ts";
import { authentication, endpoints, proofs, tokens } from "./differences/clients.ts";
import { registration } from "./differences/registration.ts";

export const differences: Difference[] = [
  ...authorization,
  ...signedAndPushed,
  ...tokens,
  ...authentication,
  ...proofs,
  ...endpoints,
  ...registration,
];
