import { expect } from "expect";
import type { Session } from "../../../core/session/session.ts";
import type { AuthorizationParameters } from "../authorization_request.ts";
import type { Client } from "../client.ts";
import type { Consent } from "../consent.ts";
import { meetsAcr, proceed, type Standing } from "./proceed.ts";

const now = new Date("2030-01-01T12:00:00Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
const me = "11111111-1111-4111-8111-111111111111";
const other = "22222222-2222-4222-8222-222222222222";

const parameters: AuthorizationParameters = {
  ...{
    client_id: "app",
    response_type: "code",
    response_mode: "query",
    redirect_uri: "https://app.example/",
  },
  ...{ redirect_uri_given: true, scope: ["openid", "email"], state: null, nonce: null, code_challenge: null },
  ...{ prompt: [], max_age: null, acr_values: [], acr_essential: false, login_hint: null },
  ...{ hint_account_id: null, ui_locales: [], claims: null, resource: [], dpop_jkt: null },
};
const client = { client_id: "app", first_party: false, revision: 3 } as Client;
const session = {
  session_id: "s1",
  account_id: me,
  acr: "urn:flowshield:acr:1",
  amr: ["pwd"],
  auth_time: ago(600),
} as Session;
const consent: Consent = { scope: ["openid", "email"], resource: [], claims: [], given_at: ago(9999) };

interface Given {
  parameters?: Partial<AuthorizationParameters>;
  session?: Partial<Session> | null;
  client?: Partial<Client>;
  consent?: Partial<Consent> | null;
  decision?: Standing["decision"];
  seen_at?: Date;
  cannot_step_up?: boolean;
}

function after(given: Given): string {
  const next = proceed({
    parameters: { ...parameters, ...given.parameters },
    client: { ...client, ...given.client },
    session: given.session === null ? null : { ...session, ...given.session },
    consent: given.consent === null ? null : { ...consent, ...given.consent },
    decision: given.decision ?? {},
    seen_at: given.seen_at ?? ago(30),
    now,
    cannot_step_up: given.cannot_step_up,
  });
  return next.kind === "error" ? next.error : next.kind;
}

const anew = { auth_time: ago(10) };
const agreed = { consent: { session_id: "s1", scope: ["openid", "email"], revision: 3 } };
const wished = { acr_values: ["urn:flowshield:acr:2"] };
const essential = { acr_essential: true, acr_values: ["urn:flowshield:acr:2"] };

const table: [claim: string, given: Given, next: string][] = [
  ["somebody who allowed it all before gets a code", {}, "code"],
  ["nobody signed in signs in", { session: null }, "login"],
  ["nobody signed in is never shown a page with prompt=none", {
    session: null,
    parameters: { prompt: ["none"] },
  }, "login_required"],
  ["nobody signed in makes an account with prompt=create", {
    session: null,
    parameters: { prompt: ["create"] },
  }, "register"],
  [
    "prompt=create does not take who happens to be signed in",
    { parameters: { prompt: ["create"] } },
    "select_account",
  ],
  ["prompt=create goes on with a new sign-in", { parameters: { prompt: ["create"] }, session: anew }, "code"],
  ["prompt=login asks again", { parameters: { prompt: ["login"] } }, "login"],
  ["prompt=login is content with a sign-in after the request", {
    parameters: { prompt: ["login"] },
    session: anew,
  }, "code"],
  ["prompt=login is not content with one a moment before", {
    parameters: { prompt: ["login"] },
    session: { auth_time: ago(31) },
  }, "login"],
  [
    "prompt=login consent asks both",
    { parameters: { prompt: ["login", "consent"] }, session: anew },
    "consent",
  ],
  ["max_age that has passed asks again", { parameters: { max_age: 599 } }, "login"],
  ["max_age that has not passed does not", { parameters: { max_age: 600 } }, "code"],
  ["max_age=0 asks again", { parameters: { max_age: 0 } }, "login"],
  ["max_age=0 does not ask for ever", { parameters: { max_age: 0 }, session: anew }, "code"],
  [
    "max_age with prompt=none asks nobody",
    { parameters: { max_age: 1, prompt: ["none"] } },
    "login_required",
  ],
  ["a hint for somebody else asks for them", { parameters: { hint_account_id: other } }, "login"],
  ["a hint for somebody else with prompt=none asks nobody", {
    parameters: { hint_account_id: other, prompt: ["none"] },
  }, "login_required"],
  ["somebody else who has just signed in is not answered for, nor asked for ever", {
    parameters: { hint_account_id: other },
    session: anew,
  }, "login_required"],
  ["a hint for who is here is met", { parameters: { hint_account_id: me, prompt: ["none"] } }, "code"],
  ["prompt=select_account asks which", { parameters: { prompt: ["select_account"] } }, "select_account"],
  ["prompt=select_account asks once", {
    parameters: { prompt: ["select_account"] },
    decision: { selected: { session_id: "s1" } },
  }, "code"],
  ["another session's choice does not count", {
    parameters: { prompt: ["select_account"] },
    decision: { selected: { session_id: "s2" } },
  }, "select_account"],
  [
    "who has just signed in has chosen",
    { parameters: { prompt: ["select_account"] }, session: anew },
    "code",
  ],
  ["who never allowed it is asked", { consent: null }, "consent"],
  ["a new scope is asked for", { consent: { scope: ["openid"] } }, "consent"],
  ["a new scope with prompt=none asks nobody", {
    consent: { scope: ["openid"] },
    parameters: { prompt: ["none"] },
  }, "consent_required"],
  ["a new resource is asked for", { parameters: { resource: ["https://api.example/"] } }, "consent"],
  [
    "a new single claim is asked for",
    { parameters: { claims: { userinfo: { birthdate: null } } } },
    "consent",
  ],
  [
    "acr is no claim to ask for",
    { parameters: { claims: { id_token: { acr: { essential: true } } } } },
    "code",
  ],
  [
    "offline_access is asked for, too",
    { parameters: { scope: ["openid", "email", "offline_access"] } },
    "consent",
  ],
  ["no scope at all is asked for once", { parameters: { scope: [] }, consent: null }, "consent"],
  ["a client of the house is not asked for", { consent: null, client: { first_party: true } }, "code"],
  ["a client of the house can ask for it", {
    client: { first_party: true },
    parameters: { prompt: ["consent"] },
  }, "consent"],
  ["prompt=consent always asks", { parameters: { prompt: ["consent"] } }, "consent"],
  ["prompt=consent asks once", { parameters: { prompt: ["consent"] }, decision: agreed }, "code"],
  ["what was just allowed counts", { consent: null, decision: agreed }, "code"],
  [
    "another session's yes does not count",
    { consent: null, decision: agreed, session: { session_id: "s2" } },
    "consent",
  ],
  [
    "a yes to an older client does not count",
    { consent: null, decision: agreed, client: { revision: 4 } },
    "consent",
  ],
  ["a no is a no", { decision: { denied: { session_id: "s1" } } }, "access_denied"],
  ["a no outweighs a yes", { decision: { ...agreed, denied: { session_id: "s1" } } }, "access_denied"],
  ["another session's no does not count", { decision: { denied: { session_id: "s2" } } }, "code"],
  ["a wish for a stronger acr is asked for", { parameters: wished }, "step_up"],
  ["also where the sign-in is young", { parameters: wished, session: anew }, "step_up"],
  ["a wish that the account cannot meet is answered with what is true", {
    parameters: wished,
    cannot_step_up: true,
  }, "code"],
  ["a wish to prompt=none is answered with what is true", {
    parameters: { ...wished, prompt: ["none"] },
  }, "code"],
  [
    "a wish for what is not ours is answered with what is true",
    { parameters: { acr_values: ["phr"] } },
    "code",
  ],
  ["of several wishes the least is asked for", {
    parameters: { acr_values: ["phr", "urn:flowshield:acr:3", "urn:flowshield:acr:2"] },
    session: { acr: "urn:flowshield:acr:2" },
  }, "code"],
  ["a wish that was asked for and not met by what was shown is not asked for again", {
    parameters: { acr_values: ["urn:flowshield:acr:3"] },
    session: { acr: "urn:flowshield:acr:2", ...anew },
    decision: { stepped_up: { at: ago(20).toISOString() } },
  }, "code"],
  ["one that was asked for and not answered is asked for again", {
    parameters: wished,
    decision: { stepped_up: { at: ago(20).toISOString() } },
  }, "step_up"],
  ["an acr that must be is asked for", { parameters: essential }, "step_up"],
  ["an acr that must be and cannot leads to where it can be set up", {
    parameters: essential,
    cannot_step_up: true,
  }, "enroll"],
  ["an acr that must be, was shown for and is not there, is said", {
    parameters: { acr_essential: true, acr_values: ["urn:flowshield:acr:3"] },
    session: { acr: "urn:flowshield:acr:2", ...anew },
    decision: { stepped_up: { at: ago(20).toISOString() } },
  }, "unmet_authentication_requirements"],
  ["an acr that must be and cannot is said to prompt=none", {
    parameters: { ...essential, prompt: ["none"] },
  }, "unmet_authentication_requirements"],
  ["an acr that must be and is", { parameters: essential, session: { acr: "urn:flowshield:acr:2" } }, "code"],
  [
    "a foreign acr that must be",
    { parameters: { acr_essential: true, acr_values: ["phr"] } },
    "unmet_authentication_requirements",
  ],
];

for (const [claim, given, next] of table) {
  Deno.test(`proceed(): ${claim}`, () => expect(after(given)).toBe(next));
}

Deno.test("proceed() never answers prompt=none with a page, whatever else holds", () => {
  const shown = new Set(["login", "register", "select_account", "consent"]);
  for (const [, given] of table) {
    expect(shown.has(after({ ...given, parameters: { ...given.parameters, prompt: ["none"] } }))).toBe(false);
  }
});

Deno.test("proceed() asks nobody who has just signed in to sign in again", () => {
  for (const [, given] of table) {
    const session = given.session === null ? {} : given.session;
    expect(after({ ...given, session: { ...session, ...anew } })).not.toBe("login");
  }
});

const levels: [has: string, wanted: string, meets: boolean][] = [
  ["urn:flowshield:acr:1", "urn:flowshield:acr:1", true],
  ["urn:flowshield:acr:2", "urn:flowshield:acr:1", true],
  ["urn:flowshield:acr:1", "urn:flowshield:acr:2", false],
  ["urn:flowshield:acr:1", "1", false],
  ["urn:flowshield:acr:1", "urn:flowshield:acr:10", false],
  ["urn:flowshield:acr:2", "", false],
  ["phr", "phr", true],
  ["phr", "urn:flowshield:acr:1", false],
];
for (const [has, wanted, meets] of levels) {
  Deno.test(`meetsAcr(): ${has} ${meets ? "meets" : "does not meet"} ${wanted || "nothing"}`, () => {
    expect(meetsAcr(has, wanted)).toBe(meets);
  });
}
