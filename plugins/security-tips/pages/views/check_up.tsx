import type { Strings } from "../../../../core/i18n/mod.ts";
import { Alert, Button, ButtonLink, Card, EmptyState } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Form } from "../../../../ui/components/form.tsx";
import { AccountLayout } from "../../../../ui/components/layouts.tsx";
import { tipsPath } from "../paths.ts";

export interface ShownTip {
  code: string;
  title: string;
  text: string;
  href: string;
}

export interface CheckUpProps {
  t: Strings;
  tips: ShownTip[];
  digest: { wanted: boolean; available: boolean; every_days: number };
  saved?: boolean;
  problem?: string | null;
}

export function CheckUp({ t, tips, digest, saved, problem }: CheckUpProps) {
  const w = t.tips;
  return (
    <AccountLayout t={t} current={tipsPath} title={w.title} lead={w.lead}>
      {saved ? <Alert tone="good">{w.saved}</Alert> : null}
      <ErrorSummary t={t} errors={{}} problem={problem} />
      {tips.length === 0
        ? (
          <Card>
            <EmptyState title={w.none}>{w.none_text}</EmptyState>
          </Card>
        )
        : null}
      {tips.map((tip) => (
        <Card key={tip.code} title={tip.title}>
          <div class="stack">
            <p>{tip.text}</p>
            <div>
              <ButtonLink small look="quiet" href={tip.href}>
                {w.words[tip.code as keyof typeof w.words].link}
              </ButtonLink>
            </div>
          </div>
        </Card>
      ))}
      {digest.available ? <Digest t={t} digest={digest} /> : null}
    </AccountLayout>
  );
}

function Digest({ t, digest: { wanted, every_days } }: Pick<CheckUpProps, "t" | "digest">) {
  const w = t.tips;
  return (
    <Card id="digest" title={w.mail_title} lead={w.mail_text(every_days)}>
      <div class="stack">
        <p class="muted">{wanted ? w.mail_on : w.mail_off}</p>
        <Form intent={wanted ? "turn_off" : "turn_on"}>
          <div>
            <Button small look={wanted ? "quiet" : undefined}>{wanted ? w.turn_off : w.turn_on}</Button>
          </div>
        </Form>
      </div>
    </Card>
  );
}
