/** How a session begins, and how one there is is raised: what `signIn` does once every gate has passed. */
import { randomBytes } from "node:crypto";
import type { CoreConfig } from "../config.ts";
import type { Sql } from "../db/postgres.ts";
import { seeDevice } from "../device.ts";
import type { Flows } from "../flow/flows.ts";
import { sessionCookieName } from "../http/cookies.ts";
import { Problem } from "../http/problem.ts";
import type { Cookie } from "../http/route.ts";
import type { Ctx } from "../plugin.ts";
import {
  endSessions,
  hashSecret,
  insertSession,
  type NewSession,
  ownerOf,
  raiseSession,
  renewSession,
  type Session,
} from "../session/session.ts";
import type { Tokens } from "../session/tokens.ts";
import { acrOf, withMfa } from "./acr.ts";
import { writeDeviceSecrets } from "./caller.ts";
import type { SignIn, SignInRequest, StartedSession } from "./sign_in.ts";

export interface Starter {
  start(tx: Sql, request: SignInRequest, flow_id: string): Promise<StartedSession>;
  /** `closed`: it has ended meanwhile. */
  raise(
    tx: Sql,
    session_id: string,
    request: SignInRequest,
    flow_id: string,
  ): Promise<StartedSession | { kind: "closed" }>;
  strengthen: SignIn["strengthen"];
}

const DAY_SECONDS = 86_400;

export function createStarter(
  { core, tokens, flows, publish }: {
    core: CoreConfig;
    tokens: Tokens;
    flows: Pick<Flows, "poke">;
    publish: Ctx["events"]["publish"];
  },
): Starter {
  async function start(tx: Sql, request: SignInRequest, flow_id: string): Promise<StartedSession> {
    const secret = request.transport === "cookie" ? newSecret() : null;
    const lifetime_seconds = core.session_lifetime_days * DAY_SECONDS;
    const device = await seeDevice(tx, {
      account_id: request.account_id,
      secrets: request.device_secrets ?? [],
      user_agent: request.user_agent,
      ip: request.ip,
      remember_seconds: request.remember_device && core.remember_device_days > 0
        ? core.remember_device_days * DAY_SECONDS
        : null,
    });
    const proven = {
      account_id: request.account_id,
      login_flow_id: flow_id,
      cookie_hash: secret ? hashSecret(secret) : null,
      amr: request.amr,
      acr: acrOf(request.amr),
      auth_time: request.auth_time,
      ip: request.ip,
      user_agent: request.user_agent?.slice(0, 400) ?? null,
      idle_seconds: core.session_idle_days * DAY_SECONDS,
      lifetime_seconds,
      dpop_jkt: request.transport === "token" ? request.dpop_jkt : null,
      device_id: device.device_id,
    };
    const begin = async () => await newSession(tx, proven, device.is_new);
    const session = secret && request.renews
      ? await renewSession(tx, request.renews, proven) ?? await replaceSession(tx, request.renews, begin)
      : await begin();
    return {
      kind: "session",
      session,
      tokens: secret ? null : await tokens.issue(tx, session),
      cookie: secret ? sessionCookie(secret) : null,
      device_secrets: device.secret && writeDeviceSecrets(device.secret, request.device_secrets ?? []),
      flow_id,
    };
  }

  const sessionCookie = (value: string): Cookie => ({
    name: sessionCookieName(core),
    value,
    max_age_seconds: core.session_lifetime_days * DAY_SECONDS,
  });

  async function newSession(tx: Sql, proven: NewSession, new_device: boolean): Promise<Session> {
    const session = await insertSession(tx, proven);
    const { account_id, session_id } = session;
    await publish(tx, "session.started", { account_id, session_id, new_device });
    return session;
  }

  /** The browser forgets its cookie, so a session of somebody else would live on without anybody to end it. */
  async function replaceSession(
    tx: Sql,
    session_id: string,
    begin: () => Promise<Session>,
  ): Promise<Session> {
    const account_id = await ownerOf(tx, session_id);
    for (const ended of account_id ? await endSessions(tx, { account_id, session_id }, "replaced") : []) {
      await publish(tx, "session.ended", { ...ended, reason: "replaced" });
      await flows.poke(tx, session_id);
    }
    return await begin();
  }

  /** A browser's session gets another cookie, also when its script answered with an access token. */
  async function raise(
    tx: Sql,
    session_id: string,
    { amr, auth_time }: SignInRequest,
    flow_id: string,
  ): Promise<StartedSession | { kind: "closed" }> {
    const secret = newSecret();
    const proven = { amr, acr: acrOf(amr), auth_time, cookie_hash: hashSecret(secret) };
    const raised = await raiseSession(tx, session_id, proven);
    if (!raised) return { kind: "closed" };
    const { session, by_cookie } = raised;
    return {
      kind: "session",
      session,
      tokens: by_cookie ? null : await tokens.issueAccessToken(session),
      cookie: by_cookie ? sessionCookie(secret) : null,
      device_secrets: null,
      flow_id,
    };
  }

  return {
    start,
    raise,
    async strengthen(tx, { session_id, amr: before, auth_time }, shown) {
      const secret = newSecret();
      const amr = withMfa([...new Set([...before, ...shown])], ["strong"]);
      const proven = { amr, acr: acrOf(amr), auth_time, cookie_hash: hashSecret(secret) };
      const raised = await raiseSession(tx, session_id, proven);
      // What it was done with has ended meanwhile: then it is not done.
      if (!raised) throw new Problem(401, "session_expired", "This session has ended. Sign in again.");
      return raised.by_cookie ? [sessionCookie(secret)] : [];
    },
  };
}

const newSecret = () => randomBytes(32).toString("base64url");
