/** How a sign-in's outcome looks on the wire; one shape for every method. */
import type { Answer, Call } from "../http/route.ts";
import { Problem } from "../http/problem.ts";
import type { SignInOutcome } from "./sign_in.ts";
import { z } from "zod";

export const signInOutcomeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("session"),
    /** Present for `transport: "token"`. */
    access_token: z.string().optional(),
    refresh_token: z.string().optional(),
    token_type: z.enum(["Bearer", "DPoP"]).optional(),
    expires_in: z.int().describe("seconds"),
    session_id: z.uuid(),
    method: z.string().describe(
      "`temporal_workflow` or `direct_login`: who carries what follows the sign-in",
    ),
  }),
  z.object({
    kind: z.literal("challenge"),
    challenge_id: z.uuid(),
    methods: z.array(z.string()),
    expires_at: z.iso.datetime(),
  }),
]).meta({ id: "SignInOutcome" });

/** `denied` is a problem like any other; the reason stays in the log. */
export function renderOutcome(outcome: SignInOutcome, method: string): Answer {
  if (outcome.kind === "denied") {
    throw new Problem(
      403,
      "sign_in_denied",
      "This sign-in was refused. Ask whoever runs this service for help.",
    );
  }
  if (outcome.kind === "challenge") {
    const { kind, challenge_id, methods, expires_at } = outcome;
    return { status: 200, body: { kind, challenge_id, methods, expires_at: expires_at.toISOString() } };
  }
  const { session, tokens, cookie } = outcome;
  return {
    status: 200,
    body: {
      kind: "session",
      ...(tokens ?? { expires_in: cookie?.max_age_seconds }),
      session_id: session.session_id,
      method,
    },
    cookies: cookie ? [cookie] : undefined,
  };
}

/** The session that a browser brings to its sign-in, by its cookie: see SignInRequest. */
export const renewedBy = ({ visitor }: Pick<Call, "visitor">): string | null =>
  visitor?.via === "cookie" ? visitor.session_id : null;
