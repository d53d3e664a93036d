/** `/account/tips`: the check-up. */
import type { Page, PageView, Visit } from "../../../core/http/route.ts";
import { formState } from "../../../ui/form_state.ts";
import { tipsPath as path } from "./paths.ts";
import { CheckUp } from "./views/check_up.tsx";

async function show(
  { t, load, query }: Visit,
  problem: string | null = null,
  status = 200,
): Promise<PageView> {
  const { tips, digest } = await load("/users/me/tips");
  return {
    status,
    title: t.tips.title,
    nav: "account",
    view: <CheckUp t={t} tips={tips} digest={digest} saved={query.saved === "1"} problem={problem} />,
  };
}

export const tipsPage: Page = {
  path,
  access: "session",
  nav: { section: "account", key: "tips", order: 27 },
  get: (visit) => show(visit),
  async post(visit) {
    const { t, form, api } = visit;
    const answer = await api("PUT", "/users/me/tips/digest", { wanted: form.intent === "turn_on" });
    if (answer.ok) return { redirect: `${path}?saved=1`, cookies: answer.cookies };
    return await show(visit, formState(t, answer, form).problem, answer.status);
  },
};
