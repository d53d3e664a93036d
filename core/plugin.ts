/**
 * The contract between the core and its plugins. A plugin is a value: what is known before start-up is data in
 * it, and what acts receives `ctx`. `boot.ts` checks all of it before the port opens.
 */
import type { z } from "zod";
import type { ClientEvidence } from "./client_evidence.ts";
import type { ConfigSchema, CoreConfig } from "./config.ts";
import type { Sql } from "./db/postgres.ts";
import type { Dpop } from "./dpop/dpop.ts";
import type { Events } from "./events/catalogue.ts";
import type { Flows } from "./flow/flows.ts";
import type { Geo } from "./geo/geo.ts";
import type { Story } from "../workflows/lib/story.ts";
import type { StepDefinition } from "./flow/step.ts";
import type { OAuthError } from "./http/oauth_error.ts";
import type { Answer, BrowserCall, Call, CrossingAnswer, Page, PageView } from "./http/route.ts";
import type { Strings } from "./i18n/mod.ts";
import type { Keys } from "./keys/keys.ts";
import type { SigningKeys } from "./keys/signing_key.ts";
import type { Log } from "./observe/log.ts";
import type { MetricDefinition, Metrics } from "./observe/metrics.ts";
import type { Services } from "./services/mod.ts";
import type { SignIn } from "./sign_in/sign_in.ts";
import type { Sessions } from "./session/sessions.ts";
import type { Strength } from "./sign_in/acr.ts";
import type { Gates } from "./sign_in/gates.ts";
import type { Limiter, RateLimit } from "./http/rate_limit.ts";
import type { Tokens } from "./session/tokens.ts";
import type postgres from "postgres";

/** What every acting part of a plugin receives. `config` is the plugin's own; `core` is the deployment's. */
export interface Ctx<C = unknown> {
  config: C;
  core: CoreConfig;
  /** The pool. Functions that touch a table take `sql` first, so that they work in a transaction. */
  sql: postgres.Sql;
  log: Log;
  keys: Keys;
  signing_keys: SigningKeys;
  flows: Flows;
  events: { publish<N extends keyof Events>(tx: Sql, name: N, payload: Events[N]): Promise<void> };
  gates: Gates;
  limiter: Limiter;
  sign_in: SignIn;
  sessions: Sessions;
  tokens: Tokens;
  dpop: Dpop;
  geo: Geo;
  /** What plugins have to tell the holder of an account. Never throws. */
  noticesFor(account_id: string): Promise<Notice[]>;
  /** What would make an account safer, as its plugins see it. @throws what any of them throws */
  tipsFor(account_id: string): Promise<Tip[]>;
  metrics: Metrics;
  /** The implementation of a service contract; boot has made sure that there is exactly one. */
  service<N extends keyof Services>(name: N): Services[N];
  /** The service when a plugin that is on provides it, else null: for capabilities one can do without. */
  optional<N extends keyof Services>(name: N): Services[N] | null;
  /** Work that outlives its request. Counted, awaited at shutdown, its failure logged. */
  background(what: string, work: () => Promise<void>): void;
}

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** One JSON endpoint. Both schemas stand here, so the OpenAPI file is computed and never drifts. */
export interface Route {
  method: Method;
  /** OpenAPI style: `/auth/challenge/{challenge_id}`. */
  path: string;
  summary: string;
  description?: string;
  tags?: string[];
  /**
   * `public`: anyone. `session`: bearer access token, or the browser's cookie (unsafe methods: same origin). `own`: the
   * handler checks credentials of another kind, such as a client's (RFC 6749 §2.3); nobody is looked up, no cookie counts.
   * `operator`: a session whose account has the role `operator`.
   */
  access: "public" | "session" | "operator" | "own";
  /** How failures look: problem+json, or `error` and `error_description` (RFC 6749 §5.2). Default `problem`. */
  errors?: "problem" | "oauth";
  /** Form and query fields that may come more than once; they reach the handler as lists (RFC 8707 §2). */
  repeatable?: string[];
  /** `any`: scripts of every origin may call and read, without cookies. Default `listed`: those of CORS_ORIGINS. */
  cors?: "listed" | "any";
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Bodies of other types than JSON, where an RFC wants them. Default `["application/json"]`. */
  consumes?: string[];
  /** Largest body in bytes. Default 64 KiB. */
  body_bytes_max?: number;
  /**
   * The handler gets the body's bytes as they came and reads them itself: what is signed is checked before anything in
   * it is looked at. `body` only documents, and `call.body` is undefined.
   */
  raw?: true;
  /** Each named pool is asked before the handler runs. */
  limits?: RateLimit[];
  /** Whole-request limit. Default `core.request_timeout_seconds`. */
  timeout_seconds?: number;
  /** What can be answered, by status; problems need only their code. */
  answers: Record<number, { description: string; schema?: z.ZodType; problem_codes?: string[] }>;
  // deno-lint-ignore no-explicit-any -- erased outside the plugin; `defineRoute` infers it inside
  handle(call: Call<any, any, any>, ctx: AnyCtx): Promise<Answer>;
}

