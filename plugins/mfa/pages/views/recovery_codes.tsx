import { Alert, ButtonLink } from "../../../../ui/components/basics.tsx";
import { Island } from "../../../../ui/components/island.tsx";
import PrintPage from "../../../../ui/islands/PrintPage.tsx";
import type { Strings } from "../../../../ui/types.ts";

export interface CodesProps {
  t: Strings;
  codes: string[];
  /** Whose they are and for what, for the file and the sheet of paper. */
  email: string;
  site: string;
  /** Where to go on. */
  next: string;
  now?: Date;
}

/** Shown once. Downloading needs no script: the link holds the file. */
export function Codes({ t, codes, email, site, next, now = new Date() }: CodesProps) {
  const c = t.mfa.codes;
  const lead = c.file_lead(site, email, t.format.date(now));
  const file = `${lead}\r\n\r\n${codes.join("\r\n")}\r\n`;
  return (
    <div class="stack">
      <Alert tone="warn">{c.shown_lead}</Alert>
      <div class="codes">
        <p class="small">{lead}</p>
        <ol class="codes__list" aria-label={c.list}>
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
      </div>
      <div class="row">
        <a
          class="button button--primary"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(file)}`}
          download={c.file_name}
        >
          {c.download}
        </a>
        <Island of={PrintPage} props={{ t: t.islands.print }} />
        <ButtonLink look="quiet" href={next}>{c.saved}</ButtonLink>
      </div>
    </div>
  );
}
