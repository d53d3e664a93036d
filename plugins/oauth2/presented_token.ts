/** An access token that is shown to a resource of ours (RFC 6750 §2, RFC 9449 §7), and what is answered to a bad one. */
import type { HeaderFields } from "../../core/http/header_fields.ts";
import { dpopAlgorithms } from "../../core/dpop/dpop.ts";
import { OAuthError } from "../../core/http/oauth_error.ts";
import { type LiveAccessToken, readAccessToken } from "./access_token.ts";
import { type OAuth2Ctx, runtimeOf } from "./runtime.ts";

export interface Shown {
  headers: HeaderFields;
  /** Of the form of a POST (RFC 6750 §2.2). */
  form_token: string | undefined;
  method: "GET" | "POST";
  /** Our own address of the resource. */
  url: string;
}

const tokenCharactersMax = 8192;
/** RFC 6750 §2.1, RFC 9449 §7.1. */
const headerShape = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * The live token that came with a request. One that is bound to a key counts only with a proof by it, and no other does
 * with one (RFC 9449 §7.1, §7.2).
 *
 * @throws OAuthError 401 with a challenge, 400 `invalid_request` for two ways at once (RFC 6750 §3.1)
 */
export async function shownToken(ctx: OAuth2Ctx, shown: Shown): Promise<LiveAccessToken> {
  const { scheme, token } = read(shown);
  const live = token.length <= tokenCharactersMax ? await readAccessToken(ctx, token) : null;
  if (!live) throw invalidToken("The access token is unknown, has expired or was revoked.", scheme);
  const { cnf } = live.claims;
  if (scheme === "Bearer") {
    // RFC 9449 §7.2: whoever sends a bound token as a bearer token may have it without its key.
    if (cnf) throw invalidToken("The access token is bound to a key: send it as DPoP, with a proof.", "DPoP");
    return live;
  }
  if (!cnf) throw invalidToken("The access token is not bound to a key: send it as Bearer.", "Bearer");
  await checkProof(ctx, shown, token, cnf.jkt);
  return live;
}

type Scheme = "Bearer" | "DPoP";

function read({ headers, form_token }: Shown): { scheme: Scheme; token: string } {
  const header = headers.get("authorization");
  if (header !== null && form_token !== undefined) {
    // RFC 6750 §2: clients MUST NOT use more than one method.
    throw refused(400, "Bearer", "invalid_request", "Send the access token in one place only.");
  }
  // RFC 6750 §2.2: the form is for bearer tokens.
  if (form_token !== undefined) return { scheme: "Bearer", token: form_token };
  const match = header === null ? null : headerShape.exec(header);
  if (match) return { scheme: match[1].toLowerCase() === "dpop" ? "DPoP" : "Bearer", token: match[2] };
  if (header !== null && /^(bearer|dpop)(?: |$)/i.test(header)) {
    throw invalidToken("The Authorization header holds no access token.", "Bearer");
  }
  // RFC 6750 §3.1: without any authentication, no error code in the challenge.
  throw new OAuthError(401, "invalid_token", "Send an access token in the Authorization header.", {
    headers: { "www-authenticate": `Bearer, DPoP algs="${dpopAlgorithms.join(" ")}"` },
  });
}

async function checkProof(
  ctx: OAuth2Ctx,
  { headers, method, url }: Shown,
  access_token: string,
  jkt: string,
): Promise<void> {
  const { dpop } = runtimeOf(ctx);
  let proven: string;
  try {
    const nonce = ctx.config.dpop_nonce;
    proven = (await dpop.check({ proof: headers.get("dpop"), method, url, access_token, nonce })).jkt;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    // RFC 9449 §7.1, §9: a resource answers 401 with a challenge.
    throw refused(401, "DPoP", error.error, error.error_description, error.extra.headers);
  }
  // RFC 9449 §7.1: nothing is wrong with the proof, but with the token, which is another key's.
  if (proven !== jkt) throw invalidToken("The access token is bound to another key.", "DPoP");
}

export const invalidToken = (why: string, scheme: Scheme = "Bearer") =>
  refused(401, scheme, "invalid_token", why);

/** RFC 6750 §3.1: `insufficient_scope`, with the scope that is wanted. */
export const insufficientScope = (scope: string, bound: boolean) =>
  refused(
    403,
    bound ? "DPoP" : "Bearer",
    "insufficient_scope",
    `The access token lacks the scope ${scope}.`,
    {},
    scope,
  );

function refused(
  status: number,
  scheme: Scheme,
  error: string,
  error_description: string,
  headers: Record<string, string> = {},
  scope?: string,
): OAuthError {
  const words = [
    `error="${error}"`,
    `error_description="${error_description}"`,
    ...scope === undefined ? [] : [`scope="${scope}"`],
    ...scheme === "DPoP" ? [`algs="${dpopAlgorithms.join(" ")}"`] : [],
  ];
  return new OAuthError(status, error, error_description, {
    headers: { "www-authenticate": `${scheme} ${words.join(", ")}`, ...headers },
  });
}
