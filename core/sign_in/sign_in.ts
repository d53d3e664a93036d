/**
 * The one door to a session. Every sign-in method, present and future, proves somebody and then asks here; no
 * session exists until every gate has passed, and gates are asked at the moment of issue.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type postgres from "postgres";
import type { CoreConfig } from "../config.ts";
import type { Sql } from "../db/postgres.ts";
import type { Flows } from "../flow/flows.ts";
import { sessionCookieName } from "../http/cookies.ts";
import type { Cookie } from "../http/route.ts";
import type { Log } from "../observe/log.ts";
import type { AnyCtx, AnyPlugin, Ctx, Factor } from "../plugin.ts";
import {
  endSessions,
  hashSecret,
  insertSession,
  type NewSession,
  ownerOf,
  renewSession,
  type Session,
} from "../session/session.ts";
import type { TokenPair, Tokens } from "../session/tokens.ts";
import {
  type Challenge,
  claimAttempt,
  closeChallenge,
  findOpen,
  insertChallenge,
  raiseChallenge,
  satisfy,
  unmet,
} from "./challenge.ts";
import type { Gates } from "./gates.ts";

export interface SignInRequest {
  account_id: string;
  /** RFC 8176 values for what was proven; never empty. */
  amr: string[];
  auth_time: Date;
  ip: string | null;
  user_agent: string | null;
  request_id: string;
  /** `token`: the JSON client gets a token pair; `cookie`: the browser gets an opaque session cookie. */
  transport: "token" | "cookie";
  /** The browser's live session: of the same account it is proven anew and goes on, of another it ends. */
  renews?: string | null;
  /** Thumbprint of the key that the tokens are bound to (RFC 9449 §6). */
  dpop_jkt?: string | null;
}

export interface StartedSession {
  kind: "session";
  session: Session;
  tokens: TokenPair | null;
  cookie: Cookie | null;
  /** The flow that carries what follows the sign-in. */
  flow_id: string;
}

export type SignInOutcome =
  | StartedSession
  | { kind: "challenge"; challenge_id: string; methods: string[]; expires_at: Date }
  | { kind: "denied"; reason: string };

export type ChallengeAnswer =
  | SignInOutcome
  | { kind: "wrong"; attempts_left: number }
  | { kind: "closed" };

/** Who answers a challenge. A key proven now must be the one proven before, if one was. */
export type Caller = Pick<SignInRequest, "ip" | "user_agent" | "request_id" | "renews" | "dpop_jkt">;

export interface SignIn {
  complete(request: SignInRequest): Promise<SignInOutcome>;
  /** Answers an open challenge with one method; the input is checked by the factor's own schema. */
  answer(
    challenge_id: string,
    method: string,
    input: unknown,
    caller: Caller,
  ): Promise<ChallengeAnswer>;
  /** Raises what an open challenge asks for, and wakes its story. False when it is not open. */
  requireFactors(challenge_id: string, methods: string[]): Promise<boolean>;
  /** What an open challenge asks for; null when there is none. */
  open(challenge_id: string): Promise<{ methods: string[]; satisfied: string[]; expires_at: Date } | null>;
}

const CHALLENGE_LIFETIME_SECONDS = 600;
const CHALLENGE_ATTEMPTS_MAX = 10;

/** Authentication context classes: 1 one factor, 2 two or more (the NIST levels AAL1 and AAL2). */
export function acrOf(amr: string[]): string {
  return `urn:flowshield:acr:${amr.includes("mfa") ? 2 : 1}`;
}

