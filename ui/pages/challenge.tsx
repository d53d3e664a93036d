import { Alert, Button } from "../components/basics.tsx";
import { ErrorSummary, Form } from "../components/form.tsx";
import { Island } from "../components/island.tsx";
import { LonePage, Time } from "../components/layouts.tsx";
import ChallengeWatch from "../islands/ChallengeWatch.tsx";
import { paths, withNext } from "../paths.ts";
import { lookUp } from "../status.ts";
import type { FormState, Strings } from "../types.ts";
import { ChallengeMethod, type MethodProps, takesCode } from "./challenge_method.tsx";

/** As `GET /auth/challenge/{challenge_id}` answers it. */
export interface OpenChallenge {
  challenge_id: string;
  /** What would bring it further; at least one. */
  methods: string[];
  /** What was shown already. */
  satisfied: string[];
  expires_at: string;
  /** It raises the session there is. */
  step_up: boolean;
}

/** One method at a time; its fields and those of `begin`, which has happened when `begun` is there. */
export type ChallengeProps = FormState & Pick<MethodProps, "begun" | "email"> & {
  t: Strings;
  challenge: OpenChallenge;
  /** The method that somebody has chosen; one that is not asked for counts for nothing. */
  chosen?: string;
  /** Where to go on afterwards: a path of this service. */
  next?: string;
  /** How long a device may be remembered; null: not here. */
  remember_days: number | null;
  /** Whoever has lost all of it can have it removed. */
  can_recover: boolean;
};

/** The quickest first; what is left to the last is rarely meant. */
const preferred = [
  "passkey",
  "totp",
  "password",
  "email_code",
  "device_verification",
  "recovery_code",
  "enroll_passkey",
  "enroll_totp",
];
const rank = (method: string) => preferred.includes(method) ? preferred.indexOf(method) : preferred.length;

/** Which of the methods is shown. */
export function shownMethod(methods: string[], chosen: string | undefined): string {
  return methods.find((method) => method === chosen) ??
    [...methods].sort((a, b) => rank(a) - rank(b))[0] ?? "";
}

const isEnrolment = (method: string) => method.startsWith("enroll_");

export function Challenge(props: ChallengeProps) {
  const { t, challenge, next, values = {}, errors = {}, problem, begun, email, remember_days } = props;
  const { challenge_id, methods, satisfied, step_up, expires_at } = challenge;
  const c = t.challenge;
  const method = shownMethod(methods, props.chosen);
  const enrols = isEnrolment(method);
  const [title, lead] = step_up
    ? [c.step_up_title, c.step_up_lead]
    : enrols
    ? [c.enrol_title, c.enrol_lead]
    : [c.title, c.lead];
  const fine = !problem && Object.keys(errors).length === 0;
  return (
    <LonePage title={title} lead={lead}>
      {satisfied.length > 0 && fine && !enrols ? <Alert tone="good">{c.went_on}</Alert> : null}
      <ErrorSummary
        t={t}
        errors={errors}
        problem={problem}
        labels={{
          ...takesCode(method, begun) ? { code: { label: c.code } } : {},
          ...method === "password" ? { password: { label: t.fields.password } } : {},
        }}
      />
      <section class="stack" aria-labelledby="challenge-method">
        <h2 id="challenge-method" class="challenge__method">{lookUp(c.methods, method)}</h2>
        <ChallengeMethod
          t={t}
          method={method}
          hidden={{ challenge_id, next, method }}
          begun={begun}
          email={email}
          errors={errors}
          autofocus={fine}
          remember_days={step_up ? null : remember_days}
          remembered={values.remember_device === "1"}
        />
      </section>
      <Island
        of={ChallengeWatch}
        props={{
          challenge_id,
          methods: [...methods].sort((a, b) => rank(a) - rank(b)),
          shown: method,
          href: `${withNext(paths.challenge, next)}${next === undefined ? "?" : "&"}challenge_id=${
            encodeURIComponent(challenge_id)
          }`,
          start_over_href: withNext(paths.sign_in, next),
          words: Object.fromEntries([...methods, ...preferred].map((one) => [one, lookUp(c.methods, one)])),
          t: { ...t.islands.challenge, others: c.others, start_over: c.start_over },
        }}
      />
      {props.can_recover && !enrols ? <Lost t={t} hidden={{ challenge_id, next }} /> : null}
      <div class="row small">
        <a href={step_up ? next ?? paths.account : withNext(paths.sign_in, next)}>
          {step_up ? c.cancel : c.start_over}
        </a>
        <span class="muted">
          {c.expires} <Time t={t} when={expires_at} />
        </span>
      </div>
    </LonePage>
  );
}

function Lost({ t, hidden }: { t: Strings; hidden: Record<string, string | undefined> }) {
  return (
    <details class="more">
      <summary>{t.challenge.lost}</summary>
      <div class="stack">
        <p class="small">{t.challenge.lost_lead}</p>
        <Form intent="recover" hidden={hidden}>
          <div>
            <Button look="quiet" small>{t.challenge.lost_submit}</Button>
          </div>
        </Form>
      </div>
    </details>
  );
}

/** After a recovery was asked for. */
export function RecoveryAsked({ t, dev, next }: { t: Strings; dev: boolean; next?: string }) {
  return (
    <LonePage title={t.challenge.lost_sent} lead={t.challenge.lost_sent_lead}>
      <div class="row">
        {dev ? <a href={paths.mailbox}>{t.check_mail.open_inbox}</a> : null}
        <a href={withNext(paths.sign_in, next)}>{t.challenge.start_over}</a>
      </div>
    </LonePage>
  );
}
