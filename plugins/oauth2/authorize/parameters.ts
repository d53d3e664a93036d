/** What a client asks for, once it is known which client it is and where it is answered. */
import { OAuthError } from "../../../core/http/oauth_error.ts";
import { checkResource, checkScope } from "../asked.ts";
import type { AuthorizationParameters, Prompt, ResponseMode } from "../authorization_request.ts";
import type { Client } from "../client.ts";
import type { ClaimsParameter } from "../grant.ts";
import { isPublic } from "../metadata.ts";
import type { OAuth2Ctx } from "../runtime.ts";
import { accountFor } from "../subject.ts";
import { readClaims } from "./claims_parameter.ts";
import { type Fields, refuseRepeated } from "./fields.ts";

/** Where the answer goes; known to be the client's before anything else is looked at. */
export interface ReturnTo {
  redirect_uri: string;
  /** False when the client has only one and left it out (RFC 6749 §3.1.2.3). */
  redirect_uri_given: boolean;
  response_mode: ResponseMode;
  state: string | null;
}

const modes: ResponseMode[] = ["query", "fragment", "form_post"];
const prompts: Prompt[] = ["none", "login", "consent", "select_account", "create"];

const invalid = (sentence: string) => new OAuthError(400, "invalid_request", sentence);

/** The mode an answer is given in, errors included; one that does not exist cannot be used even to say so. */
export const modeOf = (given: string | undefined): ResponseMode =>
  modes.find((mode) => mode === given) ?? "query";

/** @throws OAuthError for the client: it goes to the redirect URI, or is the answer to a push */
export async function checkParameters(
  ctx: OAuth2Ctx,
  client: Client,
  to: ReturnTo,
  fields: Fields,
): Promise<AuthorizationParameters> {
  const { values } = fields;
  refuseRepeated(fields, () => true);
  if (values.registration !== undefined) {
    throw new OAuthError(400, "registration_not_supported", "Clients register at the registration endpoint.");
  }
  checkResponse(client, values);
  const claims = readClaims(values.claims);
  const scope = checkScope(ctx, client, values.scope);
  const openid = scope.includes("openid");
  const nonce = bounded("nonce", values.nonce, 1024);
  const code_challenge = checkChallenge(client, values, { openid, nonce });
  const prompt = checkPrompt(values.prompt);
  return {
    ...to,
    client_id: client.client_id,
    response_type: "code",
    scope,
    nonce,
    code_challenge,
    prompt,
    max_age: checkMaxAge(values.max_age) ?? client.default_max_age,
    ...wantedAcr(client, values.acr_values, claims),
    login_hint: bounded("login_hint", values.login_hint, 320),
    hint_account_id: await hintedAccount(ctx, client, values.id_token_hint, claims),
    ui_locales: list("ui_locales", values.ui_locales).slice(0, 10),
    claims,
    resource: checkResource(client, fields.resource),
    dpop_jkt: checkThumbprint(values.dpop_jkt),
  };
}

function checkResponse(client: Client, { response_type, response_mode }: Record<string, string>): void {
  if (response_type === undefined) throw invalid("response_type is missing.");
  if (response_type !== "code") {
    throw new OAuthError(400, "unsupported_response_type", "response_type is code; nothing else is served.");
  }
  if (response_mode !== undefined && !modes.includes(response_mode as ResponseMode)) {
    throw invalid(`response_mode is one of ${modes.join(", ")}.`);
  }
  if (!client.grant_types.includes("authorization_code")) {
    throw new OAuthError(400, "unauthorized_client", "The client is not registered for authorization_code.");
  }
}

/** RFC 7636 §4.2, §4.3. */
function checkChallenge(
  client: Client,
  { code_challenge, code_challenge_method }: Record<string, string>,
  { openid, nonce }: { openid: boolean; nonce: string | null },
): string | null {
  if (code_challenge === undefined) {
    if (code_challenge_method !== undefined) {
      throw invalid("code_challenge_method came without code_challenge.");
    }
    // RFC 9700 §2.1.1: public clients MUST use PKCE; a confidential OpenID client may rely on its nonce instead.
    if (isPublic(client) || client.require_pkce || client.profile === "fapi2" || !openid || nonce === null) {
      throw invalid("PKCE is required: send code_challenge and code_challenge_method=S256.");
    }
    return null;
  }
  // RFC 7636 §4.3: without a method it is plain, which shows the verifier to whoever sees the request.
  if (code_challenge_method !== "S256") throw invalid("code_challenge_method is S256; plain is refused.");
  // BASE64URL-ENCODE(SHA256(…)) has 43 characters, the last of them with two bits that are zero.
  if (!/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(code_challenge)) {
    throw invalid("code_challenge is not the base64url of a SHA-256.");
  }
  return code_challenge;
}

/** OpenID Connect Core §3.1.2.1. */
function checkPrompt(text: string | undefined): Prompt[] {
  const given = list("prompt", text);
  const unknown = given.find((one) => !prompts.includes(one as Prompt));
  if (unknown !== undefined) throw invalid(`prompt is of ${prompts.join(", ")}.`);
  if (given.includes("none") && given.length > 1) throw invalid("prompt=none stands alone.");
  return given as Prompt[];
}

function checkMaxAge(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,9}$/.test(text)) throw invalid("max_age is a number of seconds.");
  return Number(text);
}

/** Core §5.5.1.1: `acr_values` is a wish; `acr` in `claims` may be a condition. */
function wantedAcr(
  client: Client,
  acr_values: string | undefined,
  claims: ClaimsParameter | null,
): { acr_values: string[]; acr_essential: boolean } {
  const request = claims?.id_token?.acr;
  if (request) {
    const wanted = [request.value, ...request.values ?? []].filter((one) => typeof one === "string");
    if (wanted.length > 0) {
      return { acr_values: wanted.slice(0, 20), acr_essential: request.essential === true };
    }
  }
  const given = list("acr_values", acr_values);
  return {
    acr_values: given.length > 0 ? given.slice(0, 20) : client.default_acr_values,
    acr_essential: false,
  };
}

/** Whom the client means, by an ID token of ours or by `sub` in `claims`. Somebody else is never answered for them. */
async function hintedAccount(
  ctx: OAuth2Ctx,
  client: Client,
  id_token_hint: string | undefined,
  claims: ClaimsParameter | null,
): Promise<string | null> {
  let sub: unknown = claims?.id_token?.sub?.value;
  if (id_token_hint !== undefined) {
    const hint = await ctx.signing_keys.verify(id_token_hint, {
      typ: "JWT",
      audience: client.client_id,
      allow_expired: true,
    });
    if (!hint) throw invalid("id_token_hint is not an ID token that was issued here to this client.");
    if (sub !== undefined && sub !== hint.sub) throw invalid("id_token_hint and claims name two people.");
    sub = hint.sub;
  }
  if (sub === undefined) return null;
  const account_id = typeof sub === "string" ? await accountFor(ctx.sql, client, sub) : null;
  // Core §5.5.1: nobody else may be answered for. An id that is nobody's matches nobody.
  return account_id ?? "00000000-0000-0000-0000-000000000000";
}

function checkThumbprint(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) throw invalid("dpop_jkt is not the thumbprint of a key.");
  return text;
}

function list(name: string, text: string | undefined): string[] {
  return [...new Set((bounded(name, text, 1000) ?? "").split(" ").filter((one) => one !== ""))];
}

function bounded(name: string, text: string | undefined, lengthMax: number): string | null {
  if (text === undefined) return null;
  if (text.length > lengthMax) throw invalid(`${name} has more than ${lengthMax} characters.`);
  return text;
}
