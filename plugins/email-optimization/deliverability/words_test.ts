import { expect } from "expect";
import { catalogues, locales } from "../../../core/i18n/mod.ts";
import { scoreReasonNames } from "../../../ml/email/message_score.ts";
import { checkNames } from "./domain_check.ts";

Deno.test("there are words in every language for every finding and every reason of a score, and no others", async () => {
  const source = await Deno.readTextFile(new URL("./domain_checks.ts", import.meta.url));
  const codes = new Set(
    source.match(/"(?:mx|spf|dkim|dmarc|sts|ptr|dns)_[a-z_]+"/g)!.map((one) => one.slice(1, -1)),
  );
  for (const locale of locales) {
    const { mail_domain, message_score } = catalogues[locale];
    expect(Object.keys(mail_domain.says).sort()).toEqual([...codes].sort());
    expect(Object.keys(mail_domain.names)).toEqual([...checkNames]);
    expect(Object.keys(message_score).sort()).toEqual([...scoreReasonNames].sort());
  }
});
