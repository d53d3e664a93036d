/** One provider with the table's clients, and what rows do with them. It knows a provider by its metadata alone. */
import { createHash, randomUUID } from "node:crypto";
import { Browserless, type Person, type Place, textOf, walk } from "../clients/browserless.ts";
import type {
  AuthorizeCase,
  ClientName,
  ClientProof,
  DirectCase,
  Outcome,
  Params,
  RegisterCase,
} from "./case.ts";
import { redirectUriOf, registrations } from "./clients.ts";
import { nowSeconds, sign, signWithSecret } from "./keys.ts";
import { outcomeOfAnswer, outcomeOfPlace } from "./outcome.ts";

/** A running provider. */
export interface Provider extends AsyncDisposable {
  name: "ours" | "theirs";
  issuer: string;
  /** Who signs in. */
  person: Person;
}

export interface Registered {
  client_id: string;
  client_secret?: string;
  registration_access_token?: string;
}

// deno-lint-ignore no-explicit-any -- JSON of a provider; a row reads the members it speaks of
type Json = any;

const timeLimitMs = 20_000;

export const verifier = "a-verifier-of-the-table-that-is-long-enough-0123456789";
export const challengeOf = (text: string) => createHash("sha256").update(text).digest("base64url");

export class Stage {
  constructor(
    readonly provider: Provider,
    /** RFC 8414 §2. */
    readonly metadata: Record<string, string>,
    readonly clients: Record<ClientName, Registered>,
  ) {}

  /** A well-formed authorization request of a client. */
  request(client: ClientName): Params {
    return {
      client_id: this.clients[client].client_id,
      response_type: "code",
      redirect_uri: redirectUriOf(client),
      scope: "openid",
      state: "state-1",
      nonce: "nonce-1",
      code_challenge: challengeOf(verifier),
      code_challenge_method: "S256",
    };
  }

  /** What authenticates a client as it is registered. */
  async proof(name: ClientName): Promise<ClientProof> {
    const { client_id, client_secret } = this.clients[name];
    const method = registrations[name].token_endpoint_auth_method ?? "client_secret_basic";
    switch (method) {
      case "none":
        return { params: { client_id } };
      case "client_secret_basic":
        return { headers: { authorization: basic(client_id, client_secret!) } };
      case "client_secret_post":
        return { params: { client_id, client_secret: client_secret! } };
      default:
        return { params: await this.assertion(name) };
    }
  }

  /** A client assertion (RFC 7523 §2.2). Claims that are undefined are left out. */
  async assertion(
    name: ClientName,
    claims: Record<string, unknown> = {},
    how: { header?: Record<string, unknown>; key?: "own" | "foreign" } = {},
  ): Promise<Params> {
    const { client_id, client_secret } = this.clients[name];
    const now = nowSeconds();
    const all = {
      iss: client_id,
      sub: client_id,
      aud: this.provider.issuer,
      jti: randomUUID(),
      iat: now,
      exp: now + 60,
      ...claims,
    };
    return {
      client_id,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: registrations[name].token_endpoint_auth_method === "client_secret_jwt"
        ? await signWithSecret(all, client_secret!)
        : await sign({ claims: all, ...how }),
    };
  }

  /** Opens an authorization request as the row's person, and goes as far as that person goes. */
  async authorize(row: Pick<AuthorizeCase, "client" | "person" | "method" | "with">): Promise<Place> {
    const { client = "web", person = "willing", method } = row;
    const browser = new Browserless(this.provider.issuer);
    if (person === "consented" || person === "returning") await this.#agree(browser, client);
    if (person === "signed_in") await this.#agree(browser, "other");
    const changes = typeof row.with === "function" ? await row.with(this) : row.with;
    const search = searchOf({ ...this.request(client), ...changes });
    const endpoint = this.metadata.authorization_endpoint;
    const place = method === "POST"
      ? await browser.open(endpoint, { body: search })
      : await browser.open(`${endpoint}?${search}`);
    return person === "willing" || person === "returning"
      ? await walk(browser, place, this.provider.person)
      : place;
  }

