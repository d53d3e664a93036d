/** GET /users/me/requests: everything the caller asked for, and how far each has come. */
import { z } from "zod";
import { progressOfAccount } from "../../../core/flow/flow.ts";
import { defineRoute } from "../../../core/plugin.ts";

const step = z.object({
  step: z.string(),
  state: z.string(),
  attempts: z.int(),
  executor: z.string().nullable(),
  first_started_at: z.string(),
  finished_at: z.string().nullable(),
});

const schema = z.object({
  requests: z.array(z.object({
    flow_id: z.uuid(),
    kind: z.string(),
    status: z.string(),
    method: z.string().nullable(),
    executor: z.string().nullable(),
    workflow_id: z.string(),
    created_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
    outcome: z.string().nullable(),
    steps: z.array(step),
  })),
}).meta({ id: "Requests" });

export const getRequests = defineRoute({
  method: "GET",
  path: "/users/me/requests",
  summary: "Your requests: steps, times, method and state",
  description: "The newest 50.",
  tags: ["Account"],
  access: "session",
  answers: { 200: { description: "Newest first", schema } },
  async handle({ visitor }, ctx) {
    const flows = await progressOfAccount(ctx.sql, visitor!.account_id);
    const requests = flows.map(({ steps, created_at, finished_at, ...flow }) => ({
      ...flow,
      created_at: created_at.toISOString(),
      finished_at: finished_at?.toISOString() ?? null,
      // Errors are for the operator: `last_error` stays here.
      steps: steps.map(({ last_error: _, ...shown }) => shown),
    }));
    return { status: 200, body: { requests }, headers: { "cache-control": "no-store" } };
  },
});