/** Infers the handler's types from the route's schemas. */
export function defineRoute<
  C,
  B extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  P extends z.ZodType = z.ZodUndefined,
>(
  route: Omit<Route, "handle" | "body" | "query" | "params"> & {
    body?: B;
    query?: Q;
    params?: P;
    handle(call: Call<z.infer<B>, z.infer<Q>, z.infer<P>>, ctx: Ctx<C>): Promise<Answer>;
  },
): Route {
  return route as Route;
}

/**
 * An address other sites send a browser to (RFC 6749 §3.1). What it answers may lead away from here, and its failures
 * are shown to a person.
 */
export interface Crossing {
  methods: ("GET" | "POST")[];
  path: string;
  limits?: RateLimit[];
  /** What a person sees of fields that cannot even be read; else the page of any problem. */
  unreadable?(error: OAuthError, shown: { t: Strings }): PageView;
  handle(call: BrowserCall, ctx: AnyCtx): Promise<CrossingAnswer>;
}

/** A command such as `main.ts client create`. */
export interface Command {
  /** One line for the list of commands, and the whole text of `main.ts NAME help`. */
  about: string;
  usage: string;
  /** @throws OperatorError with a sentence that says what to type instead */
  run(args: string[], tools: CommandTools): Promise<void>;
}

export interface CommandTools {
  /** Connects to the service's database, with the plugin's ctx; started and stopped around `work` where it is our own. */
  withCtx<R>(work: (ctx: AnyCtx) => Promise<R>): Promise<R>;
  core: CoreConfig;
  config: unknown;
  say(line: string): void;
}

export interface HomeLink {
  href: string;
  /** Key of the words in the catalogue, under `home.links`. */
  key: string;
}

/** What the holder of an account should know when they look at it. */
export interface Notice {
  tone: "warning" | "info";
  /** Key of its words in the catalogue, under `notices`. */
  code: string;
  params: Record<string, string>;
  /** Where something can be done about it. */
  href: string | null;
}

/** What would make an account safer; told where its holder looks for it, and in a digest they may ask for. */
export interface Tip {
  /** Key of its words in the catalogue, under `tips`. */
  code: string;
  /** A tip that counts something has `count`. */
  params: Record<string, string>;
  /** Where it is done: a path of this service. */
  href: string;
}

/** An act that policy may veto; each has one door. */
export type Act = "register" | "sign_in" | "continue_session" | "reset_password" | "change_email";
export type Phase = "risk" | "factor" | "policy";

export interface ActSubject {
  register: { flow_id: string };
  sign_in: {
    account_id: string;
    amr: string[];
    device: KnownDevice | null;
    ip: string | null;
    user_agent: string | null;
    request_id: string;
    /** What the request shows of its sender; null where nobody looked. */
    client: ClientEvidence | null;
    /** The challenge whose answers led here; null at the first asking. */
    challenge_id: string | null;
  };
  /** A link to choose a new password is asked for, by anybody. */
  reset_password: { flow_id: string; account_id: string };
  /** Whoever holds a session wants another address. A requirement is met by proving oneself anew. */
  change_email: { account_id: string; session_id: string; client: ClientEvidence };
  /** A session is used to get something new out of it: tokens of its own, or a code for an app. */
  continue_session: {
    account_id: string;
    session_id: string;
    amr: string[];
    device: KnownDevice | null;
  };
}

/** A browser or app that the account has signed in with before. */
export interface KnownDevice {
  device_id: string;
  /** Its owner has asked not to be asked for a second factor here. */
  remembered: boolean;
}

/**
 * `require`: go on only after any one of these methods; `mfa` among them stands for every strong method that the account
 * has. `deny` ends it. A gate that throws denies, unless the database is away: then the
 * act is not done, and may be asked for again.
 */
export type Verdict =
  & { assessment?: Assessment }
  & (
    | { kind: "pass" }
    | { kind: "require"; methods: string[] }
    | { kind: "deny"; reason: string }
  );

/** How likely an act is not what it says, and why. Shown to operators, and in development; a person gets `reference`. */
export interface Assessment {
  decision_id: string;
  /** Short, to be read out: whoever runs the service finds the decision by it. */
  reference: string;
  /** 0 to 1. */
  fraud_score: number;
  /** 0 to 1: how far the score can be relied on. */
  confidence: number;
  risk_level: "low" | "medium" | "high" | "critical";
  decision: "allow" | "challenge" | "review" | "deny";
  /** `effect`: in log-odds, towards fraud when positive. */
  risk_factors: { name: string; text: string; effect: number }[];
  ai_insights: string;
  model: { version: string; hash: string; kind: "prior" | "trained" | "rules" };
}

export interface Gate<A extends Act = Act> {
  act: A;
  phase: Phase;
  name: string;
  decide(subject: ActSubject[A], ctx: AnyCtx): Promise<Verdict>;
}

