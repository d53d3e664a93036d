/** An app and what it may, as pages of the account show them. */
import type { Strings } from "../../../core/i18n/mod.ts";
import { lookUp } from "../../../ui/status.ts";
import { policySource } from "./policy_source.ts";

export interface ShownApp {
  client_name: string;
  client_uri: string | null;
  logo_uri: string | null;
}

/** A page's policy is a header, and headers have an end. */
const logosMax = 20;

/** Lets a page load the logos of its first apps. */
export function logoPolicy(apps: ShownApp[]): { "img-src": string[] } | undefined {
  const sources = apps.slice(0, logosMax).flatMap(({ logo_uri }) =>
    logo_uri ? policySource(logo_uri) ?? [] : []
  );
  return sources.length > 0 ? { "img-src": [...new Set(sources)] } : undefined;
}

export function AppName({ app }: { app: ShownApp }) {
  const host = app.client_uri && URL.parse(app.client_uri)?.host;
  return (
    <span class="row">
      {app.logo_uri
        ? <img src={app.logo_uri} alt="" width={32} height={32} loading="lazy" referrerpolicy="no-referrer" />
        : null}
      <strong>{app.client_name}</strong>
      {host ? <span class="small">{host}</span> : null}
    </span>
  );
}

export function ScopeList(
  { t, scopes }: { t: Strings; scopes: { name: string; description: string | null }[] },
) {
  return (
    <ul>
      {scopes.map(({ name, description }) => (
        <li key={name}>{description ?? lookUp(t.oauth_account.scopes, name)}</li>
      ))}
    </ul>
  );
}
