/** A verdict as the buttons of a page send it. */
import type { ApiAnswer, Visit } from "../../../core/http/route.ts";
import { filled } from "../../../ui/form_state.ts";

export const giveVerdict = ({ api, form }: Visit): Promise<ApiAnswer> =>
  api(
    "POST",
    `/fraud/decisions/${encodeURIComponent(form.decision_id ?? "")}/verdict`,
    filled(form, ["verdict", "note"]),
  );
