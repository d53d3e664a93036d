/** What an operator, or the status page, asks about Temporal. */
import { z } from "zod";
import { Problem } from "../http/problem.ts";
import { defineRoute, type Route } from "../plugin.ts";
import type { TemporalLink } from "./link.ts";

export function temporalRoutes(link: TemporalLink): Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/temporal-status",
      summary: "Whether Temporal is there, where it came from, and what the worker does",
      tags: ["Operate"],
      access: "public",
      limits: [{ pool: "temporal_status", points: 120, per_seconds: 60, by: "ip" }],
      answers: {
        200: {
          description: "As it is now",
          schema: z.object({
            temporal_connected: z.boolean(),
            namespace: z.string(),
            address: z.string().nullable(),
            source: z.string().nullable(),
            pid: z.int().nullable(),
            task_queue: z.string(),
            worker: z.object({ state: z.string(), last_error: z.string().nullable() }),
            progress: z.string().nullable(),
            last_error: z.string().nullable(),
            open_workflows: z.int().nullable(),
          }).meta({ id: "TemporalStatus" }),
        },
      },
      handle: async () => ({ status: 200, body: await link.status() }),
    }),
    defineRoute({
      method: "POST",
      path: "/temporal-ping",
      summary: "Run a workflow and say how long it took",
      tags: ["Operate"],
      access: "public",
      body: z.union([z.string().max(200), z.object({ text: z.string().max(200) })]),
      limits: [{ pool: "temporal_ping", points: 10, per_seconds: 60, by: "ip" }],
      answers: {
        200: {
          description: "Through the server, a worker and back, or why not",
          schema: z.object({
            temporal_working: z.boolean(),
            method: z.string(),
            workflow_id: z.string().nullable(),
            answer: z.string(),
            took_ms: z.int(),
          }),
        },
      },
      async handle({ body }) {
        const text = typeof body === "string" ? body : body.text;
        if (!link.ready()) {
          return {
            status: 200,
            body: {
              temporal_working: false,
              method: "direct_ping",
              workflow_id: null,
              answer: text,
              took_ms: 0,
            },
          };
        }
        try {
          const { workflow_id, answer, took_ms } = await link.ping(text);
          return {
            status: 200,
            body: { temporal_working: true, method: "temporal_workflow", workflow_id, answer, took_ms },
          };
        } catch (cause) {
          throw new Problem(503, "service_unavailable", "Temporal did not run the workflow in time.", {
            retry_after_seconds: 5,
            cause,
          });
        }
      },
    }),
  ];
}
