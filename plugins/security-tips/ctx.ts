import type { Ctx } from "../../core/plugin.ts";
import type { TipsConfig } from "./config.ts";

export type TipsCtx = Ctx<TipsConfig>;
