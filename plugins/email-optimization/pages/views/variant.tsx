/** `/operate/mail/variants/{kind}/{variant}`: a wording as its readers would see it. */
import { Alert, Button, Card, DefinitionList, StatusDot } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Form } from "../../../../ui/components/form.tsx";
import { OperatorLayout } from "../../../../ui/components/layouts.tsx";
import type { Strings } from "../../../../ui/types.ts";
import { mailPaths } from "../paths.ts";
import type { PreviewJson, VariantJson } from "../shapes.ts";
import { aboutOf, wordOf } from "./parts.tsx";
import { tones } from "./variants.tsx";
import { languageNames } from "./write.tsx";

export interface VariantProps {
  t: Strings;
  one: VariantJson;
  preview: PreviewJson;
  /** The language it is read in. */
  locale: string;
  written?: boolean;
  problem?: string | null;
}

export const titleOf = ({ email_pages: e }: Strings, { kind, variant }: VariantJson) =>
  `${wordOf(e.kinds, kind)}: ${wordOf(e.variants, variant)}`;

export function Variant({ t, one, preview, locale, written, problem }: VariantProps) {
  const { email_pages: e } = t;
  const w = e.wordings;
  const here = mailPaths.variant(one.kind, one.variant);
  const title = titleOf(t, one);
  return (
    <OperatorLayout t={t} current={mailPaths.variants} title={title} lead={aboutOf(t, one) ?? w.lead}>
      {written ? <Alert tone="good">{w.written}</Alert> : null}
      <ErrorSummary t={t} errors={{}} problem={problem} />
      <Card id="preview" title={w.preview} lead={w.preview_lead}>
        <div class="stack">
          <p>
            <StatusDot tone={tones[one.state]}>{w.states[one.state]}</StatusDot>
          </p>
          <nav class="tabs" aria-label={t.shell.language}>
            {languageNames.map(([code, name]) => (
              <a
                key={code}
                href={`${here}?locale=${code}`}
                lang={code}
                aria-current={code === locale ? "page" : undefined}
              >
                {name}
              </a>
            ))}
          </nav>
          <DefinitionList
            facts={{
              [t.mailbox.from]: preview.sender_name,
              [t.mailbox.subject]: <strong lang={locale}>{preview.subject}</strong>,
              [w.after_subject]: <span lang={locale}>{preview.preheader}</span>,
            }}
          />
          <iframe
            class="mail__frame"
            src={mailPaths.previewFrame(one.kind, one.variant, locale)}
            title={t.mailbox.html_frame(preview.subject)}
            sandbox=""
          />
          <details class="more">
            <summary>{t.mailbox.text}</summary>
            <pre class="mail__text" lang={locale}>{preview.text}</pre>
          </details>
        </div>
      </Card>
      {one.state === "draft" ? <Decide t={t} /> : null}
      {one.state === "approved" ? <p class="muted">{w.approved_about}</p> : null}
    </OperatorLayout>
  );
}

function Decide({ t }: { t: Strings }) {
  const { email_pages: e } = t;
  return (
    <Card id="decide" title={e.experiment.act}>
      <div class="stack">
        <Form intent="approve">
          <div>
            <Button>{e.wordings.approve}</Button>
          </div>
        </Form>
        <Form intent="reject">
          <div>
            <Button look="quiet">{e.wordings.reject}</Button>
          </div>
        </Form>
      </div>
    </Card>
  );
}
