/** Where the link to leave leads. Showing it changes nothing, so no scanner leaves for anybody. */
import type { Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import { Alert, Button } from "../../../ui/components/basics.tsx";
import { ErrorSummary, Form } from "../../../ui/components/form.tsx";
import { LonePage } from "../../../ui/components/layouts.tsx";
import { formState } from "../../../ui/form_state.ts";
import type { FormState, Strings } from "../../../ui/types.ts";

type Standing = "asked" | "left" | "back";
type UnsubscribeProps = FormState & { t: Strings; token: string; standing: Standing };

export function Unsubscribe({ t, token, standing, errors = {}, problem }: UnsubscribeProps) {
  const words = t.unsubscribe;
  const left = standing === "left";
  return (
    <LonePage title={left ? words.left_title : words.title} lead={left ? undefined : words.lead}>
      {standing === "asked" ? null : <Alert tone="good">{left ? words.left : words.back}</Alert>}
      <ErrorSummary t={t} errors={errors} problem={problem} labels={{}} />
      <Form hidden={{ token, intent: left ? "undo" : "leave" }}>
        <div>
          <Button look={left ? "quiet" : "primary"}>{left ? words.undo : words.submit}</Button>
        </div>
      </Form>
    </LonePage>
  );
}

function shown(
  { t }: Visit,
  token: string,
  standing: Standing,
  state: FormState = {},
  status = 200,
): PageAnswer {
  const title = standing === "left" ? t.unsubscribe.left_title : t.unsubscribe.title;
  return { status, title, view: <Unsubscribe t={t} token={token} standing={standing} {...state} /> };
}

export const unsubscribePage: Page = {
  path: "/unsubscribe",
  access: "public",
  get: (visit) => Promise.resolve(shown(visit, visit.query.token ?? "", "asked")),
  async post(visit) {
    const { t, form, api } = visit;
    const token = form.token ?? "";
    const undo = form.intent === "undo";
    const answer = undo
      ? await api("POST", "/email/unsubscribe/undo", { token })
      : await api("POST", `/email/unsubscribe?token=${encodeURIComponent(token)}`);
    if (answer.ok) return shown(visit, token, undo ? "back" : "left");
    return shown(visit, token, undo ? "left" : "asked", formState(t, answer, form), answer.status);
  },
};
