/** Commands that come with the plugin, by their first two words. */
import type { Command } from "../../../core/plugin.ts";
import { doctorMail } from "./doctor_mail.ts";
import { mailSimulate } from "./simulate.ts";

export const commands: Record<string, Command> = {
  "doctor mail": doctorMail,
  "mail simulate": mailSimulate,
};
