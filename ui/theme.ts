import type { Theme } from "./types.ts";

const themes: readonly string[] = ["system", "light", "dark"] satisfies Theme[];

/** A choice just made (`?theme=`), else the one remembered in the cookie `theme`, else the operating system's. */
export function pickTheme(cookie: string | undefined, query: string | undefined): Theme {
  for (const chosen of [query, cookie]) {
    if (chosen !== undefined && themes.includes(chosen)) return chosen as Theme;
  }
  return "system";
}
