/** Writes the table of `README.md` anew: `deno run -A ml/fraud/features/table.ts`. */
import { features } from "./mod.ts";

const mark = "<!-- written by table.ts -->";

export const readme = new URL("./README.md", import.meta.url);

/** The text as it should be: the part after the mark comes from the features themselves. */
export function withTable(text: string): string {
  const [before] = text.split(mark);
  const rows = features.map(({ name, unit, source, about }) => [`\`${name}\``, unit, source, about]);
  const head = ["Feature", "Unit", "Source", "What it is"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  const rule = widths.map((width) => "-".repeat(width));
  return `${before}${mark}\n\n${[head, rule, ...rows].map(line).join("\n")}\n`;
}

if (import.meta.main) await Deno.writeTextFile(readme, withTable(await Deno.readTextFile(readme)));
