/** The live service, with what a client cannot do by itself: be registered, and send a person through the pages. */
import { expect } from "expect";
import type { OAuth2Ctx } from "../runtime.ts";
import { findClient, updateClient } from "../client.ts";
import { startOurs } from "../oracle/ours.ts";
import type { Registered } from "../oracle/stage.ts";
import { Browserless, type Place, textOf, walk } from "./browserless.ts";

export const callback = "https://client.example.org/callback";
export const afterLogout = "https://client.example.org/bye";
export const api = "https://api.example.org/";

export interface Live extends AsyncDisposable {
  issuer: URL;
  /** The one member. */
  person: { email: string; password: string };
  /** By the registration endpoint (RFC 7591 §3.1), as an app with a callback unless told otherwise. */
  register(metadata?: Record<string, unknown>): Promise<Registered>;
  /** A browser of its own for the one member. */
  browser(): Browserless;
  /** Signs in and agrees as the pages ask. Where the client's callback was called. */
  authorize(url: URL, browser?: Browserless): Promise<URL>;
  /** Does the same where nobody is led away: on the device page. */
  visit(url: string, browser?: Browserless): Promise<Place>;
  /** What only an operator may allow (RFC 8693 §1.1). */
  allowTokenExchange(client_id: string): Promise<void>;
}

export async function startLive(env: Record<string, string> = {}): Promise<Live> {
  const provider = await startOurs({ env });
  const browser = () => new Browserless(provider.issuer);
  const visit: Live["visit"] = async (url, own = browser()) =>
    await walk(own, await own.open(url), provider.person);
  return {
    issuer: new URL(provider.issuer),
    person: provider.person,
    browser,
    visit,
    async register(metadata = {}) {
      const response = await fetch(`${provider.issuer}/oauth/register`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          client_name: "A client in a test",
          redirect_uris: [callback],
          grant_types: ["authorization_code", "refresh_token"],
          post_logout_redirect_uris: [afterLogout],
          ...metadata,
        }),
        signal: AbortSignal.timeout(20_000),
      });
      const answer = await response.json();
      if (response.status !== 201) throw new Error(`not registered: ${JSON.stringify(answer)}`);
      return answer;
    },
    async authorize(url, own) {
      const place = await visit(url.href, own);
      if (!place.away) throw new Error(`nobody was led back, but to ${place.url.pathname}: ${textOf(place)}`);
      expect(place.url.href.split("?")[0]).toBe(callback);
      return place.url;
    },
    async allowTokenExchange(client_id) {
      const { sql } = provider.service.service.ctx as OAuth2Ctx;
      const { client_secret_sealed: _, ...metadata } = (await findClient(sql, client_id))!;
      await updateClient(sql, client_id, {
        ...metadata,
        token_exchange: ["impersonation", "delegation"],
        grant_types: [...metadata.grant_types, "urn:ietf:params:oauth:grant-type:token-exchange"],
      });
    },
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
}
