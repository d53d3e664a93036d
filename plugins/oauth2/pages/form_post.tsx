/** An answer that the browser carries to the app in a form (OAuth 2.0 Form Post Response Mode §2). */
import type { PageView } from "../../../core/http/route.ts";
import type { Strings } from "../../../core/i18n/mod.ts";
import { Button } from "../../../ui/components/basics.tsx";
import { LonePage } from "../../../ui/components/layouts.tsx";
import { wayOut } from "./policy_source.ts";

/** The one script that may run there; the policy of the page knows it by its hash (CSP 3 §2.3.1). */
export const formPostScript = `document.getElementById("form_post").submit();`;

export function formPost(
  { t, client_name, redirect_uri, fields, script_source }: {
    t: Strings;
    client_name: string;
    redirect_uri: string;
    fields: Record<string, string>;
    /** The hash of `formPostScript`. */
    script_source: string;
  },
): PageView {
  const f = t.oauth.form_post;
  return {
    title: f.title(client_name),
    policy: { "form-action": [wayOut(redirect_uri)], "script-src": [script_source] },
    view: (
      <LonePage title={f.title(client_name)} lead={f.lead(client_name)}>
        <form id="form_post" method="post" action={redirect_uri}>
          {Object.entries(fields).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <Button>{f.submit}</Button>
        </form>
        {/* deno-lint-ignore react-no-danger -- our own text, and the policy knows its hash */}
        <script dangerouslySetInnerHTML={{ __html: formPostScript }} />
      </LonePage>
    ),
  };
}
