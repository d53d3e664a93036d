import {
  Button,
  Card,
  DefinitionList,
  EmptyState,
  StatusDot,
  Table,
  type Tone,
} from "../components/basics.tsx";
import { Field } from "../components/form.tsx";
import { Time } from "../components/layouts.tsx";
import { paths } from "../paths.ts";
import type { MailState, MailSummary, Strings } from "../types.ts";

const tones: Record<MailState, Tone | "live"> = {
  queued: "live",
  sending: "live",
  sent: "good",
  delayed: "warn",
  failed: "bad",
};

export interface MailboxProps {
  t: Strings;
  /** Newest first. */
  mails: MailSummary[];
  /** The address that is shown alone (`?to=`), if any. */
  to?: string | null;
}

export function Mailbox({ t, mails, to }: MailboxProps) {
  const m = t.mailbox;
  return (
    <div class="page page--wide">
      <div class="page__head">
        <h1>{m.title}</h1>
        <p class="lead">{m.lead}</p>
      </div>
      <form class="filter" method="get" role="search">
        <Field name="to" type="search" label={m.filter} value={to ?? ""} />
        <Button look="quiet">{m.filter_submit}</Button>
        {to ? <a href={paths.mailbox}>{m.show_all}</a> : null}
      </form>
      <Card>
        {mails.length === 0
          ? (
            <EmptyState icon="mail" title={m.empty}>
              {m.empty_text} <a href={paths.sign_up}>{t.shell.sign_up}</a>
            </EmptyState>
          )
          : (
            <Table
              caption={m.title}
              columns={{ subject: m.subject, to: m.to, date: m.date, status: t.shell.status }}
              rows={mails.map((mail) => ({
                key: mail.mail_id,
                cells: {
                  subject: (
                    <a href={`${paths.mailbox}/${encodeURIComponent(mail.mail_id)}`}>
                      <strong>{mail.subject}</strong>
                    </a>
                  ),
                  to: mail.to,
                  date: <Time t={t} when={mail.created_at} />,
                  status: <StatusDot tone={tones[mail.status]}>{m.states[mail.status]}</StatusDot>,
                },
              }))}
            />
          )}
      </Card>
    </div>
  );
}

export interface MailViewProps {
  t: Strings;
  mail: MailSummary & {
    from: string;
    text: string;
    attempts?: number;
    last_error?: string | null;
    /** Links of the mail, as they stand in its text. */
    links: string[];
    code?: string | null;
  };
  /** `?view=text` shows the plain text. */
  view: "html" | "text";
}

/**
 * The HTML of a mail is shown in a frame that may not run scripts. Its links lead out of the frame, for which
 * `/dev/mailbox/{mail_id}/html` carries `<base target="_top">`.
 */
export function MailView({ t, mail, view }: MailViewProps) {
  const m = t.mailbox;
  const here = `${paths.mailbox}/${encodeURIComponent(mail.mail_id)}`;
  return (
    <div class="page page--wide">
      <p class="small">
        <a href={paths.mailbox}>← {m.back}</a>
      </p>
      <h1>{mail.subject}</h1>
      <div class="split">
        <Card>
          <div class="stack">
            <nav class="tabs" aria-label={m.views}>
              <a href={here} aria-current={view === "html" ? "page" : undefined}>{m.html}</a>
              <a href={`${here}?view=text`} aria-current={view === "text" ? "page" : undefined}>{m.text}</a>
            </nav>
            {view === "html"
              ? (
                <iframe
                  class="mail__frame"
                  src={`${here}/html`}
                  title={m.html_frame(mail.subject)}
                  sandbox="allow-top-navigation-by-user-activation"
                />
              )
              : <pre class="mail__text">{mail.text}</pre>}
          </div>
        </Card>
        <div class="stack">
          <Card>
            <DefinitionList
              facts={{
                [m.to]: mail.to,
                [m.from]: mail.from,
                [m.date]: <Time t={t} when={mail.created_at} />,
                [t.shell.status]: <StatusDot tone={tones[mail.status]}>{m.states[mail.status]}</StatusDot>,
                [m.attempts]: mail.attempts && mail.attempts > 1 ? t.format.number(mail.attempts) : null,
                [m.last_error]: mail.last_error,
              }}
            />
          </Card>
          {mail.code
            ? (
              <Card title={m.code} id="mail-code">
                <p class="bigcode">{mail.code.replace(/^(\d{3})(?=\d{3}$)/, "$1 ")}</p>
              </Card>
            )
            : null}
          {mail.links.length
            ? (
              <Card title={m.links} id="mail-links">
                <ul class="stack stack--tight">
                  {mail.links.map((link) => (
                    <li key={link}>
                      <a class="mono" href={link}>{link}</a>
                    </li>
                  ))}
                </ul>
              </Card>
            )
            : null}
        </div>
      </div>
    </div>
  );
}