/** Whom a factor is asked about. */
export interface FactorSubject {
  account_id: string;
  challenge_id: string;
  /** What was shown before (RFC 8176). */
  amr: string[];
  ip: string | null;
  user_agent: string | null;
  request_id: string;
  locale: string;
}

/** Answers a challenge with one method (`totp`, `recovery_code` …). */
export interface Factor {
  method: string;
  strength: Strength;
  /** Asked for only when everything else was shown: what it does must not be left behind by half a sign-in. */
  comes_last?: true;
  body: z.ZodType;
  /** Whether the account can be asked for it now. */
  offered(account_id: string, ctx: AnyCtx): Promise<boolean>;
  /** What has to happen before it can be shown: the options of a ceremony, a code that is sent. Plain JSON. */
  begin?(subject: FactorSubject, ctx: AnyCtx): Promise<Record<string, unknown>>;
  /**
   * The `amr` values that were proven (RFC 8176); null: it was wrong. `mfa` is added where two factors come together.
   *
   * @throws {Problem} 429 `too_many_requests` when it has been wrong too often, whatever the challenge
   */
  // deno-lint-ignore no-explicit-any -- see above
  verify(subject: FactorSubject & { input: any }, ctx: AnyCtx): Promise<string[] | null>;
}

export interface Health {
  up: boolean;
  /** A sentence for the operator: what is wrong and what to do; never a secret. */
  detail?: string;
  /** `false` when the service can answer people without this part. Default true. */
  essential?: boolean;
}

// deno-lint-ignore no-explicit-any -- erased outside a plugin
export type AnyCtx = Ctx<any>;
// deno-lint-ignore no-explicit-any -- erased outside a plugin
export type AnyPlugin = Plugin<any>;

export interface Plugin<C = unknown> {
  /** The folder's name; also the prefix of its variables: `email-verification` → `EMAIL_VERIFICATION_…`. */
  name: string;
  about: string;
  config: ConfigSchema<C>;
  /** Folder of `0001_name.sql` files, forward only. */
  migrations?: URL;
  uses?: (keyof Services)[];
  provides?: { [N in keyof Services]?: (ctx: Ctx<C>) => Services[N] };
  routes?: Route[];
  /** `names` are the exported workflow types, compared with the committed list; `file` goes into the bundle. */
  workflows?: { file: URL; names: string[] };
  /** The same stories for the direct executor, by workflow type. */
  stories?: Record<string, Story>;
  /** Idempotent steps by activity name; each is registered with the worker and with the direct executor. */
  // deno-lint-ignore no-explicit-any -- steps of one record have different results
  steps?: Record<string, StepDefinition<any, C>>;
  /** Steps every registration runs in parallel once the address is verified, each with its undo step. */
  provisioning?: { step: string; undo?: string }[];
  gates?: Gate[];
  factors?: Factor[];
  on?: { [N in keyof Events]?: (payload: Events[N], ctx: Ctx<C>) => Promise<void> };
  pages?: Page[];
  /** Addresses other sites send a browser to. */
  crossings?: Crossing[];
  /** Commands of `main.ts` that come with this plugin, by their first word or two: `client`, `user mfa`. */
  commands?: Record<string, Command>;
  /** Places the home page leads to; asked each time it is shown. */
  links?(ctx: Ctx<C>): HomeLink[];
  /** What the holder of an account should know; asked each time the account is shown. */
  notices?(account_id: string, ctx: Ctx<C>): Promise<Notice[]>;
  /** What would make this account safer, the gravest first; asked when somebody looks, and for digests. */
  tips?(account_id: string, ctx: Ctx<C>): Promise<Tip[]>;
  /** Runs beside the API from when the port is open until it closes; null when there is nothing to run. */
  beside?(ctx: Ctx<C>): Promise<{ stop(): Promise<void> } | null>;
  /** Files of island components, for the browser bundle. */
  islands?: URL[];
  health?: Record<string, (ctx: Ctx<C>) => Promise<Health>>;
  metrics?: Record<string, MetricDefinition>;
  /** True while people wait for the processor: what can wait then does, for a while. */
  busy?(ctx: Ctx<C>): boolean;
  /** Takes away what is long over, in small batches; called every ten minutes, on every replica. */
  sweep?(ctx: Ctx<C>): Promise<void>;
  /** Runs once at start, after migrations and before the port opens. */
  start?(ctx: Ctx<C>): Promise<void>;
}

export function definePlugin<C>(plugin: Plugin<C>): Plugin<C> {
  return plugin;
}

/** A plugin that is on, with the options an operator wrote for it. */
export interface Enabled {
  plugin: AnyPlugin;
  options: Record<string, unknown>;
}

/** Options are checked at start with the plugin's schema, so every problem is told at once. */
export function configure<C>(plugin: Plugin<C>, options: Partial<C> = {}): Enabled {
  return { plugin, options };
}

export interface ServiceConfig {
  plugins: (AnyPlugin | Enabled)[];
  /** Overrides of the core's own settings; the environment wins over these. */
  core?: Partial<CoreConfig>;
}

export function defineConfig(config: ServiceConfig): ServiceConfig {
  return config;
}
