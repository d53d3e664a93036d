/**
 * `deno task histories`: lives through every story against a real Temporal and writes each workflow's history, whole,
 * to `workflows/histories/`; only those that are named, where some are. Replay tests hold today's code against them. Payloads are stored unsealed: they are ids.
 */
import historyUtils from "@temporalio/common/lib/proto-utils.js";
import proto from "@temporalio/proto";
import { type TOTP, URI } from "otpauth";
import { keyRotationFlowId } from "../../activities/keys.ts";
import { journeys } from "../../activities/mod.ts";
import config from "../../flow-shield.config.ts";
import { insertMessage } from "../../plugins/email-optimization/message_event.ts";
import { beginHeldMail } from "../../plugins/email-optimization/timing/steps.ts";
import { beginTraining } from "../../plugins/fraud/training/training.ts";
import { joinSession } from "../../plugins/oauth2/client_session.ts";
import { createService, type Service } from "../service.ts";
import { sealingCodec } from "../temporal/codec.ts";
import { testDatabase } from "../testing/postgres.ts";
import { clientServer, newClient } from "../testing/provider.ts";
import { testTemporal } from "../testing/temporal.ts";

const folder = new URL("../../workflows/histories/", import.meta.url);
const secret = "a-secret-for-recorded-histories-only-0000000";

if (import.meta.main) {
  await using database = await testDatabase();
  using temporal = await testTemporal();
  if (!temporal) throw new Error("there is no Temporal to record with: deno run -A main.ts doctor");
  const data_dir = await Deno.makeTempDir();
  const service = await createService({
    config,
    journeys,
    presentation: null,
    roles: { api: true, worker: true, children: false },
    say: () => {},
    env: {
      ...temporal.env(),
      DATABASE_URL: database.url,
      DATA_DIR: data_dir,
      SECRET_KEYS: secret,
      PASSWORD_BCRYPT_COST: "4",
      RATE_LIMITS: "off",
      LOG_LEVEL: "warn",
      OAUTH2_OUTGOING_PRIVATE: "127.0.0.1",
      FRAUD_SIMULATED_ROWS: "2000",
    },
  });
  try {
    await until(() => service.temporal.ready(), 180);
    const flows = await liveThrough(service);
    const wanted = ([name]: [string, string]) => Deno.args.length === 0 || Deno.args.includes(name);
    for (const [name, workflow_id] of flows.filter(wanted)) await record(service, name, workflow_id);
  } finally {
    await service.stop();
    await Deno.remove(data_dir, { recursive: true });
  }
}

type Json = Record<string, unknown>;

async function call(
  service: Service,
  path: string,
  body: Json,
  bearer?: string,
  method = "POST",
): Promise<Json> {
  const response = await service.app!.fetch(
    new Request(`${service.core.backend_url}${path}`, {
      method,
      headers: { "content-type": "application/json", ...bearer ? { authorization: `Bearer ${bearer}` } : {} },
      body: JSON.stringify(body),
    }),
  );
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return text ? JSON.parse(text) : {};
}

