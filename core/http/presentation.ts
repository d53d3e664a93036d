/** What the core needs of whoever draws the pages. Handed in by `main.ts`, so that the core knows no looks. */
import type { CoreConfig } from "../config.ts";
import type { HomeLink } from "../plugin.ts";
import type { Assets } from "./assets.ts";
import type { ErrorRenderer, PageRenderer } from "./pages.ts";
import type { Page } from "./route.ts";

export interface Presentation {
  /** Pages that no plugin owns: home, status, the captured mail. */
  pages(core: CoreConfig, parts: { links(): HomeLink[] }): Page[];
  /** Builds what browsers load, with the islands of the plugins; called once, before the first page. */
  assets(islands: URL[]): Promise<Assets>;
  render: PageRenderer;
  renderError: ErrorRenderer;
}
