/** Clients told by the browser (Front-Channel Logout §2, §3). Pure. */
import type { Client } from "../client.ts";

/** More frames than this no page loads in the time it is shown; the others are told by back-channel, or not at all. */
const framesMax = 30;

/** Addresses to load in frames, each with who we are and the session it knows. */
export function frontChannelFrames(
  known: { client: Pick<Client, "frontchannel_logout_uri"> | null; sid: string }[],
  issuer: string,
): string[] {
  return known.flatMap(({ client, sid }) => {
    const url = client?.frontchannel_logout_uri ? URL.parse(client.frontchannel_logout_uri) : null;
    if (!url) return [];
    // Front-Channel Logout §2: `iss` and `sid` go together.
    url.searchParams.append("iss", issuer);
    url.searchParams.append("sid", sid);
    return [url.href];
  }).slice(0, framesMax);
}
