import type { Ctx } from "../../core/plugin.ts";
import type { FraudConfig } from "./config.ts";

export type FraudCtx = Ctx<FraudConfig>;
