/** What comes next for a request: asked anew at every step, so that nothing decided earlier is trusted. Pure. */
import { type AcrLevel, levelOfAcr } from "../../../core/sign_in/acr.ts";
import type { Session } from "../../../core/session/session.ts";
import type { AuthorizationParameters, Decision } from "../authorization_request.ts";
import type { Client } from "../client.ts";
import { type Consent, isEmpty, missingFrom, wantedBy } from "../consent.ts";

export type Next =
  | { kind: "login" }
  | { kind: "register" }
  /** Something more has to be shown in the session there is. */
  | { kind: "step_up"; level: AcrLevel }
  /** Nothing of the account's can show it: a factor has to be set up. */
  | { kind: "enroll"; level: AcrLevel }
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
  /** The account has nothing that a step-up could ask for. */
  cannot_step_up?: boolean;
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
  const stronger = strongerNeeded(standing, session, silent);
  if (stronger) return stronger;
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
  const [has, asked] = [levelOfAcr(acr), levelOfAcr(wanted)];
  return acr === wanted || has !== null && asked !== null && has >= asked;
}

/**
 * A wish (`acr_values`) is asked for where the account can, and else answered with what is true; only a condition keeps
 * somebody out (Core §5.5.1.1).
 */
function strongerNeeded(standing: Standing, session: Session, silent: boolean): Next | null {
  const { parameters: { acr_values, acr_essential }, decision, cannot_step_up } = standing;
  if (acr_values.length === 0 || acr_values.some((wanted) => meetsAcr(session.acr, wanted))) return null;
  const levels = acr_values.flatMap((wanted) => levelOfAcr(wanted) ?? []);
  const level = levels.length > 0 ? Math.min(...levels) as AcrLevel : null;
  // Shown since it was asked for, and it still does not fit: asking again would go on for ever.
  const tried = decision.stepped_up !== undefined && session.auth_time >= new Date(decision.stepped_up.at);
  if (level && !silent && !tried) {
    if (!cannot_step_up) return { kind: "step_up", level };
    if (acr_essential) return { kind: "enroll", level };
  }
  return acr_essential
    ? no(
      "unmet_authentication_requirements",
      "None of the wanted authentication contexts can be reached.",
    )
    : null;
}

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
