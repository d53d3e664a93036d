import { expect } from "expect";
import { nobodyPending, pendingCookie, pendingEmail } from "./pending.ts";

Deno.test("pendingEmail() reads what pendingCookie() wrote, and nothing from a cookie of somebody else's", () => {
  const rows: [Record<string, string>, string | null][] = [
    [{ fs_pending: pendingCookie(" Ada+ü@example.com; x ").value }, "Ada+ü@example.com; x"],
    [{ fs_pending: nobodyPending.value }, null],
    [{ fs_pending: "%E0%A4%A" }, null],
    [{ fs_pending: "%" }, null],
    [{}, null],
  ];
  for (const [cookies, email] of rows) expect(pendingEmail(cookies)).toBe(email);
  expect(pendingCookie("a;b, c\r\n@example.com").value).not.toMatch(/[;,\s]/);
});
