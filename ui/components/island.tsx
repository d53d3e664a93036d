import { type ComponentType, h } from "preact";

/**
 * Draws a component on the server and marks it to be woken in the browser with the same props, which are plain
 * data. The component is the default export of a file that bears its name: `islands/RelativeTime.tsx`.
 */
export function Island<P extends object>({ of: component, props }: { of: ComponentType<P>; props: P }) {
  const name = component.displayName ?? component.name;
  return h("fs-island", { "data-island": name, "data-props": JSON.stringify(props) }, h(component, props));
}