  async #agree(browser: Browserless, client: ClientName): Promise<void> {
    const first = await browser.open(
      `${this.metadata.authorization_endpoint}?${searchOf(this.request(client))}`,
    );
    const { away, url } = await walk(browser, first, this.provider.person);
    if (!away || !url.searchParams.has("code")) {
      throw new Error(`${this.provider.name}: no code, but ${url.pathname}`);
    }
  }

  async authorizeOutcome(row: AuthorizeCase): Promise<Outcome> {
    const place = await this.authorize(row);
    const changes = typeof row.with === "function" ? null : row.with;
    const state = changes && "state" in changes ? changes.state : "state-1";
    const allowed = registrations[row.client ?? "web"].redirect_uris as string[];
    return outcomeOfPlace(place, typeof state === "string" ? state : null, allowed);
  }

  /** A code of a client, by a person who agrees. */
  async code(client: ClientName = "web", changes: Params = {}): Promise<string> {
    const place = await this.authorize({ client, with: changes });
    const code = place.url.searchParams.get("code");
    if (!code) {
      const { pathname, searchParams } = place.url;
      const why = searchParams.get("error") ?? `${place.status} ${textOf(place)}`;
      throw new Error(`${this.provider.name} gave no code, but ${pathname}: ${why}`);
    }
    return code;
  }

  /** The parameters that exchange a new code. */
  async exchange(client: ClientName = "web", changes: Params = {}): Promise<Params> {
    return {
      grant_type: "authorization_code",
      code: await this.code(client, changes),
      redirect_uri: redirectUriOf(client),
      code_verifier: verifier,
    };
  }

  /** The tokens of a new grant; a refresh token is among them when `offline_access` is asked for. */
  async tokens(
    client: ClientName = "web",
    changes: Params = {},
    headers: Record<string, string> = {},
  ): Promise<Json> {
    const offline = { scope: "openid offline_access", prompt: "consent" };
    return await this.answered({
      to: "token",
      client,
      with: await this.exchange(client, { ...offline, ...changes }),
      headers,
    });
  }

  /** The JSON of a request that must succeed. */
  async answered(row: Omit<DirectCase, "claim">): Promise<Json> {
    const response = await this.send(row);
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${this.provider.name}: ${row.to} answered ${response.status} ${text.slice(0, 300)}`);
    }
    return text ? JSON.parse(text) : null;
  }

  /** The reference of a new pushed request (RFC 9126 §2.2). */
  async pushed(client: ClientName = "web", changes: Params = {}): Promise<string> {
    const all = { ...this.request(client), ...changes };
    return (await this.answered({ to: "par", client, with: all })).request_uri;
  }

  /** A device's codes; `agreed`: a person has entered the user code and agreed. */
  async device(agreed: boolean): Promise<string> {
    const codes = await this.answered({
      to: "device_authorization",
      client: "device",
      with: { scope: "openid" },
    });
    if (agreed) {
      const browser = new Browserless(this.provider.issuer);
      const place = await walk(
        browser,
        await browser.open(codes.verification_uri_complete),
        this.provider.person,
      );
      if (place.status >= 400) {
        throw new Error(`${this.provider.name}: the device page ended in ${place.status}`);
      }
    }
    return codes.device_code;
  }

  endpoint(to: DirectCase["to"]): string {
    const names = {
      token: "token_endpoint",
      par: "pushed_authorization_request_endpoint",
      introspect: "introspection_endpoint",
      revoke: "revocation_endpoint",
      device_authorization: "device_authorization_endpoint",
      userinfo: "userinfo_endpoint",
    };
    return this.metadata[names[to]];
  }

  async send(row: Omit<DirectCase, "claim">): Promise<Response> {
    const { to, client = "web", method = "POST", body } = row;
    const params = typeof row.with === "function" ? await row.with(this) : row.with;
    const headers = typeof row.headers === "function" ? await row.headers(this) : row.headers ?? {};
    const as = typeof row.as === "function" ? await row.as(this) : row.as ??
      (to === "userinfo" ? {} : await this.proof(client));
    const search = searchOf({ ...as.params, ...params });
    const url = method === "GET" ? `${this.endpoint(to)}?${search}` : this.endpoint(to);
    return await fetch(url, {
      method,
      redirect: "manual",
      headers: {
        ...(method === "GET" ? {} : { "content-type": body?.type ?? "application/x-www-form-urlencoded" }),
        ...as.headers,
        ...headers,
      },
      body: method === "GET" ? undefined : body?.text ?? search.toString(),
      signal: AbortSignal.timeout(timeLimitMs),
    });
  }

  async directOutcome(row: DirectCase): Promise<Outcome> {
    return outcomeOfAnswer(await this.send(row));
  }

  async registerOutcome(row: RegisterCase): Promise<Outcome> {
    const metadata = typeof row.metadata === "function" ? await row.metadata(this) : row.metadata;
    const { type, text } = row.raw ?? { type: "application/json", text: JSON.stringify(metadata) };
    return outcomeOfAnswer(await post(this.metadata.registration_endpoint, type, text));
  }
}

/** Reads the provider's metadata and registers every client of the table. */
export async function openStage(provider: Provider): Promise<Stage> {
  const metadata = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(timeLimitMs),
  })).json();
  const clients: [string, Registered][] = [];
  for (const [name, registration] of Object.entries(registrations)) {
    const response = await post(
      metadata.registration_endpoint,
      "application/json",
      JSON.stringify(registration),
    );
    const answer = await response.json();
    if (response.status !== 201) {
      throw new Error(`${provider.name} did not register ${name}: ${JSON.stringify(answer)}`);
    }
    clients.push([name, answer]);
  }
  return new Stage(provider, metadata, Object.fromEntries(clients) as Stage["clients"]);
}

function post(url: string, type: string, text: string): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": type },
    body: text,
    signal: AbortSignal.timeout(timeLimitMs),
  });
}

/** RFC 6749 §2.3.1: both halves are form-encoded first. */
export function basic(client_id: string, client_secret: string): string {
  const half = (text: string) => new URLSearchParams({ text }).toString().slice("text=".length);
  return `Basic ${btoa(`${half(client_id)}:${half(client_secret)}`)}`;
}

function searchOf(params: Params): URLSearchParams {
  return new URLSearchParams(
    Object.entries(params).flatMap(([name, value]) =>
      value === null ? [] : [value].flat().map((one): [string, string] => [name, one])
    ),
  );
}