export function createSignIn(
  { sql, core, tokens, gates, flows, publish, plugins, log }: {
    sql: postgres.Sql;
    core: CoreConfig;
    tokens: Tokens;
    gates: Gates;
    flows: Pick<Flows, "begin" | "poke">;
    publish: Ctx["events"]["publish"];
    plugins: { plugin: AnyPlugin; ctx: AnyCtx }[];
    log: Log;
  },
): SignIn {
  const factors = new Map<string, { factor: Factor; ctx: AnyCtx }>(
    plugins.flatMap(({ plugin, ctx }) =>
      (plugin.factors ?? []).map((factor) => [factor.method, { factor, ctx }] as const)
    ),
  );

  async function startSession(tx: Sql, request: SignInRequest, flow_id: string): Promise<StartedSession> {
    const secret = request.transport === "cookie" ? randomBytes(32).toString("base64url") : null;
    const lifetime_seconds = core.session_lifetime_days * 86_400;
    const proven = {
      account_id: request.account_id,
      login_flow_id: flow_id,
      cookie_hash: secret ? hashSecret(secret) : null,
      amr: request.amr,
      acr: acrOf(request.amr),
      auth_time: request.auth_time,
      ip: request.ip,
      user_agent: request.user_agent?.slice(0, 400) ?? null,
      idle_seconds: core.session_idle_days * 86_400,
      lifetime_seconds,
      dpop_jkt: request.transport === "token" ? request.dpop_jkt : null,
    };
    const session = secret && request.renews
      ? await renewSession(tx, request.renews, proven) ?? await replaceSession(tx, request.renews, proven)
      : await newSession(tx, proven);
    return {
      kind: "session",
      session,
      tokens: secret ? null : await tokens.issue(tx, session),
      cookie: secret
        ? { name: sessionCookieName(core), value: secret, max_age_seconds: lifetime_seconds }
        : null,
      flow_id,
    };
  }

  async function newSession(tx: Sql, proven: NewSession): Promise<Session> {
    const session = await insertSession(tx, proven);
    await publish(tx, "session.started", { account_id: session.account_id, session_id: session.session_id });
    return session;
  }

  /** The browser forgets its cookie, so a session of somebody else would live on without anybody to end it. */
  async function replaceSession(tx: Sql, session_id: string, proven: NewSession): Promise<Session> {
    const account_id = await ownerOf(tx, session_id);
    for (const ended of account_id ? await endSessions(tx, { account_id, session_id }, "replaced") : []) {
      await publish(tx, "session.ended", { ...ended, reason: "replaced" });
      await flows.poke(tx, session_id);
    }
    return await newSession(tx, proven);
  }

  const loginFlow = (flow_id: string, request: SignInRequest) => ({
    flow_id,
    kind: "login",
    workflow: "UserLoginWorkflow",
    account_id: request.account_id,
    request_id: request.request_id,
    // What follows a sign-in may wait while people are waiting for the processor.
    priority: "low" as const,
  });

  async function complete(request: SignInRequest): Promise<SignInOutcome> {
    const decision = await gates.ask("sign_in", request);
    if (decision.kind === "deny") {
      log.warn("sign_in.denied", { account_id: request.account_id, reason: decision.reason });
      return { kind: "denied", reason: decision.reason };
    }
    const flow_id = randomUUID();
    return await sql.begin(async (tx) => {
      await flows.begin(tx, loginFlow(flow_id, request));
      if (decision.kind === "pass") return await startSession(tx, request, flow_id);
      return asked(
        await insertChallenge(tx, {
          challenge_id: flow_id,
          account_id: request.account_id,
          amr: request.amr,
          auth_time: request.auth_time,
          requirements: decision.requirements,
          transport: request.transport,
          attempts_max: CHALLENGE_ATTEMPTS_MAX,
          lifetime_seconds: CHALLENGE_LIFETIME_SECONDS,
          dpop_jkt: request.dpop_jkt ?? null,
        }),
      );
    });
  }

  /** All methods shown: the gates are asked once more, since the world may have changed since the password. */
  async function finish(
    challenge: Challenge,
    caller: Caller,
  ): Promise<ChallengeAnswer> {
    const amr = challenge.satisfied.length > 0 ? [...new Set([...challenge.amr, "mfa"])] : challenge.amr;
    const dpop_jkt = challenge.dpop_jkt ?? caller.dpop_jkt ?? null;
    const request: SignInRequest = { ...challenge, ...caller, dpop_jkt, amr };
    const decision = await gates.ask("sign_in", request);
    if (decision.kind === "deny") return { kind: "denied", reason: decision.reason };
    const [missing] = decision.kind === "require" ? unmet(decision.requirements, challenge.satisfied) : [];
    if (missing) {
      const raised = await raiseChallenge(sql, challenge.challenge_id, missing);
      return raised ? asked(raised) : { kind: "closed" };
    }
    return await sql.begin(async (tx) => {
      if (!await closeChallenge(tx, challenge.challenge_id)) return { kind: "closed" as const };
      await flows.poke(tx, challenge.challenge_id);
      return await startSession(tx, request, challenge.challenge_id);
    });
  }

  return {
    complete,
    async answer(challenge_id, method, input, caller) {
      const found = factors.get(method);
      const open = await findOpen(sql, challenge_id);
      if (!open || !found || !methodsOf(open).includes(method)) return { kind: "closed" };
      const { dpop_jkt } = open;
      if (dpop_jkt && caller.dpop_jkt && dpop_jkt !== caller.dpop_jkt) return { kind: "closed" };
      const challenge = await claimAttempt(sql, challenge_id);
      if (!challenge) return { kind: "closed" };
      const right = await found.factor.verify(
        { account_id: challenge.account_id, challenge_id, input: found.factor.body.parse(input) },
        found.ctx,
      );
      if (!right) return { kind: "wrong", attempts_left: challenge.attempts_max - challenge.attempts };
      const satisfied = await satisfy(sql, challenge_id, method, found.factor.amr);
      if (!satisfied) return { kind: "closed" };
      return methodsOf(satisfied).length > 0 ? asked(satisfied) : await finish(satisfied, caller);
    },
    async requireFactors(challenge_id, methods) {
      return await sql.begin(async (tx) => {
        const raised = await raiseChallenge(tx, challenge_id, methods);
        if (raised) await flows.poke(tx, challenge_id);
        return raised !== null;
      });
    },
    async open(challenge_id) {
      const found = await findOpen(sql, challenge_id);
      return found && { methods: methodsOf(found), satisfied: found.satisfied, expires_at: found.expires_at };
    },
  };
}

/** The methods that would bring an open challenge further. */
const methodsOf = (challenge: Challenge) => [
  ...new Set(unmet(challenge.requirements, challenge.satisfied).flat()),
];

function asked(challenge: Challenge): SignInOutcome {
  return {
    kind: "challenge",
    challenge_id: challenge.challenge_id,
    methods: methodsOf(challenge),
    expires_at: challenge.expires_at,
  };
}
