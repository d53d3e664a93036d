/** What an operator thinks of a decision: three buttons that need no script. */
import { Button } from "../../../../ui/components/basics.tsx";
import { Field, Form } from "../../../../ui/components/form.tsx";
import type { Strings } from "../../../../ui/types.ts";
import type { VerdictKind } from "../shapes.ts";

export const verdictKinds = ["good", "bad", "unsure"] as const satisfies VerdictKind[];
const looks = { good: "primary", bad: "danger", unsure: "quiet" } as const;

interface VerdictFormProps {
  t: Strings;
  decision_id: string;
  /** What the note was, when it was refused. */
  note?: string;
  error?: string;
  /** Says whose it is where a page has several. */
  label?: string;
}

export function VerdictForm({ t, decision_id, note, error, label }: VerdictFormProps) {
  const f = t.fraud.one;
  return (
    <Form hidden={{ decision_id }} label={label ?? f.verdict_title}>
      <Field
        name="note"
        label={f.note}
        hint={f.note_hint}
        optional={t.common.optional}
        max_length={500}
        value={note}
        error={error}
      />
      <div class="row verdicts">
        {verdictKinds.map((kind) => (
          <Button key={kind} look={looks[kind]} name="verdict" value={kind}>{f.verdict_buttons[kind]}</Button>
        ))}
      </div>
    </Form>
  );
}
