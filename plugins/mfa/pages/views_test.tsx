import { expect } from "expect";
import { stringsFor } from "../../../core/i18n/mod.ts";
import { attribute, checkViews, evil, evilForm, pageOf, tags } from "../../../core/testing/views.tsx";
import type { DeviceView, FactorsJson } from "./shapes.ts";
import { AddPasskey, AddTotp, CodesOffer } from "./views/add_factor.tsx";
import { Factors } from "./views/factors.tsx";
import { Codes } from "./views/recovery_codes.tsx";
import { AccountLayout, LonePage } from "../../../ui/components/layouts.tsx";

const time = "2026-01-01T10:00:00Z";
const device: DeviceView = {
  device_id: evil,
  current: true,
  user_agent: evil,
  last_seen_at: time,
  remembered_until: time,
};
const json: FactorsJson = {
  factors: [
    {
      authenticator_id: `${evil}1`,
      type: "passkey",
      name: evil,
      created_at: time,
      last_used_at: null,
      passkey: { aaguid: evil, provider: evil, synced: true },
    },
    { authenticator_id: `${evil}2`, type: "totp", name: evil, created_at: time, last_used_at: time },
    { authenticator_id: evil, type: "email_code", name: evil, created_at: time, last_used_at: null },
  ],
  recovery_codes: { remaining: 1, total: 10, created_at: time },
  policy: { required: true, required_from: time, reason: "role" },
  recovery: { recovery_id: evil, state: "waiting", due_at: time },
};
const bare: FactorsJson = {
  factors: [],
  recovery_codes: { remaining: 0, total: 0, created_at: null },
  policy: { required: false, required_from: "2999-01-01T00:00:00Z", reason: "everyone" },
  recovery: null,
};
const totp = { secret: "JBSWY3DPEHPK3PXPJBSWY3DP", otpauth_uri: `otpauth://totp/${evil}` };
const codes = ["7K2M-9QXT-04RB-VYWD", evil];

checkViews("mfa", (t) => ({
  Factors: <Factors t={t} json={json} devices={[device]} done="removed" problem={evil} />,
  FactorsRenaming: (
    <Factors
      t={t}
      json={json}
      devices={[]}
      renaming={{ authenticator_id: `${evil}1`, values: { name: evil }, errors: { name: evil } }}
    />
  ),
  FactorsBare: <Factors t={t} json={bare} devices={[]} />,
  AddPasskey: <AddPasskey t={t} options={{ challenge: evil }} {...evilForm} errors={{ name: evil }} />,
  AddTotp: <AddTotp t={t} totp={totp} authenticator_id={evil} errors={{ code: evil }} />,
  Codes: (
    <AccountLayout t={t} current={evil} title={evil} lead={evil}>
      <Codes t={t} codes={codes} email={evil} site={evil} next="/account" />
    </AccountLayout>
  ),
  CodesOffer: (
    <LonePage title={evil}>
      <CodesOffer t={t} next="/account" />
    </LonePage>
  ),
}));

Deno.test("the file of recovery codes holds each of them, whose they are and when they were made", () => {
  const t = stringsFor("en");
  const now = new Date(time);
  const given = ["7K2M-9QXT-04RB-VYWD", "0000-1111-2222-3333"];
  const html = pageOf(
    "en",
    <Codes t={t} codes={given} email="ada@example.com" site="id.example" next="/" now={now} />,
  );
  const link = tags(html).find(([, , rest]) => attribute(rest, "download") !== undefined)!;
  const file = decodeURIComponent(attribute(link[2], "href")!.replace("data:text/plain;charset=utf-8,", ""));
  expect(file.split("\r\n")).toEqual([
    t.mfa.codes.file_lead("id.example", "ada@example.com", "1 January 2026"),
    "",
    ...given,
    "",
  ]);
});

Deno.test("a factor that is required says from when, until there is one that counts", () => {
  const t = stringsFor("en");
  const shown = (policy: Partial<FactorsJson["policy"]>, factors: FactorsJson["factors"] = []) =>
    pageOf(
      "en",
      <Factors
        t={t}
        json={{ ...bare, factors, policy: { ...bare.policy, ...policy } }}
        devices={[]}
      />,
    );
  const from = t.mfa.required_from("1 January 2999");
  const rows: [string, boolean, boolean][] = [
    [shown({}), false, true],
    [shown({ required: true, required_from: null }), true, false],
    [shown({ required: true, required_from: "2020-01-01T00:00:00Z" }), true, false],
    [shown({ required_from: null, reason: null }), false, false],
    [shown({ required: true }, [json.factors[0]]), false, false],
    [shown({}, [json.factors[0]]), false, false],
    [shown({}, [json.factors[1]]), false, false],
    // A mailbox is no second factor that a policy would take.
    [shown({}, [json.factors[2]]), false, true],
  ];
  for (const [html, at_once, later] of rows) {
    expect([html.includes(t.mfa.required), html.includes(from)]).toEqual([at_once, later]);
  }
});
