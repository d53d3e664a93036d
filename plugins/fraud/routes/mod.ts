import type { Route } from "../../../core/plugin.ts";
import { decisionRoutes } from "./decisions.ts";
import { modelRoutes } from "./models.ts";
import { postVerdict } from "./verdict.ts";

export const routes: Route[] = [...decisionRoutes, postVerdict, ...modelRoutes];
