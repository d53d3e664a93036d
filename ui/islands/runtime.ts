/** Wakes the islands of a page. What cannot wake stays as the server drew it, and that works without script. */
/// <reference lib="dom" />
import { type ComponentType, h, hydrate } from "preact";

export type IslandLoader = () => Promise<{ default: ComponentType<Record<string, unknown>> }>;

export function wake(loaders: Record<string, IslandLoader>): void {
  for (const element of document.querySelectorAll<HTMLElement>("fs-island[data-island]")) {
    const name = element.dataset.island ?? "";
    if (!Object.hasOwn(loaders, name)) {
      console.error(`no island is called ${name}`);
      continue;
    }
    loaders[name]().then(({ default: component }) => {
      hydrate(h(component, JSON.parse(element.dataset.props ?? "{}")), element);
      element.dataset.awake = "";
    }).catch((error) => console.error(`island ${name} stays asleep`, error));
  }
}
