/** Pages that links in mails lead to, each with one button: showing them changes nothing, so no scanner presses it. */
import type { Page, Visit } from "../../../core/http/route.ts";
import { Alert, Button, ButtonLink } from "../../../ui/components/basics.tsx";
import { ErrorSummary, Form } from "../../../ui/components/form.tsx";
import { LonePage } from "../../../ui/components/layouts.tsx";
import { filled, formState } from "../../../ui/form_state.ts";
import { paths } from "../../../ui/paths.ts";
import type { FormState, Strings } from "../../../ui/types.ts";

interface Words {
  title: string;
  lead: string;
  submit: string;
  done_title: string;
  done: string;
}

type AskProps = FormState & { t: Strings; words: Words; token: string; dangerous: boolean };

export function Ask({ t, words, token, dangerous, errors = {}, problem }: AskProps) {
  return (
    <LonePage title={words.title} lead={words.lead}>
      <ErrorSummary t={t} errors={errors} problem={problem} labels={{}} />
      <Form hidden={{ token }}>
        <div>
          <Button look={dangerous ? "danger" : "primary"}>{words.submit}</Button>
        </div>
      </Form>
    </LonePage>
  );
}

export function Done({ t, title, text }: { t: Strings; title: string; text: string }) {
  return (
    <LonePage title={title}>
      <Alert tone="good">{text}</Alert>
      <div class="row">
        <ButtonLink href={paths.sign_in}>{t.sign_in.title}</ButtonLink>
      </div>
    </LonePage>
  );
}

interface MailedLink {
  path: string;
  api: string;
  dangerous: boolean;
  words(t: Strings): Words;
  /** What the answer says, for people. */
  said?(t: Strings, body: Record<string, string>): string;
}

function mailedLink({ path, api, dangerous, words, said }: MailedLink): Page {
  const ask = ({ t }: Visit, token: string, state: FormState = {}, status = 200) => ({
    status,
    title: words(t).title,
    view: <Ask t={t} words={words(t)} token={token} dangerous={dangerous} {...state} />,
  });
  return {
    path,
    access: "public",
    get: (visit) => Promise.resolve(ask(visit, visit.query.token ?? "")),
    async post(visit) {
      const { t, form } = visit;
      const answer = await visit.api("POST", api, filled(form, ["token"]));
      if (!answer.ok) return ask(visit, form.token ?? "", formState(t, answer, form), answer.status);
      const { done_title: title, done } = words(t);
      return { title, view: <Done t={t} title={title} text={said?.(t, answer.body) ?? done} /> };
    },
  };
}

export const mailedLinks: Page[] = [
  mailedLink({
    path: "/recover",
    api: "/mfa/recovery/confirm",
    dangerous: false,
    words: (t) => t.mfa.mailed.recover,
    said: (t, { due_at }) => t.mfa.mailed.recover_waits(t.format.dateTime(due_at)),
  }),
  mailedLink({
    path: "/recover/cancel",
    api: "/mfa/recovery/cancel",
    dangerous: true,
    words: (t) => t.mfa.mailed.cancel,
  }),
  mailedLink({
    path: "/not-me",
    api: "/auth/not-me",
    dangerous: true,
    words: (t) => t.mfa.mailed.not_me,
  }),
];
