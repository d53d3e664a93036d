/**
 * A form that waits while its sender shows once more who they are. It stays with the browser, sealed, bound to the
 * session and to the challenge, and is carried out once: nothing of it is stored here.
 */
import { Buffer } from "node:buffer";
import type { CoreConfig } from "../config.ts";
import type { Keys } from "../keys/keys.ts";
import { isHttps } from "./cookies.ts";
import type { Cookie } from "./route.ts";

export interface HeldForm {
  /** Path and query of the page that it was sent to. */
  target: string;
  form: Record<string, string>;
  session_id: string;
  challenge_id: string;
}

interface Sealed extends HeldForm {
  /** The challenge was met. */
  released: boolean;
  /** Milliseconds since 1970. */
  expires: number;
}

export interface HeldForms {
  /** Null when it is too long for a cookie: then it has to be sent again. */
  hold(form: HeldForm): Cookie | null;
  /** After the challenge was met: where to send it, and the cookie that lets it through. */
  release(
    cookies: Record<string, string>,
    met: Pick<HeldForm, "challenge_id">,
  ): { target: string; cookie: Cookie } | null;
  /** What a released form holds, for its own page and session; null: none waits. */
  take(
    cookies: Record<string, string>,
    at: Pick<HeldForm, "target" | "session_id">,
  ): Record<string, string> | null;
  readonly cleared: Cookie;
}

/** As long as a challenge is open. */
const holdSeconds = 600;
/** What a browser keeps of one cookie is 4,096 bytes with its name and attributes. */
const charactersMax = 3800;
const context = "held_form";

export function createHeldForms(
  { keys, core }: { keys: Pick<Keys, "seal" | "open">; core: Pick<CoreConfig, "backend_url"> },
): HeldForms {
  const name = isHttps(core.backend_url) ? "__Host-fs_held_form" : "fs_held_form";

  function write(held: Sealed): Cookie | null {
    const value = Buffer.from(keys.seal(Buffer.from(JSON.stringify(held)), context)).toString("base64url");
    return value.length > charactersMax ? null : { name, value, max_age_seconds: holdSeconds };
  }

  function read(cookies: Record<string, string>): Sealed | null {
    const value = cookies[name];
    if (!value || value.length > charactersMax) return null;
    let held: Sealed;
    try {
      held = JSON.parse(Buffer.from(keys.open(Buffer.from(value, "base64url"), context)).toString());
    } catch {
      // Whatever a browser sends under this name that we have not sealed holds no form.
      return null;
    }
    return held.expires > Date.now() ? held : null;
  }

  return {
    hold: (form) => write({ ...form, released: false, expires: Date.now() + holdSeconds * 1000 }),
    release(cookies, { challenge_id }) {
      const held = read(cookies);
      if (held?.challenge_id !== challenge_id) return null;
      const cookie = write({ ...held, released: true });
      return cookie && { target: held.target, cookie };
    },
    take(cookies, { target, session_id }) {
      const held = read(cookies);
      return held?.released && held.target === target && held.session_id === session_id ? held.form : null;
    },
    cleared: { name, value: "", max_age_seconds: 0 },
  };
}
