import type { Route } from "../../../core/plugin.ts";

export const routes: Route[] = [];
