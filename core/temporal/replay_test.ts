/** Today's workflows against the histories of real runs: a running story must be able to go on with this code. */
import { expect } from "expect";
import { readFile } from "node:fs/promises";
import historyUtils from "@temporalio/common/lib/proto-utils.js";
import { DefaultLogger, Runtime, Worker } from "@temporalio/worker";
import { journeys } from "../../activities/mod.ts";
import config from "../../flow-shield.config.ts";
import { cacheFolder } from "../ground.ts";
import { createKeys } from "../keys/keys.ts";
import { pluginOf } from "../service.ts";
import { bundleWorkflows } from "./bundle.ts";
import { sealingCodec } from "./codec.ts";

const folder = new URL("../../workflows/histories/", import.meta.url);
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".json"))
  .sort();
const listed = config.plugins.map(pluginOf);
const plugins = [journeys(listed), ...listed];

interface Recorded {
  events: { eventType: string; [attributes: string]: unknown }[];
}

const read = async (name: string) => JSON.parse(await readFile(new URL(name, folder), "utf8")) as Recorded;

async function replay(history: Recorded): Promise<void> {
  const code = await readFile(await bundleWorkflows(plugins, cacheFolder()), "utf8");
  const codec = sealingCodec(createKeys([new Uint8Array(32)]));
  await Worker.runReplayHistory(
    { workflowBundle: { code }, dataConverter: { payloadCodecs: [codec] } },
    historyUtils.historyFromJSON(history),
  );
}

Deno.test({
  name: "replay",
  // The native runtime behind the worker lives as long as the process.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    Runtime.install({ logger: new DefaultLogger("ERROR", () => {}), shutdownSignals: [] });

    for (const name of names) {
      await t.step(`${name} replays with today's code`, async () => await replay(await read(name)));
    }

    await t.step("every workflow has a history", () => {
      const declared = plugins.flatMap((plugin) => plugin.workflows?.names ?? []);
      expect(declared.filter((name) => !names.includes(`${name}.json`))).toEqual([]);
    });

    await t.step("a history whose child has another type does not replay", async () => {
      const altered = await read("AuthenticationSagaWorkflow.json");
      const child = altered.events.find(({ eventType }) =>
        eventType === "EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED"
      )!;
      const attributes = child.startChildWorkflowExecutionInitiatedEventAttributes as {
        workflowType: object;
      };
      attributes.workflowType = { name: "SomethingElseWorkflow" };
      await expect(replay(altered)).rejects.toThrow(/[Nn]ondeterminism/);
    });

    await t.step("a history with an activity that no story asks for does not replay", async () => {
      const altered = await read("PasswordResetWorkflow.json");
      const scheduled = altered.events.find(({ eventType }) =>
        eventType === "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"
      )!;
      const attributes = scheduled.activityTaskScheduledEventAttributes as { activityType: object };
      attributes.activityType = { name: "send_sms" };
      await expect(replay(altered)).rejects.toThrow(/[Nn]ondeterminism/);
    });

    await t.step("a recovery that was called off does not replay as one whose time has come", async () => {
      const altered = await read("FactorRecoveryWorkflow_cancelled.json");
      const text = JSON.stringify(altered);
      const [over, due] = ["over", "due"].map((result) => `"data":"${btoa(JSON.stringify(result))}"`);
      expect(text.split(over)).toHaveLength(2);
      await expect(replay(JSON.parse(text.replace(over, due)))).rejects.toThrow(/[Nn]ondeterminism/);
    });

    await t.step("a training of too little does not replay as one that has enough", async () => {
      const altered = await read("FraudRetrainingWorkflow_too_little.json");
      const text = JSON.stringify(altered).replaceAll(/"data":\s*"([^"]*)"/g, (whole, data) => {
        const plain = atob(data);
        return plain.includes('"enough":false')
          ? `"data":"${btoa(plain.replace('"enough":false', '"enough":true'))}"`
          : whole;
      });
      expect(text).not.toBe(JSON.stringify(altered));
      await expect(replay(JSON.parse(text))).rejects.toThrow(/[Nn]ondeterminism/);
    });
  },
});

Deno.test("the names that stories hold on to are those of names.json", async () => {
  const known = JSON.parse(await readFile(new URL("../../workflows/names.json", import.meta.url), "utf8"));
  const steps = plugins.flatMap((plugin) => Object.keys(plugin.steps ?? {}));
  expect(plugins.flatMap((plugin) => plugin.workflows?.names ?? []).sort()).toEqual(known.workflows);
  expect([...steps, "finish_flow", "ping", "raise_challenge"].sort()).toEqual(known.activities);
});

Deno.test("histories hold ids, and nothing a person typed", async () => {
  for (const name of names) {
    const { events } = await read(name);
    const text = JSON.stringify(events).replaceAll(/"data":\s*"([^"]*)"/g, (_, data) => atob(data));
    expect(text).not.toMatch(/@example\.com|correct horse|another good|token=/);
  }
});
