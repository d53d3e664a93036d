/** The demo's own looks: our type and spacing under other colours, so that nobody takes it for the service. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(oklch(0.985 0.008 75), oklch(0.19 0.018 40));
  --surface: light-dark(oklch(1 0 0), oklch(0.235 0.02 40));
  --ink: light-dark(oklch(0.25 0.03 40), oklch(0.94 0.012 70));
  --muted: light-dark(oklch(0.47 0.03 45), oklch(0.75 0.02 60));
  --line: light-dark(oklch(0.89 0.02 70), oklch(0.34 0.025 45));
  --accent: light-dark(oklch(0.5 0.14 38), oklch(0.82 0.11 55));
  --on-accent: light-dark(oklch(0.99 0.005 70), oklch(0.2 0.03 40));
  --wash: light-dark(oklch(0.955 0.03 75), oklch(0.29 0.04 45));
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink); line-height: 1.55;
  font: 1rem/1.55 "Avenir Next", Avenir, "Segoe UI", Inter, Cantarell, Ubuntu, Roboto, system-ui, sans-serif;
}
header, main, footer { max-width: 56rem; margin: 0 auto; padding: 1.25rem clamp(1rem, 4vw, 2.5rem); }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; color: inherit; text-decoration: none; }
.tag, footer, .muted { color: var(--muted); font-size: 0.875rem; }
h1 { font: 700 clamp(1.6rem, 1.2rem + 1.6vw, 2.2rem)/1.2 "Iowan Old Style", Palatino, P052, Georgia, serif; }
h2 { font-size: 1.125rem; margin: 0 0 0.5rem; }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 16px; padding: 1.25rem; margin: 1.25rem 0; }
.notice { background: var(--wash); border-left: 4px solid var(--accent); padding: 0.75rem 1rem; border-radius: 9px; }
.row { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1.25rem 0; }
button {
  font: inherit; font-weight: 600; padding: 0.6rem 1.1rem; min-height: 44px; cursor: pointer;
  border: 1px solid var(--accent); border-radius: 9px; background: transparent; color: var(--accent);
}
button.main { background: var(--accent); color: var(--on-accent); }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
pre {
  margin: 0.5rem 0 0; padding: 0.85rem; overflow-x: auto; border-radius: 9px; background: var(--paper);
  font: 0.8125rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
}
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
`;
