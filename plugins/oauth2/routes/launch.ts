/** `/oauth/launch/{client_id}`: opens an app that begins its sign-in itself (OpenID Connect Core §4). */
import { Problem } from "../../../core/http/problem.ts";
import type { Crossing } from "../../../core/plugin.ts";
import { endpointsOf, type OAuth2Ctx, runtimeOf } from "../runtime.ts";

const lengthMax = 2000;

export const launch: Crossing = {
  methods: ["GET"],
  path: "/oauth/launch/{client_id}",
  limits: [{ pool: "launch", points: 60, per_seconds: 60, by: "ip" }],
  async handle({ params, fields }, ctx: OAuth2Ctx) {
    const client = await runtimeOf(ctx).clients.find(params.client_id);
    if (!client?.initiate_login_uri) {
      throw new Problem(404, "not_found", "There is no app that can be opened from here.");
    }
    const url = new URL(client.initiate_login_uri);
    // Core §4: the app has to know whom to ask, and may be told where its person wants to go.
    url.searchParams.set("iss", endpointsOf(ctx.core).issuer);
    const target = targetOf(fields.get("target_link_uri") ?? [], url.origin);
    if (target) url.searchParams.set("target_link_uri", target);
    return { location: url.href };
  },
};

/** Core §4 has the app check it; a place elsewhere is not even handed on, so that no app becomes an open redirect. */
function targetOf(given: string[], origin: string): string | null {
  if (given.length !== 1 || given[0].length > lengthMax) return null;
  const url = URL.parse(given[0]);
  return url?.origin === origin ? given[0] : null;
}
