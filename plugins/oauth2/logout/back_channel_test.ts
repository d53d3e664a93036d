import { expect } from "expect";
import { decodeProtectedHeader } from "jose";
import { newAddress, newMember } from "../../../core/testing/people.ts";
import { progressOf } from "../../../core/flow/flow.ts";
import oauth2 from "../mod.ts";
import { runtimeOf } from "../runtime.ts";
import { endAtClients } from "./begin.ts";
import { claimAttempt, recordAttempt } from "./delivery.ts";
import { logoutEvent } from "./logout_token.ts";
import { enter } from "./notify.ts";
import {
  allow,
  clientServer,
  newClient,
  type Person,
  person,
  type TestProvider,
  testProvider,
  tokenOf,
} from "../../../core/testing/provider.ts";

interface Delivery {
  flow_id: string;
  client_id: string;
  state: string;
  attempts: number;
  last_error: string | null;
}

const deliveries = ({ sql }: TestProvider, client_id: string) =>
  sql<Delivery[]>`select flow_id, client_id, state, attempts, last_error from logout_delivery
    where client_id = ${client_id}`;

/** Signed out by another of their devices. */
async function signOutElsewhere(service: TestProvider, who: Person): Promise<void> {
  const token = await tokenOf(service, who);
  expect((await service.api("DELETE", `/users/me/sessions/${who.session_id}`, undefined, { token })).status)
    .toBe(204);
}

/** As if the time until the next attempt had passed. */
async function later({ sql, turn }: TestProvider): Promise<void> {
  await sql`update logout_delivery set next_attempt_at = now() where state = 'waiting'`;
  await sql`update flow set next_tick_at = now() where finished_at is null and workflow = 'BackChannelLogoutWorkflow'`;
  await turn();
}

