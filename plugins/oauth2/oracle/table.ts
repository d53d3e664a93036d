/** Every row, by what it is sent to. */
import type { AuthorizeCase, DirectCase, Outcome } from "./case.ts";
import type { Stage } from "./stage.ts";
import { authorizationCases } from "./cases/authorization.ts";
import { clientAuthenticationCases } from "./cases/client_authentication.ts";
import { endpointCases } from "./cases/endpoints.ts";
import { proofCases } from "./cases/proofs.ts";
import { redirectCases } from "./cases/redirects.ts";
import { refreshCases } from "./cases/refreshes.ts";
import { registrationCases } from "./cases/registration.ts";
import { requestObjectCases } from "./cases/request_objects.ts";
import { tokenCases } from "./cases/tokens.ts";

export interface Run {
  /** Unique: the endpoint and the claim. */
  title: string;
  at(stage: Stage): Promise<Outcome>;
}

const authorize = (about: string, rows: AuthorizeCase[]): Run[] =>
  rows.map((row) => ({ title: `${about}: ${row.claim}`, at: (stage) => stage.authorizeOutcome(row) }));
const direct = (about: string, rows: DirectCase[]): Run[] =>
  rows.map((row) => ({
    title: `${about}, ${row.to}: ${row.claim}`,
    at: (stage) => stage.directOutcome(row),
  }));

/** By group; each group is one test. */
export const table: Record<string, Run[]> = {
  "who asks, and where to": authorize("authorize", redirectCases),
  "authorization requests": authorize("authorize", authorizationCases),
  "signed and pushed requests": authorize("authorize", requestObjectCases),
  "token requests": direct("grants", [...tokenCases, ...refreshCases]),
  "client authentication": direct("client", clientAuthenticationCases),
  "DPoP proofs": direct("proof", proofCases),
  "other endpoints": direct("endpoint", endpointCases),
  "registration requests": registrationCases.map((row) => ({
    title: `register: ${row.claim}`,
    at: (stage) => stage.registerOutcome(row),
  })),
};
