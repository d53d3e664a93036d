import { expect } from "expect";
import { type Locale, locales, stringsFor } from "../core/i18n/mod.ts";
import { formState } from "./form_state.ts";

const refused = (body: Record<string, unknown>) => ({
  ...{ status: 403, ok: false, cookies: [], retry_after_seconds: null },
  body,
});

for (const code of ["sign_in_denied", "registration_denied", "email_change_denied"] as const) {
  Deno.test(`whoever is refused reads what to do, and the code an operator finds it by: ${code}`, () => {
    for (const locale of locales) {
      const t = stringsFor(locale as Locale);
      const { problem, errors } = formState(t, refused({ code, reference: "7K3M-Q2XD" }), {});
      expect(problem).toBe(t.refused[code]("7K3M-Q2XD"));
      expect(problem).toContain("7K3M-Q2XD");
      expect(errors).toBe(undefined);
    }
  });

  Deno.test(`a refusal without a code, or with one that is none, says what it always said: ${code}`, () => {
    const t = stringsFor("en");
    for (const reference of [undefined, null, 7, {}, []]) {
      expect(formState(t, refused({ code, reference }), {}).problem).toBe(t.problems[code]);
    }
  });
}

Deno.test("a code beside any other problem changes nothing", () => {
  const t = stringsFor("en");
  for (const code of ["invalid_credentials", "not_found", "toString", "__proto__"]) {
    const [plain, coded] = [{ code, detail: "no" }, { code, detail: "no", reference: "7K3M-Q2XD" }];
    expect(formState(t, refused(coded), {})).toEqual(formState(t, refused(plain), {}));
  }
});
