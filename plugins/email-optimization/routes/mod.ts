import type { Route } from "../../../core/plugin.ts";
import { domainRoutes } from "../deliverability/mod.ts";
import { experimentRoutes } from "./experiments.ts";
import { insights } from "./insights.ts";
import { messageRoutes } from "./messages.ts";
import { suppressionRoutes } from "./suppressions.ts";
import { variantRoutes } from "./variants.ts";
import { routes as webhookRoutes } from "../webhooks/mod.ts";

export const routes: Route[] = [
  insights,
  ...experimentRoutes,
  ...messageRoutes,
  ...suppressionRoutes,
  ...variantRoutes,
  ...domainRoutes,
  ...webhookRoutes,
];
