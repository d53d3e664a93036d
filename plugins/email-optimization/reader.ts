/** What is known of the person a mail goes to: coarse, and from the request that led to the mail alone. */
import type { ClientEvidence } from "../../core/client_evidence.ts";

export interface Reader {
  /** What they had in their hands; null: nothing that says so, such as a program's call. */
  client: "mobile" | "desktop" | null;
  /** East of Greenwich, as the page's script said. */
  utc_offset_minutes: number | null;
}

export const nobodyKnown: Reader = { client: null, utc_offset_minutes: null };

/** A program says what it likes: what is out of range is not known. */
export function readerOf(client: ClientEvidence | null): Reader {
  if (!client) return nobodyKnown;
  const { surface, user_agent, headers, form } = client;
  const offset = form?.script?.utc_offset_minutes ?? null;
  const mobile = headers["sec-ch-ua-mobile"] === "?1" ||
    /\b(?:iPhone|iPad|Android|Mobile)\b/.test(user_agent ?? "");
  return {
    client: surface === "page" ? mobile ? "mobile" : "desktop" : null,
    utc_offset_minutes: offset !== null && Math.abs(offset) <= 14 * 60 ? offset : null,
  };
}

/** 0 to 23 on the reader's own clock; null: nobody knows where they are. */
export function hourOf({ utc_offset_minutes }: Reader, at: Date): number | null {
  return utc_offset_minutes === null
    ? null
    : new Date(at.getTime() + utc_offset_minutes * 60_000).getUTCHours();
}
