import { expect } from "expect";
import { renderToString } from "preact-render-to-string";
import { stringsFor } from "../../../../core/i18n/mod.ts";
import type { RequestStep } from "../../../../ui/types.ts";
import { AccountRequests } from "./account_requests.tsx";

const t = stringsFor("en");
const when = "2026-01-01T10:00:00Z";

function shown(
  steps: [step: string, state: RequestStep["state"], attempts: number][],
  over: boolean,
): string[] {
  const html = renderToString(
    <AccountRequests
      t={t}
      requests={[{
        flow_id: "f",
        kind: "registration",
        method: "direct_registration",
        status: over ? "completed" : "waiting",
        created_at: when,
        finished_at: over ? when : null,
        steps: steps.map(([step, state, attempts]) => ({
          step,
          state,
          attempts,
          first_started_at: when,
          finished_at: null,
        })),
      }]}
    />,
  );
  return [...html.matchAll(/steps__label">([^<]+)|>(\d+ attempts?)</g)].map(([, label, attempts]) =>
    label ?? attempts
  );
}

Deno.test("a request shows the mail before the wait for its answer, and attempts only of what does not go well", () => {
  const { check_email_verification: wait, send_email: mail, create_account: create } = t.requests.steps;
  const rows: [Parameters<typeof shown>[0], boolean, string[]][] = [
    [
      [["create_account", "done", 1], ["check_email_verification", "done", 9], ["send_email", "done", 3]],
      true,
      [create, mail, wait],
    ],
    [[["send_email", "done", 1], ["check_email_verification", "waiting", 4]], false, [mail, wait]],
    [[["check_email_verification", "waiting", 1], ["send_email", "failed", 2]], false, [
      mail,
      "2 attempts",
      wait,
    ]],
    [[["create_account", "failed", 1]], true, [create, "1 attempt"]],
    [[], false, []],
  ];
  for (const [steps, over, expected] of rows) expect(shown(steps, over)).toEqual(expected);
});
