/** The OAuth provider for tests of its parts: clients in the table, people who use them, and a client's own server. */
import { randomUUID } from "node:crypto";
import { type AnyPlugin, configure } from "../plugin.ts";
import { newMember, sessionCookie, signIn } from "./people.ts";
import { type TestPlugins, testPlugins, type TestPluginsOptions } from "./plugins.ts";
import { hashSecret } from "../session/session.ts";
import verification from "../../plugins/email-verification/mod.ts";
import password from "../../plugins/password/mod.ts";
import { checkMetadata } from "../../plugins/oauth2/check_metadata.ts";
import { type Client, insertClient } from "../../plugins/oauth2/client.ts";
import { joinSession } from "../../plugins/oauth2/client_session.ts";
import type { OAuth2Config } from "../../plugins/oauth2/config.ts";
import { type Grant, insertGrant } from "../../plugins/oauth2/grant.ts";
import oauth2 from "../../plugins/oauth2/mod.ts";
import type { OAuth2Ctx } from "../../plugins/oauth2/runtime.ts";

/** @param more plugins beside those that sign people in */
export async function testProvider(
  config: Partial<OAuth2Config> = {},
  options: TestPluginsOptions = {},
  more: AnyPlugin[] = [],
) {
  const service = await testPlugins([
    configure(password, { bcrypt_cost: 4 }),
    verification,
    configure(oauth2, { outgoing_private: ["127.0.0.1"], outgoing_seconds: 1, ...config }),
    ...more,
  ], options);
  return Object.assign(service, { oauth: service.ctxOf("oauth2") as OAuth2Ctx });
}

export type TestProvider = Awaited<ReturnType<typeof testProvider>>;

export async function newClient(
  { sql }: Pick<TestPlugins, "sql">,
  metadata: Record<string, unknown> = {},
): Promise<Client> {
  const client = await insertClient(sql, {
    client_id: `app-${randomUUID().slice(0, 8)}`,
    metadata: checkMetadata({
      client_name: "Example app",
      redirect_uris: ["https://app.example/callback"],
      token_endpoint_auth_method: "none",
      ...metadata,
    }, { by: "command", production: false }),
    client_secret_sealed: null,
    client_secret_expires_at: null,
    registration_access_token_hash: null,
    origin: "command",
  });
  return client!;
}

export interface Person {
  email: string;
  account_id: string;
  session_id: string;
  /** The `Cookie` header of their browser. */
  cookie: string;
}

/** Signs in on a browser: somebody new unless an address is given. */
export async function person(service: TestProvider, known?: string): Promise<Person> {
  const email = known ?? await newMember(service);
  const cookie = await sessionCookie(service, email);
  const [row] = await service.sql<{ account_id: string; session_id: string }[]>`
    select account_id, session_id from session where cookie_hash = ${hashSecret(cookie.split("=")[1])}`;
  return { email, cookie, ...row };
}

/** An access token of another session of the same person, for calls to the API. */
export async function tokenOf(service: TestProvider, { email }: Person): Promise<string> {
  return (await signIn(service, email)).body.access_token;
}

/** What a consent and a code would have led to. */
export async function allow(
  { sql }: Pick<TestPlugins, "sql">,
  { account_id, session_id }: Pick<Person, "account_id" | "session_id">,
  { client_id }: Pick<Client, "client_id">,
  more: Partial<Grant> = {},
): Promise<Grant & { sid: string }> {
  const grant = await insertGrant(sql, {
    ...{ grant_id: randomUUID(), client_id, account_id, session_id, scope: ["openid"], resource: [] },
    ...{ claims: null, nonce: null, acr: "1", amr: ["pwd"], auth_time: new Date(), dpop_jkt: null },
    ...{ offline: false, lifetime_seconds: 86_400, ...more },
  });
  return { ...grant, sid: await joinSession(sql, { session_id, client_id, account_id }) };
}

export interface Received {
  path: string;
  content_type: string | null;
  body: string;
}

/** A client's server on this machine: keeps what it was sent, and answers as it is told. */
export function clientServer() {
  const received: Received[] = [];
  let answer: (request: Request) => Response | Promise<Response> = () => new Response();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname: path } = new URL(request.url);
    received.push({ path, content_type: request.headers.get("content-type"), body: await request.text() });
    return await answer(request);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    received,
    answers: (how: typeof answer) => void (answer = how),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
