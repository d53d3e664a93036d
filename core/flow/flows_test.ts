import { expect } from "expect";
import { randomUUID } from "node:crypto";
import { authenticationSaga } from "../../workflows/authentication_saga.ts";
import { REFUSED, type Story, type Teller } from "../../workflows/lib/story.ts";
import { silentLog } from "../observe/log.ts";
import { createWork } from "../observe/work.ts";
import type { AnyCtx } from "../plugin.ts";
import { testDatabase } from "../testing/postgres.ts";
import { claimDue, progressOf, workflowId } from "./flow.ts";
import { createFlows } from "./flows.ts";
import { createStepRunner, once, outside, type StepDefinition, StepRefused, until } from "./step.ts";

const noTemporal = { ready: () => false } as never;
const noMetrics = { inc: () => {}, set: () => {}, observe: () => {} } as never;

async function harness(
  steps: Record<string, StepDefinition>,
  stories: Record<string, Story>,
  temporal = noTemporal,
) {
  const database = await testDatabase();
  const { sql } = database;
  const ctx = { sql } as AnyCtx;
  const run = createStepRunner(
    sql,
    new Map(Object.entries(steps).map(([name, definition]) => [name, { definition, ctx }])),
  );
  const work = createWork(silentLog);
  const flows = createFlows({
    sql,
    log: silentLog,
    metrics: noMetrics,
    temporal,
    stories: new Map(Object.entries(stories)),
    run,
    background: work.background,
  });
  return {
    sql,
    run,
    flows,
    async begin(workflow: string) {
      const flow_id = randomUUID();
      await sql.begin((tx) =>
        flows.begin(tx, { flow_id, kind: "registration", workflow, account_id: null, request_id: "r" })
      );
      return flow_id;
    },
    async [Symbol.asyncDispose]() {
      await work.drain(5_000);
      await database[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a step is done once, however many run it at the same time", async () => {
  let runs = 0;
  await using h = await harness({ count: once(() => Promise.resolve(++runs)) }, {
    W: () => Promise.resolve("completed"),
  });
  const flow_id = await h.begin("W");
  const answers = await Promise.all(
    Array.from(
      { length: 20 },
      (_, i) => h.run("count", { flow_id, executor: i % 2 ? "direct" : "temporal" }),
    ),
  );
  expect(runs).toBe(1);
  expect(new Set(answers)).toEqual(new Set([1]));
});

Deno.test("a step that throws leaves nothing of its work, and says how often it was tried", async () => {
  let broken = true;
  await using h = await harness({
    write: once(async ({ tx, flow }) => {
      await tx`insert into outbox (kind, payload) values ('event', ${tx.json({ mark: flow.flow_id })})`;
      if (broken) throw new TypeError("secret text");
      return null;
    }),
  }, {});
  const flow_id = await h.begin("W");
  const marks = () => h.sql`select 1 from outbox where payload ->> 'mark' = ${flow_id}`;
  await expect(h.run("write", { flow_id, executor: "direct" })).rejects.toThrow("secret text");
  expect(await marks()).toHaveLength(0);
  expect((await progressOf(h.sql, flow_id))!.steps[0]).toMatchObject({
    state: "failed",
    attempts: 1,
    last_error: "TypeError",
  });
  broken = false;
  await h.run("write", { flow_id, executor: "direct" });
  expect(await marks()).toHaveLength(1);
  expect((await progressOf(h.sql, flow_id))!.steps[0]).toMatchObject({
    state: "done",
    attempts: 2,
    last_error: null,
  });
});

Deno.test("a story that waits is told on from where it was, without doing its steps again", async () => {
  const ran: string[] = [];
  let clicked = false;
  await using h = await harness({
    first: once(() => Promise.resolve(void ran.push("first"))),
    wait: until(() => {
      ran.push("wait");
      return Promise.resolve(
        clicked ? "yes" : { wait_until: new Date(Date.now() + 3_600_000).toISOString() },
      );
    }),
    last: once(() => Promise.resolve(void ran.push("last"))),
    mail: outside(() => Promise.resolve(null)),
  }, {
    W: async (tell: Teller) => {
      await tell.step("first");
      tell.reached("opened");
      tell.meanwhile("mail");
      await tell.until("wait");
      await tell.step("last");
      return "completed";
    },
  });
  const flow_id = await h.begin("W");
  expect(await h.flows.carry(flow_id, "opened", "direct_registration")).toEqual({
    method: "direct_registration",
    reached: true,
  });
  await h.flows.tellDirectly(flow_id);
  expect((await progressOf(h.sql, flow_id))!.status).toBe("waiting");
  clicked = true;
  await h.flows.tellDirectly(flow_id);
  expect(ran.filter((name) => name === "first")).toHaveLength(1);
  expect(ran.at(-1)).toBe("last");
  const progress = (await progressOf(h.sql, flow_id))!;
  expect(progress).toMatchObject({ status: "completed", executor: "direct", method: "direct_registration" });
  expect(await h.sql`select 1 from outbox`).toHaveLength(0);
});

Deno.test("a poke between a step's look and its end is not lost", async () => {
  let looks = 0;
  await using h = await harness({
    wait: until(async ({ flow }) => {
      looks++;
      // Somebody else's transaction, while this step's is open.
      if (looks === 1) await h.sql.begin((tx) => h.flows.poke(tx, flow.flow_id));
      return looks > 1 ? "yes" : { wait_until: new Date(Date.now() + 3_600_000).toISOString() };
    }),
  }, {
    W: async (tell: Teller) => {
      await tell.until("wait");
      return "completed";
    },
  });
  const flow_id = await h.begin("W");
  await h.flows.tellDirectly(flow_id);
  const due = () => claimDue(h.sql, { temporal_up: false, takeover_seconds: 60 });
  expect(await due()).toEqual([flow_id]);
  await h.flows.tellDirectly(flow_id);
  expect((await progressOf(h.sql, flow_id))!.status).toBe("completed");
});

Deno.test("a step that tries by itself says how often and what went wrong, until it has done", async () => {
  const in_an_hour = () => new Date(Date.now() + 3_600_000).toISOString();
  let tries = 0;
  await using h = await harness({
    call: until(() => {
      tries++;
      if (tries === 1) return Promise.resolve({ wait_until: in_an_hour(), attempts: 1, last_error: null });
      if (tries === 2) {
        return Promise.resolve({ wait_until: in_an_hour(), attempts: 7, last_error: "it answered 500" });
      }
      return Promise.resolve("done");
    }),
  }, {
    W: async (tell: Teller) => {
      await tell.until("call");
      return "completed";
    },
  });
  const flow_id = await h.begin("W");
  const told = async () => {
    await h.flows.tellDirectly(flow_id);
    const { status, steps } = (await progressOf(h.sql, flow_id))!;
    return [status, steps[0].state, steps[0].attempts, steps[0].last_error];
  };
  expect(await told()).toEqual(["waiting", "waiting", 1, null]);
  expect(await told()).toEqual(["waiting", "failed", 7, "it answered 500"]);
  expect(await told()).toEqual(["completed", "done", 7, null]);
});

Deno.test("a story that ends before the milestone says so", async () => {
  await using h = await harness({ no: once(() => Promise.reject(new StepRefused("denied"))) }, {
    W: async (tell: Teller) => {
      await tell.step("no");
      tell.reached("opened");
      return "completed";
    },
  });
  const flow_id = await h.begin("W");
  expect((await h.flows.carry(flow_id, "opened", "direct_registration")).reached).toBe(false);
  expect((await progressOf(h.sql, flow_id))!.status).toBe("failed");
});

Deno.test("a request whose step fails for now gets 503, and its story is finished later", async () => {
  let broken = true;
  await using h = await harness({
    shaky: once(() => broken ? Promise.reject(new Error("away")) : Promise.resolve(null)),
  }, {
    W: async (tell: Teller) => {
      await tell.step("shaky");
      tell.reached("opened");
      return "completed";
    },
  });
  const flow_id = await h.begin("W");
  await expect(h.flows.carry(flow_id, "opened", "direct_registration")).rejects.toMatchObject({
    status: 503,
    code: "service_unavailable",
  });
  broken = false;
  await h.flows.tellDirectly(flow_id);
  expect((await progressOf(h.sql, flow_id))!.status).toBe("completed");
});

Deno.test("a Temporal that does not answer in time hands the request to the direct path", async () => {
  const temporal = { ready: () => true, reach: () => Promise.reject(new Error("deadline")) } as never;
  await using h = await harness({}, {
    W: (tell: Teller) => {
      tell.reached("opened");
      return Promise.resolve("completed");
    },
  }, temporal);
  const flow_id = await h.begin("W");
  expect(await h.flows.carry(flow_id, "opened", "direct_registration")).toMatchObject({
    method: "direct_registration",
  });
});

Deno.test("a Temporal that answers carries the story, and the outbox forgets it", async () => {
  const temporal = { ready: () => true, reach: () => Promise.resolve(true) } as never;
  await using h = await harness({}, {}, temporal);
  const flow_id = await h.begin("W");
  expect(await h.flows.carry(flow_id, "opened", "direct_registration")).toEqual({
    method: "temporal_workflow",
    workflow_id: workflowId({ workflow: "W", flow_id }),
    reached: true,
  });
  expect(await h.sql`select 1 from outbox`).toHaveLength(0);
  expect((await progressOf(h.sql, flow_id))!.executor).toBe("temporal");
});

for (
  const { title, fails, plan, undone, outcome } of [
    {
      title: "denied by a gate",
      fails: "assess_registration_risk",
      plan: { verification: false, provisioning: [] },
      undone: ["remove_account"],
      outcome: "compensated",
    },
    {
      title: "an account that cannot be made",
      fails: "create_account",
      plan: { verification: false, provisioning: [] },
      undone: ["remove_account"],
      outcome: "compensated",
    },
    {
      title: "a provisioning step that fails",
      fails: "provision_b",
      plan: {
        verification: true,
        provisioning: [{ step: "provision_a", undo: "undo_a" }, { step: "provision_b", undo: "undo_b" }],
      },
      undone: ["undo_b", "undo_a", "remove_account"],
      outcome: "compensated",
    },
    {
      title: "an address nobody proves",
      fails: "verification",
      plan: { verification: true, provisioning: [] },
      undone: ["remove_account"],
      outcome: "expired",
    },
    {
      title: "all goes well",
      fails: "",
      plan: { verification: true, provisioning: [] },
      undone: [],
      outcome: "completed",
    },
  ]
) {
  Deno.test(`the registration saga: ${title} ends ${outcome} and undoes [${undone}]`, async () => {
    const ran: string[] = [];
    const step = (name: string, result: unknown = null) =>
      once(() => {
        if (name === fails) return Promise.reject(new StepRefused(name));
        ran.push(name);
        return Promise.resolve(result);
      });
    const names = [
      "assess_registration_risk",
      "create_account",
      "provision_a",
      "provision_b",
      "undo_a",
      "undo_b",
    ];
    await using h = await harness({
      ...Object.fromEntries(names.map((name) => [name, step(name)])),
      plan_registration: step("plan_registration", plan),
      remove_account: step("remove_account"),
      finalise_registration: step("finalise_registration"),
    }, {
      AuthenticationSagaWorkflow: authenticationSaga,
      UserRegistrationWorkflow: async (tell) => {
        await tell.step("create_account");
        return "completed";
      },
      EmailVerificationWorkflow: () => Promise.resolve(fails === "verification" ? "expired" : "completed"),
    });
    const flow_id = await h.begin("AuthenticationSagaWorkflow");
    await h.flows.tellDirectly(flow_id);
    expect((await progressOf(h.sql, flow_id))!.status).toBe(outcome);
    expect(ran.filter((name) => name.startsWith("undo") || name === "remove_account")).toEqual(undone);
    expect(ran.includes("finalise_registration")).toBe(outcome === "completed");
  });
}

Deno.test("the name of a final no is the same for both executors", () => {
  expect(new StepRefused("x").name).toBe(REFUSED);
});
