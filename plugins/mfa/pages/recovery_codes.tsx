/** `/account/recovery-codes`: offered to whoever has set up a first factor inside a sign-in, before going on. */
import type { Page } from "../../../core/http/route.ts";
import { LonePage } from "../../../ui/components/layouts.tsx";
import { paths } from "../../../ui/paths.ts";
import { makeCodes } from "./factors.tsx";
import { CodesOffer } from "./views/add_factor.tsx";

export const recoveryCodesPage: Page = {
  path: paths.recovery_codes,
  access: "session",
  async get({ t, load, query }) {
    const { recovery_codes } = await load("/mfa/factors");
    const next = query.next ?? paths.factors;
    if (recovery_codes.remaining > 0) return { redirect: next };
    return {
      title: t.mfa.codes.offer_title,
      view: (
        <LonePage title={t.mfa.codes.offer_title} lead={t.mfa.codes.offer_lead}>
          <CodesOffer t={t} next={next} />
        </LonePage>
      ),
    };
  },
  post: makeCodes,
};
