import { expect } from "expect";
import { type Locale, locales, stringsFor } from "../../../core/i18n/mod.ts";
import { featureNames, features } from "../../../ml/fraud/features/mod.ts";

for (const locale of locales) {
  Deno.test(`every feature has words, of its own unit, and no words are left over: ${locale}`, () => {
    const words = stringsFor(locale).fraud.features;
    expect(Object.keys(words).sort()).toEqual([...featureNames].sort());
    for (const { name, unit } of features) {
      expect([name, words[name as keyof typeof words].unit]).toEqual([name, unit]);
    }
  });

  Deno.test(`every feature is said whatever its value, and what else it could have been: ${locale}`, () => {
    const { features: words, groups } = stringsFor(locale).fraud;
    for (const [name, { says, had, value, label, group }] of Object.entries(words)) {
      for (const one of [null, 0, 0.4, 1, 9.83, 40, NaN, Infinity, -3]) {
        for (const text of [says(one), had(one, 1), had(1, one), value(one)]) {
          expect([name, text, /^\S.*\S$|^\S$/.test(text) && !/NaN|undefined|∞|Infinity/.test(text)])
            .toEqual([name, text, true]);
        }
      }
      expect([name, Object.hasOwn(groups, group)]).toEqual([name, true]);
      expect(label).not.toMatch(/[.:]$/);
    }
  });
}

const said: [Locale, name: string, value: number | null, says: string][] = [
  ["en", "ip_failures_hour", Math.log2(13), "Failures from this address within the hour: 12"],
  ["en", "history_device_new", 1, "The account was never signed in to on this device"],
  ["en", "history_device_new", 0, "The account was signed in to on this device before"],
  ["en", "history_device_new", null, "New device: not known"],
  ["en", "form_shown", Math.log2(1 + 2.4), "From the page being made to the form being sent: 2.4 seconds"],
  [
    "en",
    "history_speed",
    Math.log2(901),
    "Speed needed from the sign-in before (an aeroplane: 900 km/h): 900",
  ],
  ["en", "history_age", Math.log2(1 + 1 / 48), "Age of the account: 30 minutes"],
  ["en", "history_age", Math.log2(1 + 400), "Age of the account: 400 days"],
  ["en", "email_digits", 0.375, "Digits among the characters before the @: 38%"],
  [
    "en",
    "time_registrations_surge",
    Math.log2(1 + 3.25),
    "Sign-ups of the last hour, against a usual hour: 3.3 times",
  ],
  [
    "en",
    "client_language_foreign",
    0.5,
    "The client reads only English, which is not the country’s language",
  ],
  ["de", "email_digits", 0.375, "Ziffern unter den Zeichen vor dem @: 38 %"],
  [
    "de",
    "email_near_recently",
    1,
    "Buchstaben bis zur nächsten Adresse unter den Registrierungen des letzten Tages (4: keine ist nah): 1 Buchstabe",
  ],
];
for (const [locale, name, value, says] of said) {
  Deno.test(`what was measured is read as people count: ${locale}, ${name}, ${value}`, () => {
    const words = stringsFor(locale).fraud.features;
    expect(words[name as keyof typeof words].says(value).replaceAll("\u00a0", " ")).toContain(says);
  });
}
