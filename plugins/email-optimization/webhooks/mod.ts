/** What others on the way of a mail tell of it: mail services of bounces and complaints, readers that they leave. */
import type { Page } from "../../../core/http/route.ts";
import type { Route } from "../../../core/plugin.ts";
import { unsubscribePage } from "../pages/unsubscribe.tsx";
import { unsubscribeRoutes } from "../unsubscribe/routes.ts";
import { createWebhookRoutes } from "./routes.ts";

export { webhookMetrics as metrics } from "./routes.ts";
export const routes: Route[] = [...createWebhookRoutes(), ...unsubscribeRoutes];
export const pages: Page[] = [unsubscribePage];
