/** What the connections do to a provider: the same for ours and for the yardstick, made through plain HTTP. */
import { callback } from "../../plugins/oauth2/oracle/clients.ts";
import type { Params } from "../../plugins/oauth2/oracle/case.ts";
import {
  basic,
  challengeOf,
  type Provider,
  type Registered,
  Stage,
  verifier,
} from "../../plugins/oauth2/oracle/stage.ts";
import { Browserless, walk } from "../../plugins/oauth2/clients/browserless.ts";
import type { Lane } from "./load.ts";

export const measures = [
  "client_credentials",
  "introspection",
  "userinfo",
  "refresh",
  "jwks",
  "code",
] as const;
export type Measure = typeof measures[number];

export const measureNames: Record<Measure, string> = {
  client_credentials: "client_credentials tokens",
  introspection: "Introspection",
  userinfo: "Userinfo",
  refresh: "Refresh",
  jwks: "JWKS",
  code: "Authorization code with PKCE, the whole flow",
};

export interface Clients {
  web: Registered;
  machine: Registered;
}

/** The metadata of the two clients. */
export const registrations = {
  web: {
    redirect_uris: [callback],
    response_types: ["code"],
    grant_types: ["authorization_code", "refresh_token"],
  },
  machine: { redirect_uris: [], response_types: [], grant_types: ["client_credentials"] },
};

/** One signed-in browser, with its tokens. */
interface Visitor {
  cookie: string;
  access_token: string;
  refresh_token: string;
}

async function visit(stage: Stage, { web }: Clients): Promise<Visitor> {
  const browser = new Browserless(stage.provider.issuer);
  const asked = new URL(stage.metadata.authorization_endpoint);
  for (const [name, value] of Object.entries(requestOf(web))) asked.searchParams.set(name, value);
  asked.searchParams.set("scope", "openid offline_access");
  asked.searchParams.set("prompt", "consent");
  const place = await walk(browser, await browser.open(asked), stage.provider.person);
  const code = place.url.searchParams.get("code");
  if (!code) throw new Error(`no code from ${stage.provider.name}: ${place.url.pathname}`);
  const params: Params = {
    grant_type: "authorization_code",
    code,
    redirect_uri: callback,
    code_verifier: verifier,
  };
  return { cookie: browser.cookie(), ...await stage.answered({ to: "token", client: "web", with: params }) };
}

const requestOf = ({ client_id }: Registered) => ({
  client_id,
  response_type: "code",
  redirect_uri: callback,
  scope: "openid",
  state: "state-1",
  nonce: "nonce-1",
  code_challenge: challengeOf(verifier),
  code_challenge_method: "S256",
});

/** The lanes of every measure: each connection has a session, a consent and tokens of its own. */
export async function lanesOf(
  provider: Provider,
  clients: Clients,
  connections: number,
): Promise<Record<Measure, Lane[]>> {
  const metadata = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json();
  const stage = new Stage(provider, metadata, clients as Stage["clients"]);
  const visitors: Visitor[] = [];
  for (let i = 0; i < connections; i++) visitors.push(await visit(stage, clients));
  const path = (name: string) => new URL(metadata[name]).pathname;
  const authorization = (one: Registered) => ({ authorization: basic(one.client_id, one.client_secret!) });
  const [web, machine] = [authorization(clients.web), authorization(clients.machine)];
  const same = (lane: (visitor: Visitor) => Extract<Lane, { kind: "same" }>["request"]): Lane[] =>
    visitors.map((visitor) => ({ kind: "same", request: lane(visitor) }));
  const token = path("token_endpoint");
  return {
    client_credentials: same(() => ({
      method: "POST",
      path: token,
      headers: machine,
      form: { grant_type: "client_credentials" },
    })),
    introspection: same(({ access_token }) => ({
      method: "POST",
      path: path("introspection_endpoint"),
      headers: web,
      form: { token: access_token },
    })),
    userinfo: same(({ access_token }) => ({
      method: "GET",
      path: path("userinfo_endpoint"),
      headers: { authorization: `Bearer ${access_token}` },
    })),
    refresh: visitors.map(({ refresh_token }) => ({
      kind: "refresh",
      path: token,
      headers: web,
      refresh_token,
    })),
    jwks: same(() => ({ method: "GET", path: path("jwks_uri"), headers: {} })),
    code: visitors.map(({ cookie }) => ({
      kind: "code",
      authorize: {
        method: "GET",
        path: `${path("authorization_endpoint")}?${new URLSearchParams(requestOf(clients.web))}`,
        headers: { cookie },
      },
      token: {
        path: token,
        headers: web,
        form: { grant_type: "authorization_code", redirect_uri: callback, code_verifier: verifier },
      },
    })),
  };
}
