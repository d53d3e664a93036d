import { Alert, Button, Card, StatusDot } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Form } from "../../../../ui/components/form.tsx";
import { AccountLayout, Time } from "../../../../ui/components/layouts.tsx";
import { paths } from "../../../../ui/paths.ts";
import type { FormState, Strings } from "../../../../ui/types.ts";
import type { DeviceView, FactorsJson } from "../shapes.ts";
import { FactorList, type Renaming } from "./factor_list.tsx";

/**
 * Forms, told apart by `intent`: `add_passkey`, `add_totp`, `make_codes`, `email_code_on`, `cancel_recovery`; with
 * authenticator_id: `rename` (name), `remove`; with device_id: `forget_device`.
 */
export interface FactorsProps extends FormState {
  t: Strings;
  json: FactorsJson;
  /** Those that are remembered. */
  devices: DeviceView[];
  done?: keyof Strings["mfa"]["dones"] | null;
  renaming?: Renaming;
}

export function Factors(props: FactorsProps) {
  const { t, json: { factors, recovery_codes, policy, recovery }, devices, done, renaming, problem } = props;
  const m = t.mfa;
  const of = (type: string) => factors.filter((factor) => factor.type === type);
  const strong = factors.some(({ type }) => type !== "email_code");
  const errors = renaming?.errors ?? {};
  return (
    <AccountLayout t={t} current={paths.factors} title={m.title} lead={m.lead}>
      {done ? <Alert tone="good">{m.dones[done]}</Alert> : null}
      <ErrorSummary
        t={t}
        problem={problem ?? renaming?.problem}
        errors={errors}
        labels={renaming ? { name: { id: `name-${renaming.authenticator_id}`, label: m.name } } : {}}
      />
      {recovery ? <RecoveryAlert t={t} recovery={recovery} /> : null}
      {policy.reason !== null && !strong ? <PolicyAlert t={t} policy={policy} /> : null}
      <Card id="passkeys" title={m.passkeys.title} lead={m.passkeys.lead}>
        <div class="stack">
          <FactorList t={t} factors={of("passkey")} empty={m.passkeys.empty} renaming={renaming} />
          <Single intent="add_passkey" label={m.passkeys.add} />
        </div>
      </Card>
      <Card id="totp" title={m.totp.title} lead={m.totp.lead}>
        <div class="stack">
          <FactorList t={t} factors={of("totp")} empty={m.totp.empty} renaming={renaming} />
          <Single intent="add_totp" label={m.totp.add} look="quiet" />
        </div>
      </Card>
      <RecoveryCodesCard t={t} codes={recovery_codes} strong={strong} />
      <EmailCodeCard t={t} on={of("email_code")[0]?.authenticator_id ?? null} strong={strong} />
      <DevicesCard t={t} devices={devices} />
    </AccountLayout>
  );
}

/** A form that is only a button. */
function Single(
  { intent, label, look, hidden, about }: {
    intent: string;
    label: string;
    look?: "quiet" | "danger";
    hidden?: Record<string, string>;
    /** Said in place of the label, where several look alike. */
    about?: string;
  },
) {
  return (
    <Form intent={intent} hidden={hidden}>
      <div>
        <Button small look={look} aria-label={about}>{label}</Button>
      </div>
    </Form>
  );
}

function RecoveryAlert({ t, recovery }: { t: Strings; recovery: NonNullable<FactorsJson["recovery"]> }) {
  const r = t.mfa.recovery;
  return (
    <Card id="recovery" title={r.title}>
      <div class="stack">
        <Alert tone="warn">
          <p>{recovery.due_at ? r.waiting(t.format.dateTime(recovery.due_at)) : r.pending}</p>
          <p>{r.cancel_means}</p>
        </Alert>
        <Single intent="cancel_recovery" label={r.cancel} look="danger" />
      </div>
    </Card>
  );
}

function PolicyAlert(
  { t, policy: { required, required_from } }: { t: Strings; policy: FactorsJson["policy"] },
) {
  const later = !required && required_from !== null;
  return (
    <Alert tone="warn">{later ? t.mfa.required_from(t.format.date(required_from)) : t.mfa.required}</Alert>
  );
}

function RecoveryCodesCard(
  { t, codes, strong }: { t: Strings; codes: FactorsJson["recovery_codes"]; strong: boolean },
) {
  const c = t.mfa.codes;
  const { remaining, total, created_at } = codes;
  return (
    <Card id="recovery-codes" title={c.title} lead={c.lead}>
      <div class="stack">
        {total > 0
          ? (
            <p>
              <StatusDot tone={remaining > 2 ? "good" : "warn"}>{c.left(remaining, total)}</StatusDot>
              {created_at
                ? (
                  <span class="small muted">
                    {" · "}
                    {c.made} <Time t={t} when={created_at} />
                  </span>
                )
                : null}
            </p>
          )
          : strong
          ? <Alert tone="warn">{c.none}</Alert>
          : <p class="muted">{c.needs_factor}</p>}
        {total > 0 && remaining <= 2 ? <p class="small">{c.few}</p> : null}
        {strong ? <Single intent="make_codes" label={total > 0 ? c.renew : c.make} look="quiet" /> : null}
        {total > 0 ? <p class="small muted">{c.renew_means}</p> : null}
      </div>
    </Card>
  );
}

function EmailCodeCard({ t, on, strong }: { t: Strings; on: string | null; strong: boolean }) {
  const e = t.mfa.email_code;
  return (
    <Card id="email-code" title={e.title} lead={e.lead}>
      <div class="stack">
        {on !== null
          ? (
            <>
              <StatusDot tone={strong ? "calm" : "good"}>{strong ? e.idle : e.on}</StatusDot>
              <Single intent="remove" label={e.turn_off} look="quiet" hidden={{ authenticator_id: on }} />
            </>
          )
          : strong
          ? <p class="muted">{e.stronger}</p>
          : <Single intent="email_code_on" label={e.turn_on} look="quiet" />}
      </div>
    </Card>
  );
}

function DevicesCard({ t, devices }: { t: Strings; devices: DeviceView[] }) {
  const d = t.mfa.devices;
  return (
    <Card id="devices" title={d.title} lead={d.lead}>
      {devices.length === 0 ? <p class="muted">{d.empty}</p> : (
        <ul>
          {devices.map((device) => {
            const name = t.format.device(device.user_agent) ?? d.unknown;
            return (
              <li key={device.device_id} class="sessions__item">
                <div>
                  <h3>
                    {name}
                    {device.current ? <StatusDot tone="good">{t.islands.sessions.current}</StatusDot> : null}
                  </h3>
                  <p class="small muted">
                    {d.last_seen} <Time t={t} when={device.last_seen_at} />
                    {device.remembered_until
                      ? (
                        <>
                          {" · "}
                          {d.until} {t.format.date(device.remembered_until)}
                        </>
                      )
                      : null}
                  </p>
                </div>
                <Single
                  intent="forget_device"
                  label={d.forget}
                  about={d.forget_one(name)}
                  look="quiet"
                  hidden={{ device_id: device.device_id }}
                />
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
