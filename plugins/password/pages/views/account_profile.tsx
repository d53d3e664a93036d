import { Alert, Button, Card, DefinitionList, StatusDot } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Form } from "../../../../ui/components/form.tsx";
import { AccountLayout } from "../../../../ui/components/layouts.tsx";
import { paths } from "../../../../ui/paths.ts";
import type { FormState, Strings } from "../../../../ui/types.ts";
import { NameFields } from "./sign_up.tsx";

/** Fields: first_name, last_name, username. `values` default to the profile's own. */
export type AccountProfileProps = FormState & {
  t: Strings;
  profile: {
    account_id: string;
    email: string;
    email_verified: boolean;
    first_name: string | null;
    last_name: string | null;
    username: string | null;
    created_at: string;
  };
  saved?: boolean;
};

export function AccountProfile(
  { t, profile, saved, values, errors, problem }: AccountProfileProps,
) {
  const a = t.account;
  const shown = values ?? {
    first_name: profile.first_name ?? "",
    last_name: profile.last_name ?? "",
    username: profile.username ?? "",
  };
  return (
    <AccountLayout
      t={t}
      current={paths.account}
      title={a.profile_title}
      lead={a.profile_lead}
    >
      {saved ? <Alert tone="good">{a.profile_saved}</Alert> : null}
      <Card>
        <div class="stack">
          <ErrorSummary
            t={t}
            errors={errors}
            problem={problem}
            labels={{
              first_name: { label: t.fields.first_name },
              last_name: { label: t.fields.last_name },
              username: { label: t.fields.username },
            }}
          />
          <Form>
            <NameFields t={t} values={shown} errors={errors} />
            <div>
              <Button>{t.common.save}</Button>
            </div>
          </Form>
        </div>
      </Card>
      <Card>
        <DefinitionList
          facts={{
            [t.fields.email]: (
              <div class="stack stack--tight">
                <div class="row">
                  <span>{profile.email}</span>
                  <StatusDot tone={profile.email_verified ? "good" : "warn"}>
                    {profile.email_verified ? a.verified : a.unverified}
                  </StatusDot>
                </div>
                <a class="small" href={`${paths.security}#email-change`}>{a.change_email_link}</a>
              </div>
            ),
            [a.member_since]: t.format.date(profile.created_at),
            [a.user_id]: <span class="mono">{profile.account_id}</span>,
          }}
        />
      </Card>
    </AccountLayout>
  );
}
