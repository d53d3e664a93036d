import type { Interaction } from "../../core/services/mod.ts";
import type { Strings } from "../types.ts";

/** Which app somebody signs in for, with what its makers registered to be shown (OpenID Connect Registration §2). */
export function ForApp({ t, client }: { t: Strings; client: Interaction["client"] }) {
  const a = t.for_app;
  const host = client.client_uri && URL.parse(client.client_uri)?.host;
  return (
    <div class="for-app">
      {client.logo_uri
        ? (
          <img
            src={client.logo_uri}
            alt={a.logo(client.client_name)}
            width={48}
            height={48}
            referrerpolicy="no-referrer"
          />
        )
        : null}
      <p>
        {a.lead} <strong>{client.client_name}</strong>
        {host ? <span class="small muted">{` ${host}`}</span> : null}
        {client.policy_uri || client.tos_uri
          ? (
            <span class="for-app__links small">
              {client.policy_uri ? <Link href={client.policy_uri}>{a.policy}</Link> : null}
              {client.tos_uri ? <Link href={client.tos_uri}>{a.terms}</Link> : null}
            </span>
          )
          : null}
      </p>
    </div>
  );
}

const Link = ({ href, children }: { href: string; children: string }) => (
  <a href={href} target="_blank" rel="noopener noreferrer">{children}</a>
);
