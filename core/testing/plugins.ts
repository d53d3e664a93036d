/**
 * Plugins with everything real under them but Temporal, which is away, and mail, which is kept: for tests of their
 * endpoints and stories. Events are delivered, and stories told on, when a test says so.
 */
import { Buffer } from "node:buffer";
import { journeys } from "../../activities/mod.ts";
import { findById } from "../account.ts";
import { readConfig } from "../config.ts";
import type { CoreConfig } from "../config.ts";
import { createApp } from "../http/app.ts";
import type { Presentation } from "../http/presentation.ts";
import { pickLocale, stringsFor } from "../i18n/mod.ts";
import { createMachinery } from "../machinery.ts";
import { createLog, silentLog } from "../observe/log.ts";
import type { PendingQuery, Row } from "postgres";
import type { AnyCtx, AnyPlugin, Enabled } from "../plugin.ts";
import type { MailDelivery, Mailer, MailKind } from "../services/mod.ts";
import { pluginOf } from "../service.ts";
import { setupRoutes } from "../setup/routes.ts";
import { sessionRoutes } from "../session/routes.ts";
import { signInRoutes } from "../sign_in/routes.ts";
import type { Sql } from "../db/postgres.ts";
import { noTemporal } from "./core.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";

export interface KeptMail {
  kind: MailKind;
  to: string;
  flow_id: string | null;
  status: string;
  data: Record<string, string>;
}

export interface TestPluginsOptions {
  core?: Partial<CoreConfig>;
  /** Newest first; one of its own unless given. */
  secrets?: Uint8Array[];
  /** Another instance's, to share it. */
  database?: TestDatabase;
  /** Draws pages and crossings; without, there are none. */
  presentation?: Presentation;
  /** Takes log lines; dropped unless given. */
  write?: (line: string) => void;
}

export interface ApiAnswer {
  status: number;
  // deno-lint-ignore no-explicit-any -- JSON of whatever endpoint a test asks
  body: any;
  headers: Headers;
}

/** Keeps mail in its table, readable, and sends nothing: `deliver` marks it sent, or fails while `down`. */
function keepingMailer(sql: Sql, state: { down: boolean }): Mailer {
  async function deliver(whose: PendingQuery<Row[]>): Promise<void> {
    if (state.down) {
      await sql`update mail set attempts = attempts + 1 where ${whose} and status = 'queued'`;
      throw new Error("the mail server is down");
    }
    await sql`update mail set status = 'sent', sent_at = now(), attempts = attempts + 1
              where ${whose} and status = 'queued'`;
  }
  return {
    async enqueue(tx, mail) {
      const data = Buffer.from(JSON.stringify(mail.data));
      const [row] = await tx<{ mail_id: string }[]>`
        insert into mail (dedupe_key, kind, flow_id, account_id, recipient, locale, request_id, data_sealed, expires_at)
        values (${mail.dedupe_key}, ${mail.kind}, ${mail.flow_id}, ${mail.account_id}, ${mail.to}, ${mail.locale},
                ${mail.request_id}, ${data}, ${mail.expires_at})
        on conflict (dedupe_key) do nothing returning mail_id`;
      return row?.mail_id ?? null;
    },
    deliver: (flow_id) => deliver(sql`flow_id = ${flow_id}`),
    deliverMail: (mail_id) => deliver(sql`mail_id = ${mail_id}`),
    async of(sql, flow_id) {
      return await sql<MailDelivery[]>`
        select mail_id, kind, case when status = 'queued' and attempts > 0 then 'delayed' else status end as status,
               attempts, last_error, next_attempt_at, sent_at
        from mail where flow_id = ${flow_id} order by created_at, mail_id`;
    },
  } as Mailer;
}

