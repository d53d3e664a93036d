import type { Ctx } from "../../core/plugin.ts";
import type { EmailConfig } from "./config.ts";

export type EmailCtx = Ctx<EmailConfig>;
