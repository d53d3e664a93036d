/** Where a person answers a device that has no keyboard (RFC 8628 §3.3). Works without script. */
import type { Strings } from "../../../core/i18n/mod.ts";
import type { Page, PageView, Visit } from "../../../core/http/route.ts";
import { Alert, Button, ButtonLink, Card, DefinitionList } from "../../../ui/components/basics.tsx";
import { ErrorSummary, Field, Form } from "../../../ui/components/form.tsx";
import { LonePage } from "../../../ui/components/layouts.tsx";
import { formState } from "../../../ui/form_state.ts";
import { paths } from "../../../ui/paths.ts";
import type { FormState } from "../../../ui/types.ts";
import { AppName, logoPolicy, ScopeList } from "./app_words.tsx";

const path = "/device";

interface Waiting {
  user_code: string;
  client: { client_id: string; client_name: string; client_uri: string | null; logo_uri: string | null };
  scopes: { name: string; description: string | null }[];
  expires_at: string;
}

function EnterCode({ t, errors, problem }: FormState & { t: Strings }) {
  const d = t.oauth_account.device;
  return (
    <LonePage title={d.title} lead={d.lead}>
      <ErrorSummary t={t} errors={errors} problem={problem} labels={{ user_code: { label: d.code } }} />
      {/* Asking which app waits changes nothing, so that the address with the code in it is the same as the form. */}
      <form class="form" method="get" action={path}>
        <Field
          name="user_code"
          label={d.code}
          hint={d.code_hint}
          error={errors?.user_code}
          autocomplete="off"
          max_length={32}
          required
          autofocus
        />
        <div>
          <Button>{t.common.continue}</Button>
        </div>
      </form>
    </LonePage>
  );
}

function Decide({ t, waiting, email }: { t: Strings; waiting: Waiting; email: string }) {
  const d = t.oauth_account.device;
  const { client, user_code, scopes } = waiting;
  return (
    <LonePage title={d.decide(client.client_name)} lead={d.decide_lead(email)}>
      {/* RFC 8628 §5.4: somebody else may have sent the code. */}
      <Alert tone="warn">{d.warning}</Alert>
      <Card>
        <div class="stack">
          <DefinitionList
            facts={{
              [d.app]: <AppName app={client} />,
              [d.code]: <strong class="mono">{user_code}</strong>,
              [t.oauth_account.may]: <ScopeList t={t} scopes={scopes} />,
            }}
          />
          <Form action={path} hidden={{ user_code }}>
            <div class="row">
              <Button id="allow" name="decision" value="allow">{d.allow}</Button>
              <Button id="deny" name="decision" value="deny" look="quiet">{d.deny}</Button>
            </div>
          </Form>
        </div>
      </Card>
    </LonePage>
  );
}

function Done({ t, allowed }: { t: Strings; allowed: boolean }) {
  const d = t.oauth_account.device;
  return (
    <LonePage title={allowed ? d.allowed : d.denied} lead={allowed ? d.allowed_lead : d.denied_lead}>
      <p>
        <ButtonLink look="quiet" href={paths.account}>{t.home.to_account}</ButtonLink>
      </p>
    </LonePage>
  );
}

const enterCode = ({ t }: Visit, state: FormState = {}, status = 200): PageView => ({
  status,
  title: t.oauth_account.device.title,
  view: <EnterCode t={t} {...state} />,
});

async function show(visit: Visit): Promise<PageView> {
  const { t, query, api, account } = visit;
  if (query.done === "allow" || query.done === "deny") {
    const allowed = query.done === "allow";
    const { device } = t.oauth_account;
    return { title: allowed ? device.allowed : device.denied, view: <Done t={t} allowed={allowed} /> };
  }
  if (!query.user_code) return enterCode(visit);
  const answer = await api("GET", `/oauth/device?user_code=${encodeURIComponent(query.user_code)}`);
  if (!answer.ok) return enterCode(visit, formState(t, answer, {}), answer.status);
  const waiting: Waiting = answer.body;
  return {
    title: t.oauth_account.device.decide(waiting.client.client_name),
    policy: logoPolicy([waiting.client]),
    view: <Decide t={t} waiting={waiting} email={account?.email ?? ""} />,
  };
}

export const devicePage: Page = {
  path,
  access: "session",
  get: show,
  async post(visit) {
    const { t, form, api } = visit;
    const decision = form.decision === "allow" ? "allow" : "deny";
    const answer = await api("POST", "/oauth/device/decision", { user_code: form.user_code ?? "", decision });
    if (answer.ok) return { redirect: `${path}?done=${decision}` };
    return enterCode(visit, formState(t, answer, {}), answer.status);
  },
};