/** Every story to its end. Answers the recorded name of each with its workflow id. */
async function liveThrough(service: Service): Promise<[string, string][]> {
  const email = "ada@example.com";
  const password = "correct horse battery staple";
  const { registration_id } = await call(service, "/auth/register", { email, password });
  await call(service, "/auth/verify-email", { token: await linkOf(service, email, "verify") });
  const { access_token } = await call(service, "/auth/login", { email, password });
  const bearer = String(access_token);

  await call(service, "/users/me", { email: "ada.l@example.com", current_password: password }, bearer, "PUT");
  await call(service, "/auth/verify-email", {
    token: await linkOf(service, "ada.l@example.com", "verify"),
  });
  await call(service, "/auth/password-reset/request", { email: "ada.l@example.com" });
  await call(service, "/auth/password-reset/confirm", {
    token: await linkOf(service, "ada.l@example.com", "reset"),
    new_password: "another good battery",
  });

  await tellAnApp(service, { email: "ada.l@example.com", password: "another good battery" });

  const recovered = await loseFactors(service, "eve@example.com", false);
  const kept = await loseFactors(service, "bob@example.com", true);

  // Somebody who never reads the mail: the clock is turned, then the story is woken.
  const late = await call(service, "/auth/register", { email: "late@example.com", password });
  const late_id = String(late.registration_id);
  await service.ctx.sql`update email_verification set expires_at = now() - interval '1 second'
                        where flow_id = ${late_id}`;
  await service.ctx.sql.begin((tx) => service.ctx.flows.poke(tx, late_id));

  // Keys that have grown old: they are rotated, and their story waits on.
  await until(() => told(service, keyRotationFlowId));
  await service.ctx.sql`
    update signing_key set state_changed_at = now() - interval '91 days' where state = 'current'`;
  await service.ctx.sql.begin((tx) => service.ctx.flows.poke(tx, keyRotationFlowId));
  await until(async () => {
    const [row] = await service.ctx.sql`select 1 from signing_key where state = 'previous'`;
    return row !== undefined && await told(service, keyRotationFlowId);
  });

  await holdMail(service);

  const too_little = await retrain(service);
  await service.ctx.sql`
    update fraud_decision set verdict = case when act = 'register' then 'bad' else 'good' end`;
  const retrained = await retrain(service);

  // Who lost factors is still signed in, or about to be.
  const open = () =>
    service.ctx.sql<{ n: number }[]>`
      select count(*)::int as n from flow where finished_at is null and workflow <> 'KeyRotationWorkflow'
        and not exists (select 1 from factor_recovery r where r.account_id = flow.account_id)`;
  await until(async () => (await open())[0].n === 0);
  const flows = await service.ctx.sql<{ workflow: string; flow_id: string }[]>`
    select distinct on (workflow) workflow, flow_id from flow
    where status = 'completed' order by workflow, created_at desc`;
  const id = String(registration_id);
  const { workflow_id: ping } = await service.temporal.ping("recorded");
  return [
    ...flows.map(({ workflow, flow_id }): [string, string] => [
      workflow,
      `${workflow}/${workflow === "AuthenticationSagaWorkflow" ? id : flow_id}`,
    ]),
    ["UserRegistrationWorkflow", `UserRegistrationWorkflow/${id}`],
    ["EmailVerificationWorkflow", `EmailVerificationWorkflow/${id}`],
    ["AuthenticationSagaWorkflow_expired", `AuthenticationSagaWorkflow/${late_id}`],
    ["EmailVerificationWorkflow_expired", `EmailVerificationWorkflow/${late_id}`],
    ["FactorRecoveryWorkflow", `FactorRecoveryWorkflow/${recovered}`],
    ["FactorRecoveryWorkflow_cancelled", `FactorRecoveryWorkflow/${kept}`],
    ["FraudRetrainingWorkflow", `FraudRetrainingWorkflow/${retrained}`],
    ["FraudRetrainingWorkflow_too_little", `FraudRetrainingWorkflow/${too_little}`],
    ["KeyRotationWorkflow", `KeyRotationWorkflow/${keyRotationFlowId}`],
    ["PingWorkflow", ping],
  ];
}

/** A mail that may wait, until a better hour that comes in a moment. */
async function holdMail({ ctx }: Service): Promise<void> {
  const expires_at = new Date(Date.now() + 86_400_000);
  await ctx.sql.begin(async (tx) => {
    const mail_id = await ctx.service("mailer").enqueue(tx, {
      ...{ kind: "welcome", to: "ada@example.com", locale: "en", dedupe_key: "recorded", expires_at },
      ...{ flow_id: null, account_id: null, request_id: null, data: { url: ctx.core.frontend_url } },
    });
    const held_until = new Date(Date.now() + 2_000);
    await insertMessage(tx, {
      ...{ mail_id: mail_id!, kind: "welcome", locale: "en", flow_id: null, account_id: null },
      ...{ address_tag: new Uint8Array(32), domain_class: "other", context: "any", experiment_id: null },
      ...{ variant: "standard", hold_out: false, propensity: 1, model_version: "none", held_until },
      ...{ timing: null, reasons: ["default", "better_hour"] },
    });
    await beginHeldMail(tx, ctx, mail_id!);
  });
}

/** A model is trained of what was judged so far. Answers the flow's id. */
async function retrain({ ctx }: Service): Promise<string> {
  const training = await beginTraining(ctx.sql, ctx, { asked_by: "operator", request_id: null });
  if (!training) throw new Error("a training is running");
  const { flow_id } = training;
  await until(async () => {
    const [flow] = await ctx.sql`select 1 from flow where flow_id = ${flow_id} and finished_at is not null`;
    return flow !== undefined;
  });
  return flow_id;
}

