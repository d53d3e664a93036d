/** Where the operator's pages of risk are. */
export const riskPaths = {
  overview: "/operate/fraud",
  queue: "/operate/fraud/queue",
  decisions: "/operate/fraud/decisions",
  models: "/operate/fraud/models",
  rings: "/operate/fraud/rings",
  docs: "/docs/fraud",
  decision: (id: string) => `/operate/fraud/decisions/${encodeURIComponent(id)}`,
  ring: (id: string) => `/operate/fraud/rings/${encodeURIComponent(id)}`,
  model: (version: string) => `/operate/fraud/models/${encodeURIComponent(version)}`,
} as const;

/** A path with those parameters that have a value. */
export function withParameters(path: string, parameters: Record<string, string | undefined>): string {
  const set = Object.entries(parameters).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set)}`;
}
