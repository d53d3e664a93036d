/** Which wording a mail gets, and why. Pure: the same mail, with the same counts, gets the same one. */
import { bandit_version, choose, randomOf } from "../../ml/email/bandit.ts";
import { armsInContext, contextOf } from "../../ml/email/context.ts";
import type { MailToPrepare } from "../../core/services/mod.ts";
import type { Standing } from "./experiments/standings.ts";
import type { NewMessage } from "./message_event.ts";
import { hourOf, type Reader } from "./reader.ts";

/**
 * Words of the catalogue: `default` (nothing is tried out), `hold_out`, `exploration`, `thompson`; `in_context` says
 * that it was decided by what is known of such readers.
 */
export type ChoiceReason = "default" | "hold_out" | "exploration" | "thompson" | "only_one" | "in_context";

export type VariantDecision =
  & Pick<
    NewMessage,
    "experiment_id" | "variant" | "hold_out" | "context" | "propensity" | "model_version"
  >
  & { reasons: ChoiceReason[] };

export function decideVariant(
  { mail_id, locale, created_at }: Pick<MailToPrepare, "mail_id" | "locale" | "created_at">,
  domain_class: string,
  reader: Reader,
  { default_variant, trial }: Standing,
): VariantDecision {
  const hour = hourOf(reader, created_at);
  const context = contextOf({ hour, locale, client: reader.client, domain_class });
  if (!trial) {
    return {
      experiment_id: null,
      variant: default_variant,
      hold_out: false,
      context,
      propensity: 1,
      model_version: "none",
      reasons: ["default"],
    };
  }
  const { experiment: { experiment_id, floor, hold_out }, arms: { all, by_context } } = trial;
  const { arms, believed, of_context } = armsInContext(all, by_context.get(context) ?? []);
  const options = { random: randomOf(mail_id), floor, hold_out, default_variant, believed };
  const { reason, ...choice } = choose(arms, options);
  return {
    experiment_id,
    context,
    model_version: bandit_version,
    ...choice,
    reasons: of_context && reason === "thompson" ? [reason, "in_context"] : [reason],
  };
}
