/** What an operator may set for `security-tips`; variables are `SECURITY_TIPS_…`. */
import { choice, type ConfigOf, duration } from "../../core/config.ts";

export const tipsConfig = {
  digest: choice({
    of: ["asked", "everyone", "off"],
    default: "asked",
    about:
      "Who gets a mail of what would make their account safer: whoever asks for it, all but those who say no, " +
      "or nobody.",
  }),
  every_days: duration({
    default: 90,
    min: 7,
    max: 365,
    unit: "days",
    about: "How long it is at least between two of these mails to one person.",
  }),
};

export type TipsConfig = ConfigOf<typeof tipsConfig>;
