import type { Ctx } from "../../core/plugin.ts";
import type { MfaConfig } from "./config.ts";

export type MfaCtx = Ctx<MfaConfig>;