/** Assembles them; `await using`, so that nothing is left. */
export async function testPlugins(listed: (AnyPlugin | Enabled)[], options: TestPluginsOptions = {}) {
  const database = options.database ?? await testDatabase({ pool: 20 });
  const { sql } = database;
  const config = readConfig({
    env: {},
    // Keys that rotate are a story of their own, which never ends.
    options: { temporal: "off", rate_limits: false, signing_key_rotation_days: 0, ...options.core },
    plugins: listed,
  });
  const { core } = config;
  const log = options.write ? createLog({ level: "debug", format: "json", write: options.write }) : silentLog;
  const state = { down: false };
  const only = listed.map(pluginOf);
  const machinery = await createMachinery({
    sql,
    config,
    plugins: [journeys(only), ...only],
    log,
    secrets: options.secrets ?? [crypto.getRandomValues(new Uint8Array(32))],
    mailer: () => keepingMailer(sql, state),
    temporal: () => noTemporal,
  });
  const { ctx, plugins: withCtx, work } = machinery;
  const { flows, sessions, limiter, metrics, keys } = ctx;
  const ctxOf = (name: string) => withCtx.find(({ plugin }) => plugin.name === name)!.ctx;
  for (const { plugin, ctx } of withCtx) await plugin.start?.(ctx);

  const { presentation = null } = options;
  const pages = only.flatMap((plugin) => plugin.pages ?? []);
  const app = createApp({
    ...{
      core,
      plugins: withCtx,
      core_routes: [...sessionRoutes, ...signInRoutes, ...setupRoutes],
      core_ctx: ctx,
    },
    pages: presentation ? [...presentation.pages(core, { links: () => [] }), ...pages] : [],
    assets: await presentation?.assets([]) ?? new Map(),
    ...{ authenticate: sessions.authenticate, log, metrics },
    limiter: core.rate_limits ? limiter : null,
    presentation,
    interactionOf: async (next) => await ctx.optional("interactions")?.of(next) ?? null,
    describeAccount: (account_id) => findById(sql, account_id),
    pickLocale,
    stringsFor: (locale) => stringsFor(locale as "en"),
  });

  /** Asks an endpoint as a program would. `ip` is the peer's address, `token` an access token. */
  async function api(
    method: string,
    path: string,
    body?: unknown,
    { token, ip = "192.0.2.1", headers = {} }: {
      token?: string;
      ip?: string;
      headers?: Record<string, string>;
    } = {},
  ): Promise<ApiAnswer> {
    const request = new Request(`${core.backend_url}${path}`, {
      method,
      headers: {
        ...body === undefined ? {} : { "content-type": "application/json" },
        ...token ? { authorization: `Bearer ${token}` } : {},
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    });
    const response = await app.fetch(request, { remote_address: ip });
    const text = await response.text();
    return {
      status: response.status,
      body: text === "" ? null : JSON.parse(text),
      headers: response.headers,
    };
  }

  /** Asks for a page as a browser without script would; redirects are answers. `form` makes it a POST of ours. */
  async function browse(
    path: string,
    { form, cookie, headers = {} }: {
      form?: Record<string, string>;
      cookie?: string;
      headers?: Record<string, string>;
    } = {},
  ): Promise<{ status: number; text: string; location: string | null; headers: Headers }> {
    const response = await app.fetch(
      new Request(`${core.backend_url}${path}`, {
        method: form ? "POST" : "GET",
        headers: {
          accept: "text/html",
          ...form ? { "sec-fetch-site": "same-origin" } : {},
          ...cookie ? { cookie } : {},
          ...headers,
        },
        body: form && new URLSearchParams(form),
      }),
      { remote_address: "192.0.2.1" },
    );
    const { status, headers: answered } = response;
    return { status, text: await response.text(), location: answered.get("location"), headers: answered };
  }

  return {
    ...{ sql, core, keys, ctx, flows, sessions, metrics, api, browse, database },
    /** The ctx a plugin's own parts receive. */
    ctxOf,
    /** While true, delivering fails. */
    mailDown: (down: boolean) => void (state.down = down),
    /** What was queued, oldest first. */
    async mails(which: { to?: string; kind?: MailKind } = {}): Promise<KeptMail[]> {
      const rows = await sql<(Omit<KeptMail, "data"> & { data_sealed: Uint8Array })[]>`
        select kind, recipient as to, flow_id, status, data_sealed from mail order by created_at, mail_id`;
      return rows
        .map(({ data_sealed, ...mail }) => ({
          ...mail,
          data: JSON.parse(Buffer.from(data_sealed).toString()),
        }))
        .filter((mail) => (!which.to || mail.to === which.to) && (!which.kind || mail.kind === which.kind));
    },
    /** Lets what was begun in the background come to its end. */
    idle: () => work.drain(10_000),
    /** Tells every story that waits or was woken, and delivers every event, until nothing is due. */
    async turn(): Promise<void> {
      for (let round = 0; round < 20; round++) {
        await work.drain(10_000);
        const events = await sql<
          { payload: { plugin: string; event: string; payload: unknown } }[]
        >`delete from outbox where kind = 'event' returning payload`;
        for (const { payload } of events) {
          const handler = withCtx.find(({ plugin }) => plugin.name === payload.plugin)?.plugin.on
            ?.[payload.event as never];
          await (handler as unknown as (payload: unknown, ctx: AnyCtx) => Promise<void>)?.(
            payload.payload,
            ctxOf(payload.plugin),
          );
        }
        const due = await sql<{ flow_id: string }[]>`
          select flow_id from flow where finished_at is null and next_tick_at <= now() limit 200`;
        for (const { flow_id } of due) await flows.tellDirectly(flow_id);
        if (events.length === 0 && due.length === 0) return;
      }
    },
    async [Symbol.asyncDispose]() {
      await work.drain(10_000);
      limiter.close();
      if (!options.database) await database[Symbol.asyncDispose]();
    },
  };
}

export type TestPlugins = Awaited<ReturnType<typeof testPlugins>>;
