/** The table that the bench prints. */

export interface Row {
  what: string;
  measured: string;
  /** What the design asks for; empty for what is only told. */
  must: string;
  /** Null where nothing is asked for. */
  good: boolean | null;
}

export interface Machine {
  cores: number;
  os: string;
  deno: string;
}

export function thisMachine(): Machine {
  return {
    cores: navigator.hardwareConcurrency,
    os: `${Deno.build.os} ${Deno.build.arch}`,
    deno: Deno.version.deno,
  };
}

export function markdown(rows: Row[], { cores, os, deno }: Machine): string {
  const lines = rows.map(({ what, measured, must, good }) => [
    what,
    measured,
    must,
    good === null ? "" : good ? "yes" : "**no**",
  ]);
  const table = [["what", "measured", "must", "met"], ...lines];
  const widths = table[0].map((_, column) => Math.max(3, ...table.map((row) => row[column].length)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [
    `Measured on ${cores} cores (${os}, Deno ${deno}), shared by the service, Postgres, Temporal and the load.`,
    "",
    line(table[0]),
    line(widths.map((width) => "-".repeat(width))),
    ...table.slice(1).map(line),
  ].join("\n");
}

/** `—` for a measure of nothing, which JSON makes null of. */
export const number = (value: number | null, digits = 0): string =>
  Number.isFinite(value) ? value!.toFixed(digits) : "—";
