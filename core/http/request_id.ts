/** The id that follows a request through logs, workflows and mails. */
import { randomUUID } from "node:crypto";

const shape = /^[A-Za-z0-9_-]{8,64}$/;

/** The caller's own id when it is short and plain, so that it is safe in a log; else a new one. */
export function requestId(given: string | null): string {
  return given !== null && shape.test(given) ? given : randomUUID();
}
