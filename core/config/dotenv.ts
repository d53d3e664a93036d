/** The `.env` file: `NAME=value` lines, as other tools read them. */

/**
 * Lines `NAME=value`, `export NAME=value`, `NAME="with \n escapes"`, `NAME='as it is'`, and comments; no expansion of
 * other variables. Of two lines with one name the later counts.
 *
 * @throws Error naming the line (never its value) that is none of these.
 */
export function parseDotenv(content: string): Record<string, string> {
  const values: Record<string, string> = {};
  // A byte order mark and CRLF come from editors on Windows.
  for (const [index, line] of content.replace(/^\uFEFF/, "").split(/\r?\n|\r/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(line);
    const value = match && valueOf(match[2]);
    if (!match || value === null) throw new Error(`.env line ${index + 1}: expected NAME=value`);
    values[match[1]] = value;
  }
  return values;
}

const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$" };

function valueOf(text: string): string | null {
  const single = /^'([^']*)'\s*(#.*)?$/.exec(text);
  if (single) return single[1];
  const double = /^"((?:[^"\\]|\\.)*)"\s*(#.*)?$/.exec(text);
  if (double) return double[1].replace(/\\(.)/g, (whole, one) => escapes[one] ?? whole);
  if (/^['"]/.test(text)) return null;
  // As in a shell, a comment starts after a space; a # inside a word is part of it.
  return text.replace(/(^|\s)#.*$/, "").trim();
}

/** The variables of a file; none when there is no such file. */
export function readDotenv(path: string): Record<string, string> {
  try {
    return parseDotenv(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}