/** Somebody sets up an app, loses it, and waits; or finds it, and calls that off. Answers the flow's id. */
async function loseFactors(service: Service, email: string, found: boolean): Promise<string> {
  const password = "correct horse battery staple";
  await call(service, "/auth/register", { email, password });
  await call(service, "/auth/verify-email", { token: await linkOf(service, email, "verify") });
  const { access_token } = await call(service, "/auth/login", { email, password });
  const begun = await call(service, "/mfa/totp", {}, String(access_token));
  const code = (URI.parse(String(begun.otpauth_uri)) as TOTP).generate();
  await call(service, `/mfa/totp/${begun.authenticator_id}/confirm`, { code }, String(access_token));
  const { challenge_id } = await call(service, "/auth/login", { email, password });
  await call(service, "/mfa/recovery", { challenge_id });
  await call(service, "/mfa/recovery/confirm", { token: await linkOf(service, email, "recover") });
  const { sql, flows } = service.ctx;
  const [{ flow_id }] = await sql<{ flow_id: string }[]>`
    select flow_id from factor_recovery where state = 'waiting'`;
  if (found) {
    await call(service, "/mfa/recovery/cancel", { token: await linkOf(service, email, "recover/cancel") });
  } else {
    await sql`update factor_recovery set due_at = now() - interval '1 second' where flow_id = ${flow_id}`;
    await sql.begin((tx) => flows.poke(tx, flow_id));
    await until(async () => (await sql`select 1 from factor_recovery where state = 'done'`).length === 1);
  }
  return flow_id;
}

/** An app that knows a session hears of its end, at the second try. */
async function tellAnApp(service: Service, credentials: Json): Promise<void> {
  await using app = clientServer();
  app.answers(() => new Response(null, { status: app.received.length === 1 ? 500 : 200 }));
  const { sql } = service.ctx;
  const { client_id } = await newClient({ sql }, { backchannel_logout_uri: `${app.url}/out` });
  const { access_token } = await call(service, "/auth/login", credentials);
  const [session] = await sql<{ session_id: string; account_id: string }[]>`
    select session_id, account_id from session order by created_at desc limit 1`;
  await joinSession(sql, { ...session, client_id });
  await call(service, "/auth/logout", {}, String(access_token));
  await until(async () => (await sql`select 1 from logout_delivery where state = 'delivered'`).length === 1);
}

/** Its story is told as far as it goes now. */
async function told({ ctx }: Service, flow_id: string): Promise<boolean> {
  const [row] = await ctx.sql<{ told: boolean }[]>`
    select status = 'waiting' and next_tick_at > now() and executor = 'temporal' as told
    from flow where flow_id = ${flow_id}`;
  return row?.told ?? false;
}

/** The token in the newest mail whose link leads to a page. */
async function linkOf(service: Service, to: string, page: string): Promise<string> {
  let token: string | undefined;
  await until(async () => {
    const mails = await service.ctx.sql<{ text_body: string }[]>`
      select text_body from captured_mail where recipient = ${to} order by captured_at desc`;
    token = mails.map(({ text_body }) =>
      new RegExp(`/${page}\\?token=([\\w-]+(?:\\.[\\w-]+)?)`).exec(text_body)?.[1]
    ).find(
      Boolean,
    );
    return token !== undefined;
  });
  if (!token) throw new Error(`no mail with a link to /${page} came`);
  return token;
}

async function until(holds: () => boolean | Promise<boolean>, seconds = 90): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!await holds()) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function record(service: Service, name: string, workflow_id: string): Promise<void> {
  const history = await service.temporal.client()!.workflow.getHandle(workflow_id).fetchHistory();
  const codec = sealingCodec(service.ctx.keys);
  const plain = await unsealed(history, codec);
  const text = historyUtils.historyToJSON(proto.temporal.api.history.v1.History.fromObject(plain as never));
  await Deno.writeTextFile(
    new URL(`${name}.json`, folder),
    JSON.stringify(JSON.parse(text, withoutMachine), null, 1) + "\n",
  );
  console.log(`  ${name}: ${history.events?.length ?? 0} events`);
}

/** A copy with every payload decoded, wherever in the history it stands. */
async function unsealed(value: unknown, codec: ReturnType<typeof sealingCodec>): Promise<unknown> {
  if (Array.isArray(value)) return await Promise.all(value.map((one) => unsealed(one, codec)));
  if (value === null || typeof value !== "object" || value instanceof Uint8Array || "low" in value) {
    return value;
  }
  if ("metadata" in value && "data" in value) return (await codec.decode([value as never]))[0];
  const entries = await Promise.all(
    Object.entries(value).map(async ([key, inner]) => [key, await unsealed(inner, codec)] as const),
  );
  return Object.fromEntries(entries);
}

/** Who worked on it says nothing about the story, and names the machine. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === "identity") return "recorded";
  const queue = value as { kind?: string; normalName?: string } | null;
  if (key === "taskQueue" && queue?.kind === "TASK_QUEUE_KIND_STICKY") return { ...queue, name: "sticky" };
  return value;
}