Deno.test("back-channel logout", async (t) => {
  await using service = await testProvider();
  const { sql, turn } = service;

  await t.step("tells every app that knew the session, once, with a token of its own", async () => {
    await using server = clientServer();
    const [a, b, silent] = [
      await newClient(service, { backchannel_logout_uri: `${server.url}/a` }),
      await newClient(service, { backchannel_logout_uri: `${server.url}/b`, subject_type: "pairwise" }),
      await newClient(service),
    ];
    const who = await person(service);
    const sids = new Map<string, string>();
    for (const client of [a, b, silent]) sids.set(client.client_id, (await allow(service, who, client)).sid);
    await signOutElsewhere(service, who);
    await turn();
    expect(server.received.map(({ path }) => path).sort()).toEqual(["/a", "/b"]);
    for (const [path, client] of [["/a", a], ["/b", b]] as const) {
      const { body, content_type } = server.received.find((one) => one.path === path)!;
      expect(content_type).toBe("application/x-www-form-urlencoded");
      const form = new URLSearchParams(body);
      expect([...form.keys()]).toEqual(["logout_token"]);
      const logout_token = form.get("logout_token")!;
      expect(decodeProtectedHeader(logout_token)).toMatchObject({ typ: "logout+jwt", alg: "RS256" });
      const claims = await service.ctx.signing_keys.verify(logout_token, {
        typ: "logout+jwt",
        audience: client.client_id,
      });
      expect(claims).toMatchObject({
        iss: service.core.backend_url,
        aud: client.client_id,
        sid: sids.get(client.client_id),
        events: { [logoutEvent]: {} },
      });
      expect(claims).not.toHaveProperty("nonce");
      expect(claims!.sub === who.account_id).toBe(client === a);
      expect(await deliveries(service, client.client_id)).toMatchObject([{
        state: "delivered",
        attempts: 1,
        last_error: null,
      }]);
    }
    expect(await deliveries(service, silent.client_id)).toEqual([]);
    const [{ flow_id }] = await deliveries(service, a.client_id);
    const progress = (await progressOf(sql, flow_id))!;
    expect(progress).toMatchObject({ kind: "back_channel_logout", status: "completed" });
    expect(progress.steps.map(({ step, attempts }) => [step, attempts])).toEqual([
      ["revoke_tokens", 1],
      ["notify_back_channel_logout", 1],
    ]);
  });

  await t.step("ends what lives with the session, and nothing that outlives it", async () => {
    const who = await person(service);
    const client = await newClient(service);
    const bound = await allow(service, who, client);
    const offline = await allow(service, who, client, { offline: true });
    const elsewhere = await allow(service, await person(service, who.email), client);
    await signOutElsewhere(service, who);
    await turn();
    const alive =
      await sql`select grant_id from oauth_grant where client_id = ${client.client_id} and revoked_at is null`;
    expect(alive.map(({ grant_id }) => grant_id).sort()).toEqual(
      [offline.grant_id, elsewhere.grant_id].sort(),
    );
    expect(await sql`select revoke_reason from oauth_grant where grant_id = ${bound.grant_id}`).toEqual([
      { revoke_reason: "revoked" },
    ]);
  });

  const failures: [what: string, answer: () => Response | Promise<Response>, last_error: string][] = [
    ["500", () => new Response(null, { status: 500 }), "it answered 500"],
    ["503", () => new Response(null, { status: 503 }), "it answered 503"],
    [
      "201, which the specification does not know",
      () => new Response(null, { status: 201 }),
      "it answered 201",
    ],
    ["a redirect, which is not followed", () => Response.redirect("http://127.0.0.1:1/"), "redirect"],
    ["more than it should", () => new Response("x".repeat(20_000)), "too_large"],
    [
      "nothing, and hangs",
      () => new Promise((resolve) => setTimeout(() => resolve(new Response()), 1300)),
      "timeout",
    ],
  ];
  for (const [what, answer, last_error] of failures) {
    await t.step(`a client that answers ${what} is told again later`, async () => {
      await using server = clientServer();
      server.answers(answer);
      const client = await newClient(service, { backchannel_logout_uri: `${server.url}/out` });
      const who = await person(service);
      await allow(service, who, client);
      await signOutElsewhere(service, who);
      await turn();
      const [delivery] = await deliveries(service, client.client_id);
      expect(delivery).toMatchObject({ state: "waiting", attempts: 1, last_error });
      const { status, steps } = (await progressOf(sql, delivery.flow_id))!;
      expect([status, steps.at(-1)]).toMatchObject(["waiting", { state: "failed", attempts: 1, last_error }]);
      // Not before its time, however often somebody looks.
      await service.flows.tellDirectly(delivery.flow_id);
      await service.idle();
      expect(server.received).toHaveLength(1);
      server.answers(() => new Response(null, { status: 204 }));
      await later(service);
      expect(await deliveries(service, client.client_id)).toMatchObject([{
        state: "delivered",
        attempts: 2,
        last_error: null,
      }]);
      const [first, second] = server.received.map(({ body }) => body);
      expect(first).not.toBe(second);
      expect((await progressOf(sql, delivery.flow_id))!).toMatchObject({ status: "completed" });
    });
  }

  const ends: [what: string, status: number, attempts: number][] = [
    ["that always fails is given up after ten attempts", 500, 10],
    ["that says the request is wrong (§2.8) is given up after three", 400, 3],
  ];
  for (const [what, status, attempts] of ends) {
    await t.step(`a client ${what}, and everybody can see why`, async () => {
      await using server = clientServer();
      server.answers(() => new Response(null, { status }));
      const client = await newClient(service, { backchannel_logout_uri: `${server.url}/out` });
      const who = await person(service);
      await allow(service, who, client);
      await signOutElsewhere(service, who);
      await turn();
      for (let i = 0; i < 11; i++) await later(service);
      const last_error = `it answered ${status}`;
      const [delivery] = await deliveries(service, client.client_id);
      expect(delivery).toMatchObject({ state: "given_up", attempts, last_error });
      expect(server.received).toHaveLength(attempts);
      const progress = (await progressOf(sql, delivery.flow_id))!;
      expect(progress.status).toBe("failed");
      expect(progress.steps.at(-1)!.last_error).toBe(`given up after ${attempts} attempts: ${last_error}`);
      const token = await tokenOf(service, who);
      const { body } = await service.api("GET", "/users/me/requests", undefined, { token });
      expect(body.requests.find((one: { flow_id: string }) => one.flow_id === delivery.flow_id))
        .toMatchObject({
          kind: "back_channel_logout",
          status: "failed",
        });
    });
  }

  await t.step(
    "an address that is not there, or not on the internet, is an error like any other",
    async () => {
      for (
        const [uri, last_error] of [["http://127.0.0.1:1/out", "unreachable"], [
          "https://10.0.0.1/out",
          "address",
        ]]
      ) {
        const client = await newClient(service, { backchannel_logout_uri: uri });
        const who = await person(service);
        await allow(service, who, client);
        await signOutElsewhere(service, who);
        await turn();
        expect(await deliveries(service, client.client_id)).toMatchObject([{ state: "waiting", last_error }]);
      }
    },
  );

  await t.step("whoever tells the story, and however many at once, the client hears once", async () => {
    await using server = clientServer();
    const client = await newClient(service, { backchannel_logout_uri: `${server.url}/out` });
    const who = await person(service);
    await allow(service, who, client);
    const end = () =>
      sql.begin((tx) => endAtClients(tx, service.oauth, { session_id: who.session_id, reason: "logout" }));
    await Promise.all(Array.from({ length: 10 }, end));
    const [delivery, ...others] = await deliveries(service, client.client_id);
    expect(others).toEqual([]);
    await Promise.all(Array.from({ length: 20 }, () => service.flows.tellDirectly(delivery.flow_id)));
    await signOutElsewhere(service, who);
    await turn();
    expect(server.received).toHaveLength(1);
    expect((await deliveries(service, client.client_id))[0]).toMatchObject({
      state: "delivered",
      attempts: 1,
    });
  });

  await t.step("an attempt that was overtaken by another does not count", async () => {
    const client = await newClient(service, { backchannel_logout_uri: "http://127.0.0.1:1/out" });
    const who = await person(service);
    await allow(service, who, client);
    const [begun] = await sql.begin((tx) =>
      endAtClients(tx, service.oauth, { session_id: who.session_id, reason: "logout" })
    );
    const slow = (await claimAttempt(sql, begun.flow_id, 0))!;
    expect(await claimAttempt(sql, begun.flow_id, 60)).toMatchObject({ attempts: 2 });
    expect(await claimAttempt(sql, begun.flow_id, 60)).toBe(null);
    const timeout = { last_error: "timeout", again_seconds: null };
    expect(await sql.begin((tx) => recordAttempt(tx, slow, timeout))).toBe(false);
    expect(await deliveries(service, client.client_id)).toMatchObject([{
      state: "waiting",
      last_error: null,
    }]);
  });

  await t.step("an attempt that ends before the transaction that claimed it is not lost", async () => {
    const client = await newClient(service, { backchannel_logout_uri: "http://127.0.0.1:1/out" });
    const who = await person(service);
    await allow(service, who, client);
    const [begun] = await sql.begin((tx) =>
      endAtClients(tx, service.oauth, { session_id: who.session_id, reason: "logout" })
    );
    const recorded = await sql.begin(async (tx) => {
      const claimed = (await claimAttempt(tx, begun.flow_id, 60))!;
      const end = sql.begin((other) =>
        recordAttempt(other, claimed, { last_error: null, again_seconds: null })
      );
      // Until it waits for us.
      for (let waits = 0; waits === 0;) {
        [{ waits }] = await sql<{ waits: number }[]>`
          select count(*)::int as waits from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
      }
      return { end };
    });
    expect(await recorded.end).toBe(true);
    expect(await deliveries(service, client.client_id)).toMatchObject([{ state: "delivered", attempts: 1 }]);
  });

  await t.step("a client that no longer wants to hear of it is not called", async () => {
    await using server = clientServer();
    const client = await newClient(service, { backchannel_logout_uri: `${server.url}/out` });
    const who = await person(service);
    await allow(service, who, client);
    await sql.begin((tx) =>
      endAtClients(tx, service.oauth, { session_id: who.session_id, reason: "logout" })
    );
    await sql`update oauth_client set metadata = metadata || '{"backchannel_logout_uri": null}'
              where client_id = ${client.client_id}`;
    runtimeOf(service.oauth).clients.forget(client.client_id);
    await later(service);
    expect(server.received).toEqual([]);
    expect(await deliveries(service, client.client_id)).toMatchObject([{ attempts: 1, state: "waiting" }]);
    await sql`delete from oauth_client where client_id = ${client.client_id}`;
    await later(service);
    expect(await deliveries(service, client.client_id)).toEqual([]);
  });

  await t.step("every way a session can end tells the apps", async () => {
    await using server = clientServer();
    const client = await newClient(service, { backchannel_logout_uri: `${server.url}/out` });
    const ways: Record<string, (who: Person) => Promise<unknown>> = {
      "the sign-out button": ({ cookie }) =>
        service.api("POST", "/auth/logout", {}, { headers: { cookie, "sec-fetch-site": "same-origin" } }),
      "all but this one": async (who) =>
        service.api("DELETE", "/users/me/sessions", undefined, { token: await tokenOf(service, who) }),
      "a reset": async ({ email }) => {
        await service.api("POST", "/auth/password-reset/request", { email });
        await turn();
        const token = new URL((await service.mails({ to: email, kind: "password_reset" })).at(-1)!.data.url)
          .searchParams.get("token");
        expect(
          (await service.api("POST", "/auth/password-reset/confirm", {
            token,
            new_password: "something new 7",
          })).status,
        )
          .toBe(200);
      },
    };
    for (const [way, end] of Object.entries(ways)) {
      const who = await person(service, await newMember(service, newAddress()));
      const { sid } = await allow(service, who, client);
      server.received.length = 0;
      await end(who);
      await turn();
      const sids = await Promise.all(
        server.received.map(async ({ body }) =>
          (await service.ctx.signing_keys.verify(new URLSearchParams(body).get("logout_token")!, {
            typ: "logout+jwt",
          }))?.sid
        ),
      );
      expect([way, sids]).toEqual([way, [sid]]);
    }
  });

  await t.step("a reset ends what apps were given for longer than the session, too", async () => {
    const who = await person(service);
    const client = await newClient(service);
    const { grant_id } = await allow(service, who, client, { offline: true });
    const changed = oauth2.on!["password.changed"]!;
    const reason = async () =>
      (await sql`select revoke_reason from oauth_grant where grant_id = ${grant_id}`)[0].revoke_reason;
    await changed({ account_id: who.account_id, origin: "change" }, service.oauth);
    expect(await reason()).toBe(null);
    await changed({ account_id: who.account_id, origin: "reset" }, service.oauth);
    expect(await reason()).toBe("password_reset");
  });
});

Deno.test("attempts have places: 4 for a client, 32 in all, given back when they end", () => {
  const keys = {} as Parameters<typeof enter>[0];
  const leave = Array.from(
    { length: 8 },
    (_, i) => Array.from({ length: 5 }, () => enter(keys, `client ${i}`)),
  ).flat();
  expect(leave.filter(Boolean)).toHaveLength(32);
  expect(enter(keys, "another")).toBe(null);
  for (const one of leave.filter((one) => one !== null).slice(0, 4)) one();
  expect(enter(keys, "another")).not.toBe(null);
  expect(enter(keys, "client 0")).not.toBe(null);
  expect(enter(keys, "client 1")).toBe(null);
});
