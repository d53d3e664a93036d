/** Every endpoint of the plugin. */
import type { Crossing, Route } from "../../../core/plugin.ts";

export const routes: Route[] = [];

export const crossings: Crossing[] = [];
