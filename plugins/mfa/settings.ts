/** What the schema of the settings cannot see by itself: looked at once, at start. */
import type { MfaCtx } from "./ctx.ts";
import { dayToDate } from "./policy.ts";

type Known = Pick<MfaCtx, "config" | "core" | "log">;

/** @throws Error naming the variable and what is wrong with it */
export function checkSettings(ctx: Known): void {
  checkRequiredFrom(ctx);
  checkRpId(ctx);
  checkOrigins(ctx);
}

function checkRequiredFrom({ config, log }: Known): void {
  const { required_from: day, policy } = config;
  if (day === null) return;
  const date = dayToDate(day);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) {
    throw new Error(`MFA_REQUIRED_FROM: expected a day that exists, got ${day}`);
  }
  if (policy !== "required") log.warn("mfa.required_from_unused", { policy });
}

/** Web Authentication Level 3 §5.1.3 step 8: browsers make passkeys for their page's domain, or one above it. */
function checkRpId({ config, core, log }: Known): void {
  const { hostname } = new URL(core.frontend_url);
  const { rp_id } = config;
  if (rp_id !== null && hostname !== rp_id && !hostname.endsWith(`.${rp_id}`)) {
    throw new Error(
      `MFA_RP_ID: expected ${hostname}, where FRONTEND_URL is, or a domain above it, got ${rp_id}`,
    );
  }
  // An address is no domain: everything works but passkeys.
  if (/^[\d.]+$|^\[/.test(hostname)) log.warn("mfa.passkeys_need_a_domain", { hostname });
}

/** They are compared as they are, so one that browsers write otherwise would never match. */
function checkOrigins({ config }: Known): void {
  for (const origin of config.origins) {
    if (/^https?:/.test(origin) && !(URL.canParse(origin) && new URL(origin).origin === origin)) {
      throw new Error(`MFA_ORIGINS: expected an origin such as https://app.example.org, got ${origin}`);
    }
  }
}
