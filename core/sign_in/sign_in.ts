/**
 * The one door to a session. Every sign-in method, present and future, proves somebody and then asks here; no
 * session exists until every gate has passed, and gates are asked at the moment of issue.
 */
import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { holdProofs, proofsVersion } from "../account.ts";
import type { ClientEvidence } from "../client_evidence.ts";
import type { CoreConfig } from "../config.ts";
import type { Sql } from "../db/postgres.ts";
import { type Device, findDevice, findDeviceById, isRemembered } from "../device.ts";
import type { Flows } from "../flow/flows.ts";
import type { Cookie } from "../http/route.ts";
import type { Log } from "../observe/log.ts";
import type { AnyCtx, AnyPlugin, Assessment, Ctx, KnownDevice } from "../plugin.ts";
import type { Session } from "../session/session.ts";
import type { IssuedAccessToken, TokenPair, Tokens } from "../session/tokens.ts";
import { type AcrLevel, levelOf, withMfa } from "./acr.ts";
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
import { createFactors } from "./factors.ts";
import type { Decision, Gates } from "./gates.ts";
import { createStarter } from "./start.ts";
import { stepUpRequirements } from "./step_up.ts";

export interface SignInRequest extends Caller {
  account_id: string;
  /** RFC 8176 values for what was proven; never empty. */
  amr: string[];
  auth_time: Date;
  /** `token`: the JSON client gets a token pair; `cookie`: the browser gets an opaque session cookie. */
  transport: "token" | "cookie";
}

/** Who asks. A key proven at a challenge must be the one proven before, if one was. */
export interface Caller {
  ip: string | null;
  user_agent: string | null;
  request_id: string;
  locale?: string;
  /** The browser's live session: of the same account it is proven anew and goes on, of another it ends. */
  renews?: string | null;
  /** The live session, of a browser or an app, that the question comes with. */
  session_id?: string | null;
  /** Thumbprint of the key that the tokens are bound to (RFC 9449 §6). */
  dpop_jkt?: string | null;
  /** What the browser or app is known again by; see core/device.ts. */
  device_secrets?: string[];
  /** Its owner asks not to be asked for a second factor here for a while. */
  remember_device?: boolean;
  /** What the request shows of its sender. */
  client?: ClientEvidence | null;
}

export interface StartedSession {
  kind: "session";
  session: Session;
  /** After a step-up an access token alone: the refresh token is the one there was. */
  tokens: TokenPair | IssuedAccessToken | null;
  cookie: Cookie | null;
  /** For the browser or app to keep from now on, with what it has; null: it has it. */
  device_secrets: string | null;
  /** The flow that carries what follows the sign-in. */
  flow_id: string;
}

export type SignInOutcome =
  /** What the gates made of the risk, if one looked. */
  & { assessment?: Assessment }
  & (
    | StartedSession
    | { kind: "challenge"; challenge_id: string; methods: string[]; expires_at: Date }
    | { kind: "denied"; reason: string }
  );

export type ChallengeAnswer =
  | SignInOutcome
  | { kind: "wrong"; attempts_left: number; account_id: string }
  | { kind: "closed" };

export type StepUp =
  /** The session is good for it as it is. */
  | { kind: "met" }
  | Extract<SignInOutcome, { kind: "challenge" }>
  /** Nothing that the account has can lead there: a factor has to be set up first. */
  | { kind: "unreachable" };

export interface Wanted {
  level: AcrLevel;
  /** How old the last proof may be; null: of any age. */
  max_age_seconds: number | null;
}

export interface OpenChallenge {
  methods: string[];
  satisfied: string[];
  expires_at: Date;
  /** It raises a session there is, rather than leading to a new one. */
  step_up: boolean;
}

