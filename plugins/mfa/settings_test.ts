import { expect } from "expect";
import { readConfig } from "../../core/config.ts";
import type { LogFields } from "../../core/observe/log.ts";
import { silentLog } from "../../core/observe/log.ts";
import { configure } from "../../core/plugin.ts";
import type { MfaConfig } from "./config.ts";
import mfa from "./mod.ts";
import { checkSettings } from "./settings.ts";

/** What it warns of. */
function check(frontend_url: string, options: Partial<MfaConfig>): string[] {
  const { core, plugins } = readConfig({
    env: {},
    options: { frontend_url },
    plugins: [configure(mfa, options)],
  });
  const warned: string[] = [];
  const log = { ...silentLog, warn: (event: string, _fields?: LogFields) => void warned.push(event) };
  checkSettings({ config: plugins.mfa as MfaConfig, core, log });
  return warned;
}

for (
  const [url, rp_id] of [
    ["https://id.example.org", "example.com"],
    ["https://id.example.org", "app.example.org"],
    ["https://id.example.org", "d.example.org"],
    ["https://example.org", "id.example.org"],
    ["https://notexample.org", "example.org"],
    ["http://localhost:3000", "example.org"],
    ["http://192.0.2.1:3000", "example.org"],
  ]
) {
  Deno.test(`start is refused: passkeys for ${rp_id} at ${url}`, () => {
    expect(() => check(url, { rp_id })).toThrow(/^MFA_RP_ID: expected .* got /);
  });
}

for (
  const origin of [
    "https://app.example.org/",
    "https://app.example.org/path",
    "https://APP.example.org",
    "https://app.example.org:443",
    "http://",
  ]
) {
  Deno.test(`start is refused: an origin as no browser writes it, ${origin}`, () => {
    expect(() => check("https://example.org", { origins: [origin] })).toThrow(/^MFA_ORIGINS: expected/);
  });
}

Deno.test("a domain of one's own or above it, and origins of apps, are taken", () => {
  const origins = ["https://app.example.org", "https://app.example.org:8443", "android:apk-key-hash:a-_b"];
  for (const rp_id of [null, "example.org", "id.example.org"]) {
    expect(check("https://id.example.org", { rp_id, origins })).toEqual([]);
  }
  expect(check("http://localhost:3000", { rp_id: "localhost" })).toEqual([]);
});

Deno.test("where people come by an address, it is told that passkeys need a domain", () => {
  expect(check("http://192.0.2.1:3000", {})).toEqual(["mfa.passkeys_need_a_domain"]);
  expect(check("http://[2001:db8::1]:3000", {})).toEqual(["mfa.passkeys_need_a_domain"]);
});
