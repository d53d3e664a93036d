import { useContext } from "preact/hooks";
import { Alert, Button, ButtonLink } from "../components/basics.tsx";
import { Form } from "../components/form.tsx";
import { LonePage, OperatorNav } from "../components/layouts.tsx";
import { paths, withNext } from "../paths.ts";
import type { Strings } from "../types.ts";

export interface SetupProps {
  t: Strings;
  token: string;
  /** This page with its token, to come back to. */
  next: string;
  email: string | null;
  problem?: string | null;
}

/** The one-time link that makes somebody the operator. */
export function Setup({ t, token, next, email, problem }: SetupProps) {
  const s = t.setup;
  return (
    <LonePage title={s.title} lead={s.lead}>
      {problem ? <Alert tone="bad">{problem}</Alert> : null}
      <p>{s.what}</p>
      {email === null
        ? (
          <>
            <p>{s.signed_out}</p>
            <div class="row">
              <ButtonLink href={withNext(paths.sign_up, next)}>{s.sign_up}</ButtonLink>
              <a href={withNext(paths.sign_in, next)}>{s.sign_in}</a>
            </div>
          </>
        )
        : (
          <>
            <p>{s.as(email)}</p>
            <Form hidden={{ token }}>
              <Button>{s.submit}</Button>
            </Form>
          </>
        )}
    </LonePage>
  );
}

export function SetupClosed({ t }: { t: Strings }) {
  return (
    <LonePage title={t.setup.closed_title} lead={t.setup.closed}>
      <div class="row">
        <ButtonLink href={paths.home}>{t.error_page.home}</ButtonLink>
      </div>
    </LonePage>
  );
}

export function SetupDone({ t }: { t: Strings }) {
  const items = useContext(OperatorNav);
  return (
    <LonePage title={t.setup.done_title} lead={items.length > 0 ? t.setup.done : t.setup.done_empty}>
      <ul class="stack stack--tight">
        {items.map(({ href, label }) => (
          <li key={href}>
            <a href={href}>{label}</a>
          </li>
        ))}
      </ul>
    </LonePage>
  );
}
