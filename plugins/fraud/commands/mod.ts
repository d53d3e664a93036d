/** Commands that come with the plugin, by their first two words. */
import type { Command } from "../../../core/plugin.ts";
import { fraudPlaces } from "./places.ts";
import { fraudSimulate } from "./simulate.ts";

export const commands: Record<string, Command> = {
  "fraud simulate": fraudSimulate,
  "fraud places": fraudPlaces,
};