export interface SignIn {
  complete(request: SignInRequest): Promise<SignInOutcome>;
  /** What has to happen before one of the methods can be shown; null when it is not asked for. */
  begin(challenge_id: string, method: string, caller: Caller): Promise<Record<string, unknown> | null>;
  /** Answers an open challenge with one method; the input is checked by the factor's own schema. */
  answer(challenge_id: string, method: string, input: unknown, caller: Caller): Promise<ChallengeAnswer>;
  /** Some plugin that is on brings this method. */
  knows(method: string): boolean;
  /** Raises what an open challenge asks for, and wakes its story. False when it is not open. */
  requireFactors(challenge_id: string, methods: string[]): Promise<boolean>;
  /** What an open challenge asks for; null when there is none. */
  open(challenge_id: string): Promise<OpenChallenge | null>;
  /** Asks whoever holds a session to show what it lacks; the answers go to its challenge, and the session is raised. */
  stepUp(session: Session, via: "bearer" | "cookie", wanted: Wanted, caller: Caller): Promise<StepUp>;
  /** The level that acts of consequence ask of an account: 2 for who has a second factor, else 1. */
  levelExpected(account_id: string): Promise<AcrLevel>;
  /** Whether policy, as it is now, lets a session go on. Asked before anything new is made of it. */
  mayContinue(session: Session): Promise<boolean>;
  /**
   * Something more was shown in a session, such as a factor that was just set up. A browser's cookie becomes another,
   * whichever way the call came; answers it.
   *
   * @throws {Problem} 401 `session_expired` when it has ended meanwhile; the transaction is to be given up
   */
  strengthen(tx: Sql, session: Session, amr: string[]): Promise<Cookie[]>;
}

