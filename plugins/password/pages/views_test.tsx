import { expect } from "expect";
import { stringsFor } from "../../../core/i18n/mod.ts";
import { attribute, checkViews, evil, evilForm, pageOf, tags } from "../../../core/testing/views.tsx";
import type { RequestView } from "../../../ui/types.ts";
import { AccountProfile } from "./views/account_profile.tsx";
import { AccountRequests } from "./views/account_requests.tsx";
import { AccountSecurity } from "./views/account_security.tsx";
import { Forgot, ForgotSent, Reset, ResetDone } from "./views/reset.tsx";
import { SignIn } from "./views/sign_in.tsx";
import { SignUp } from "./views/sign_up.tsx";

const time = "2026-01-01T10:00:00Z";
const request: RequestView = {
  flow_id: evil,
  kind: evil,
  method: evil,
  status: "waiting",
  created_at: time,
  finished_at: null,
  steps: [
    { step: evil, state: "failed", attempts: 3, first_started_at: time, finished_at: null },
    { step: "send_email", state: "done", attempts: 1, first_started_at: time, finished_at: time },
  ],
};
const profile = {
  account_id: evil,
  email: evil,
  email_verified: false,
  first_name: evil,
  last_name: null,
  username: null,
  created_at: time,
};

checkViews("password", (t) => ({
  SignUp: <SignUp t={t} {...evilForm} />,
  SignIn: <SignIn t={t} {...evilForm} next={evil} passkeys />,
  Forgot: <Forgot t={t} {...evilForm} />,
  ForgotSent: <ForgotSent t={t} email={evil} dev />,
  Reset: <Reset t={t} {...evilForm} token={evil} />,
  ResetDead: <Reset t={t} token={null} />,
  ResetDone: <ResetDone t={t} />,
  AccountProfile: <AccountProfile t={t} {...evilForm} profile={profile} saved />,
  AccountSecurity: (
    <AccountSecurity
      t={t}
      email={evil}
      pending_email={evil}
      password={evilForm}
      email_change={evilForm}
      done="password_changed"
    />
  ),
  AccountRequests: <AccountRequests t={t} requests={[request]} />,
  AccountRequestsEmpty: <AccountRequests t={t} requests={[]} />,
}));

Deno.test("the sign-in form keeps the ids and names that password managers and scripts know", () => {
  const html = pageOf("en", <SignIn t={stringsFor("en")} />, { visitor: null });
  for (const [id, autocomplete] of [["email", "username"], ["password", "current-password"]]) {
    const input = tags(html).find(([, tag, rest]) => tag === "input" && attribute(rest, "id") === id);
    expect([attribute(input![2], "name"), attribute(input![2], "autocomplete")]).toEqual([id, autocomplete]);
  }
});
