/** What is wrong with an app's request, to whoever sits at the browser: it leads nowhere, so it ends here. */
import type { OAuthError } from "../../../core/http/oauth_error.ts";
import type { PageView } from "../../../core/http/route.ts";
import type { Strings } from "../../../core/i18n/mod.ts";
import { DefinitionList } from "../../../ui/components/basics.tsx";
import { LonePage } from "../../../ui/components/layouts.tsx";

export function requestRefused(
  t: Strings,
  { status, error, error_description }: OAuthError,
  app: { client_name: string } | null,
): PageView {
  const r = t.oauth.refused;
  const facts = { [r.what]: <span lang="en">{error_description}</span> };
  return {
    status,
    title: error,
    view: (
      <LonePage title={error} lead={r.for_people}>
        <div class="stack">
          <DefinitionList facts={app ? { [r.app]: app.client_name, ...facts } : facts} />
          <p>
            <a href="/docs/oauth">{r.for_developers}</a>
          </p>
        </div>
      </LonePage>
    ),
  };
}
