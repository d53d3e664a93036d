/** What comes next for a request: asked anew at every step, so that nothing decided earlier is trusted. Pure. */
import type { Session } from "../../../core/session/session.ts";
import type { AuthorizationParameters, Decision } from "../authorization_request.ts";
import type { Client } from "../client.ts";
import { type Consent, isEmpty, missingFrom, wantedBy } from "../consent.ts";

export type Next =
  | { kind: "login" }
  | { kind: "register" }
  | { kind: "select_account" }
  | { kind: "consent" }
  | { kind: "code" }
  | { kind: "error"; error: string; error_description: string };

export interface Standing {
  client: Client;
  parameters: AuthorizationParameters;
  /** When a person came with it first: a proof from before does not count where a new one is wanted. */
  seen_at: Date;
  decision: Decision;
  session: Session | null;
  consent: Consent | null;
  now: Date;
}

const no = (error: string, error_description: string): Next => ({ kind: "error", error, error_description });

export function proceed(standing: Standing): Next {
  const { parameters, decision, session } = standing;
  const silent = parameters.prompt.includes("none");
  if (session && decision.denied?.session_id === session.session_id) {
    return no("access_denied", "The person has refused.");
  }
  if (!session) {
    if (silent) return no("login_required", "Nobody is signed in.");
    return { kind: parameters.prompt.includes("create") ? "register" : "login" };
  }
  const proof = proofNeeded(standing, session);
  if (proof) {
    if (silent) return no("login_required", proof);
    // They have signed in anew for this request and it still does not fit: asking again would go on for ever.
    if (isNew(standing, session)) return no("login_required", proof);
    return { kind: "login" };
  }
  if (acrUnmet(standing, session)) {
    // A stronger sign-in is asked for once: whoever has just signed in did what they can.
    if (!silent && canStepUp(parameters.acr_values) && !isNew(standing, session)) return { kind: "login" };
    return no(
      "unmet_authentication_requirements",
      "None of the wanted authentication contexts can be reached.",
    );
  }
  if (selectionNeeded(standing, session)) return { kind: "select_account" };
  if (consentNeeded(standing, session)) {
    return silent
      ? no("consent_required", "The person has not allowed all of this yet.")
      : { kind: "consent" };
  }
  return { kind: "code" };
}

/** Signed in since the request was first seen. */
const isNew = ({ seen_at }: Standing, session: Session) => session.auth_time >= seen_at;

/** Why the session will not do; null when it does. */
function proofNeeded(standing: Standing, session: Session): string | null {
  const { parameters: { prompt, max_age, hint_account_id }, now } = standing;
  // Core §3.1.2.3: MUST NOT be answered for another than whom the hint names.
  if (hint_account_id !== null && hint_account_id !== session.account_id) {
    return "Somebody else is signed in.";
  }
  if (isNew(standing, session)) return null;
  if (prompt.includes("login")) return "A new sign-in is wanted.";
  const age = (now.getTime() - session.auth_time.getTime()) / 1000;
  // Core §3.1.2.1: MUST attempt to actively re-authenticate.
  return max_age !== null && age > max_age ? "The sign-in is older than max_age." : null;
}

/** `urn:flowshield:acr:2` meets a wish for `:1`. Others' classes are met by their own name alone. */
export function meetsAcr(acr: string, wanted: string): boolean {
  const level = (one: string) => /^urn:flowshield:acr:(\d)$/.exec(one)?.[1];
  const [has, asked] = [level(acr), level(wanted)];
  return acr === wanted || has !== undefined && asked !== undefined && Number(has) >= Number(asked);
}

/** Only a condition keeps somebody out; a wish is answered with what is true (Core §5.5.1.1). */
const acrUnmet = ({ parameters: { acr_values, acr_essential } }: Standing, session: Session) =>
  acr_essential && !acr_values.some((wanted) => meetsAcr(session.acr, wanted));

/** What signing in anew can lead to. Second factors raise it: sessions that had one say so already (`acrOf`). */
const reachableAcr = ["urn:flowshield:acr:1"];

/** Whether asking for another sign-in could meet one of these; the one place to change for a step-up. */
export const canStepUp = (acr_values: string[]) =>
  acr_values.some((wanted) => reachableAcr.some((acr) => meetsAcr(acr, wanted)));

function selectionNeeded(standing: Standing, session: Session): boolean {
  const { parameters, decision } = standing;
  // Who is to make an account is not taken for whoever happens to be signed in (Initiating User Registration §2).
  const asked = parameters.prompt.includes("select_account") || parameters.prompt.includes("create");
  if (!asked || isNew(standing, session)) return false;
  return decision.selected?.session_id !== session.session_id;
}

function consentNeeded({ client, parameters, decision, consent }: Standing, session: Session): boolean {
  const given = decision.consent;
  // Bound to the session it was given in, and to the client as it was shown.
  if (given?.session_id === session.session_id && given.revision === client.revision) return false;
  if (parameters.prompt.includes("consent")) return true;
  if (client.first_party) return false;
  return consent === null || !isEmpty(missingFrom(consent, wantedBy(parameters)));
}
