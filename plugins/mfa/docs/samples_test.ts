/** The program of `/docs/factors` does what it says, as it is shown there. */
import { expect } from "expect";
import { goodPassword } from "../../../core/testing/client.ts";
import { testService } from "../../../core/testing/service.ts";

Deno.test("the program of the docs sets up an app, signs in with a recovery code, and reaches level 2", async () => {
  await using app = await testService();
  const email = "ada@example.com";
  await app.client.register(email);
  await app.client.verify(email);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL("../samples/factors.mjs", import.meta.url).href],
    env: { ISSUER: app.url, EMAIL: email, PASSWORD: goodPassword, NO_COLOR: "1" },
    signal: AbortSignal.timeout(30_000),
  }).output();
  const said = new TextDecoder().decode(stdout);
  expect([success, new TextDecoder().decode(stderr)]).toEqual([true, ""]);
  expect(said).toMatch(/^Keep these:(?: [0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}){10}$/m);
  expect(said).toMatch(/^Asked for one of: totp, recovery_code$/m);
  expect(said).toMatch(/^Signed in: urn:flowshield:acr:2 /m);
  expect(said).toMatch(/^Step-up: met$/m);
});