const CHALLENGE_LIFETIME_SECONDS = 600;
const CHALLENGE_ATTEMPTS_MAX = 10;

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
  const factors = createFactors(plugins);
  const starter = createStarter({ core, tokens, flows, publish });

  const flowOf = (kind: "login" | "step_up", flow_id: string, request: SignInRequest) => ({
    flow_id,
    kind,
    workflow: "UserLoginWorkflow",
    account_id: request.account_id,
    request_id: request.request_id,
    // What follows a sign-in may wait while people are waiting for the processor.
    priority: "low" as const,
  });

  /** What the gates say of a sign-in, in methods of the account's own; and of which state of the account they said it. */
  async function decide(
    request: SignInRequest,
    challenge_id: string | null,
  ): Promise<{ decision: Decision; version: number }> {
    const { account_id } = request;
    const [version, found] = await Promise.all([
      proofsVersion(sql, account_id),
      findDevice(sql, account_id, request.device_secrets ?? []),
    ]);
    const gone: Decision = { kind: "deny", reason: "no_account" };
    return { decision: version < 0 ? gone : await askGates(request, found, challenge_id), version };
  }

  async function askGates(
    request: SignInRequest,
    found: Device | null,
    challenge_id: string | null,
  ): Promise<Decision> {
    const { account_id, amr, ip, user_agent, request_id, client = null } = request;
    const device = found && known(found.device_id, isRemembered(found));
    const subject = { account_id, amr, device, ip, user_agent, request_id, client, challenge_id };
    const decision = await gates.ask("sign_in", subject);
    if (decision.kind !== "require") return denied(decision, account_id);
    const { assessment } = decision;
    const requirements = await factors.expand(account_id, decision.requirements, amr);
    if (requirements.length === 0) return { kind: "pass", assessment };
    // Asked for something that the account does not have: not knowing is not a yes.
    const impossible = requirements.some((group) => group.length === 0);
    return impossible
      ? denied({ kind: "deny", reason: "no_factor", assessment }, account_id)
      : { kind: "require", requirements, assessment };
  }

  function denied(decision: Decision, account_id: string): Decision {
    if (decision.kind === "deny") log.warn("sign_in.denied", { account_id, reason: decision.reason });
    return decision;
  }

  async function complete(request: SignInRequest): Promise<SignInOutcome> {
    const { decision, version } = await decide(request, null);
    const { assessment } = decision;
    if (decision.kind === "deny") return { kind: "denied", reason: decision.reason, assessment };
    const flow_id = randomUUID();
    const done = await sql.begin(async (tx) => {
      if (!await holdProofs(tx, request.account_id, version)) return null;
      await flows.begin(tx, flowOf("login", flow_id, request));
      return decision.kind === "pass"
        ? await starter.start(tx, request, flow_id)
        : asked(await newChallenge(tx, flow_id, request, decision.requirements, null));
    });
    // A factor, or a policy, came between the gates and the session: they are asked again.
    return done ? { ...done, assessment } : await complete(request);
  }

  const newChallenge = (
    tx: Sql,
    challenge_id: string,
    { account_id, amr, auth_time, transport, dpop_jkt }: SignInRequest,
    requirements: string[][],
    session_id: string | null,
  ) =>
    insertChallenge(tx, {
      challenge_id,
      account_id,
      amr,
      auth_time,
      requirements,
      transport,
      attempts_max: CHALLENGE_ATTEMPTS_MAX,
      lifetime_seconds: CHALLENGE_LIFETIME_SECONDS,
      dpop_jkt: dpop_jkt ?? null,
      session_id,
    });

  /** All methods shown: the gates are asked once more, since the world may have changed since the password. */
  async function finish(challenge: Challenge, caller: Caller): Promise<ChallengeAnswer> {
    const amr = withMfa(challenge.amr, factors.strengthsOf(challenge.satisfied));
    const dpop_jkt = challenge.dpop_jkt ?? caller.dpop_jkt ?? null;
    const auth_time = challenge.session_id ? new Date() : challenge.auth_time;
    const request: SignInRequest = { ...challenge, ...caller, auth_time, dpop_jkt, amr };
    const { decision, version } = await decide(request, challenge.challenge_id);
    const { assessment } = decision;
    if (decision.kind === "deny") return { kind: "denied", reason: decision.reason, assessment };
    const [missing] = decision.kind === "require" ? unmet(decision.requirements, challenge.satisfied) : [];
    if (missing) {
      const raised = await raiseChallenge(sql, challenge.challenge_id, missing);
      return raised ? { ...asked(raised), assessment } : { kind: "closed" };
    }
    const done = await sql.begin(async (tx) => {
      if (!await holdProofs(tx, challenge.account_id, version)) return null;
      if (!await closeChallenge(tx, challenge)) return null;
      await flows.poke(tx, challenge.challenge_id);
      return challenge.session_id
        ? await starter.raise(tx, challenge.session_id, request, challenge.challenge_id)
        : await starter.start(tx, request, challenge.challenge_id);
    });
    if (done) return done.kind === "session" ? { ...done, assessment } : done;
    // Raised between the last answer and now, or finished by another, or the account has changed.
    const open = await findOpen(sql, challenge.challenge_id);
    if (!open) return { kind: "closed" };
    return openMethods(open).length > 0 ? asked(open) : await finish(open, caller);
  }

  /** The methods that would bring an open challenge further. */
  const openMethods = (challenge: Challenge) =>
    factors.open(unmet(challenge.requirements, challenge.satisfied));

  const asked = (challenge: Challenge): Extract<SignInOutcome, { kind: "challenge" }> => ({
    kind: "challenge",
    challenge_id: challenge.challenge_id,
    methods: openMethods(challenge),
    expires_at: challenge.expires_at,
  });

  /** An open challenge that asks for this method, and whoever may answer it: its own key, its own session. */
  async function findAsked(challenge_id: string, method: string, caller: Caller) {
    const open = await findOpen(sql, challenge_id);
    const found = factors.find(method);
    if (!open || !found || !openMethods(open).includes(method)) return null;
    if (open.dpop_jkt && caller.dpop_jkt && open.dpop_jkt !== caller.dpop_jkt) return null;
    if (open.session_id && open.session_id !== caller.session_id) return null;
    return { ...found, open };
  }

  const subjectOf = ({ account_id, challenge_id, amr }: Challenge, caller: Caller) => ({
    account_id,
    challenge_id,
    amr,
    ip: caller.ip,
    user_agent: caller.user_agent,
    request_id: caller.request_id,
    locale: caller.locale ?? "en",
  });

  return {
    complete,
    async begin(challenge_id, method, caller) {
      const found = await findAsked(challenge_id, method, caller);
      if (!found) return null;
      return await found.factor.begin?.(subjectOf(found.open, caller), found.ctx) ?? {};
    },
    async answer(challenge_id, method, input, caller) {
      const found = await findAsked(challenge_id, method, caller);
      if (!found) return { kind: "closed" };
      // What cannot even be read is no attempt.
      const read = found.read(input);
      const challenge = await claimAttempt(sql, challenge_id);
      if (!challenge) return { kind: "closed" };
      const shown = await found.factor.verify({ ...subjectOf(challenge, caller), input: read }, found.ctx);
      if (!shown) {
        const { account_id, attempts, attempts_max } = challenge;
        return { kind: "wrong", attempts_left: attempts_max - attempts, account_id };
      }
      const satisfied = await satisfy(sql, challenge_id, method, shown);
      if (!satisfied) return { kind: "closed" };
      return openMethods(satisfied).length > 0 ? asked(satisfied) : await finish(satisfied, caller);
    },
    knows: (method) => factors.find(method) !== null,
    async requireFactors(challenge_id, methods) {
      const open = await findOpen(sql, challenge_id);
      if (!open) return false;
      const shown = withMfa(open.amr, factors.strengthsOf(open.satisfied));
      const groups = await factors.expand(open.account_id, [methods], shown);
      if (groups.length === 0) return true;
      return await sql.begin(async (tx) => {
        const raised = await raiseChallenge(tx, challenge_id, groups[0]);
        if (raised) await flows.poke(tx, challenge_id);
        return raised !== null;
      });
    },
    async open(challenge_id) {
      const found = await findOpen(sql, challenge_id);
      if (!found) return null;
      const { satisfied, expires_at, session_id } = found;
      const methods = openMethods(found);
      // All shown, and the process died before the session: nothing can be answered any more, so one starts again.
      if (methods.length === 0) return null;
      return { methods, satisfied, expires_at, step_up: session_id !== null };
    },
    async stepUp(session, via, { level, max_age_seconds }, caller) {
      const age = (Date.now() - session.auth_time.getTime()) / 1000;
      const fresh = max_age_seconds === null || age <= max_age_seconds;
      if (fresh && levelOf(session.amr) >= level) return { kind: "met" };
      const { account_id, session_id } = session;
      const offered = await factors.offered(account_id);
      const requirements = stepUpRequirements(offered, level, fresh);
      if (requirements.some((group) => group.length === 0)) return { kind: "unreachable" };
      const request: SignInRequest = {
        ...caller,
        account_id,
        // What was shown too long ago counts for nothing.
        amr: fresh ? session.amr : [],
        auth_time: new Date(),
        transport: via === "cookie" ? "cookie" : "token",
        dpop_jkt: session.dpop_jkt,
      };
      const flow_id = randomUUID();
      return await sql.begin(async (tx) => {
        await flows.begin(tx, flowOf("step_up", flow_id, request));
        return asked(await newChallenge(tx, flow_id, request, requirements, session_id));
      });
    },
    async levelExpected(account_id) {
      const offered = await factors.offered(account_id);
      return offered.some(({ strength }) => strength === "strong") ? 2 : 1;
    },
    async mayContinue({ account_id, session_id, amr, device_id }) {
      const found = device_id === null ? null : await findDeviceById(sql, device_id);
      const device = found && known(found.device_id, isRemembered(found));
      const decision = await gates.ask("continue_session", { account_id, session_id, amr, device });
      if (decision.kind !== "require") return decision.kind === "pass";
      return (await factors.expand(account_id, decision.requirements, amr)).length === 0;
    },
    strengthen: starter.strengthen,
  };
}

const known = (device_id: string, remembered: boolean): KnownDevice => ({ device_id, remembered });
