/// <reference lib="dom" />
import { expect } from "expect";
import { type Page, withoutBrowser } from "../../core/testing/browser.ts";
import { type Answers, awake, inBrowser, type IslandWorld } from "../../core/testing/islands.ts";
import { virtualAuthenticator } from "../../core/testing/virtual_authenticator.ts";
import { stringsFor } from "../../core/i18n/mod.ts";
import { Field, Form } from "../components/form.tsx";
import { Island } from "../components/island.tsx";
import { Challenge, type ChallengeProps } from "../pages/challenge.tsx";
import PasskeyButton from "./PasskeyButton.tsx";

const t = stringsFor("en");
const words = t.islands.passkey;
const ignore = withoutBrowser();

/** A page's address on the only host without TLS that has passkeys (Secure Contexts §3.1). */
const local = (url: string) => url.replace("127.0.0.1", "localhost");

const creation = {
  challenge: "c29tZXRoaW5nIG5vYm9keSBndWVzc2Vz",
  rp: { id: "localhost", name: "Here" },
  user: { id: "YWRh", name: "ada@example.com", displayName: "Ada" },
  pubKeyCredParams: [{ type: "public-key", alg: -7 }],
  authenticatorSelection: { residentKey: "required", userVerification: "required" },
};
const request = { challenge: creation.challenge, rpId: "localhost", userVerification: "required" };

const button = (props: Partial<Parameters<typeof PasskeyButton>[0]>) => (
  <Form hidden={{ credential: "" }}>
    {props.fill_in ? <Field name="email" label="E" autocomplete="username webauthn" /> : null}
    <Island
      of={PasskeyButton}
      props={{ ceremony: "get" as const, label: "Go", problems, t: words, ...props }}
    />
  </Form>
);
const problems = { challenge_invalid: "It is over." };
const creates = (more: object) => button({ ceremony: "create", options: { ...creation, ...more } });
const asks = (path: string, more = {}) => button({ ask: { path, body: {} }, ...more });

const challenge: ChallengeProps = {
  t,
  challenge: {
    challenge_id: "c",
    methods: ["totp", "recovery_code"],
    satisfied: [],
    expires_at: new Date(Date.now() + 600_000).toISOString(),
    step_up: false,
  },
  next: "/a?b=1",
  remember_days: 30,
  can_recover: false,
};

const world: IslandWorld = {
  views: {
    "/create": creates({}),
    "/create-slowly": creates({ timeout: 500 }),
    "/create-elsewhere": creates({ rp: { id: "example.com", name: "Elsewhere" } }),
    "/use": asks("/options"),
    "/use-slowly": asks("/options-slow"),
    "/sign-in": asks("/options", { beside: true, fill_in: true }),
    "/sign-in-slowly": asks("/options-slow", { beside: true, fill_in: true }),
    "/over": asks("/over"),
    "/broken": asks("/broken"),
    "/limited": asks("/limited"),
    "/challenge": <Challenge {...challenge} />,
  },
};
const problem = (status: number, code: string) => () => Response.json({ code }, { status });
const answers: Answers = {
  "POST /options": () => Response.json({ options: request }),
  "POST /options-slow": () => Response.json({ options: { ...request, timeout: 500 } }),
  "POST /over": problem(400, "challenge_invalid"),
  "POST /limited": problem(429, "too_many_requests"),
  "POST /broken": () => new Response("<h1>Bad gateway</h1>", { status: 502 }),
};

/** What the page has sent to its own address after `act`. */
async function sent(page: Page, act: () => Promise<unknown>): Promise<void> {
  const answered = page.waitForResponse((answer) =>
    answer.request().method() === "POST" && answer.request().isNavigationRequest()
  );
  await act();
  await (await answered).finished();
}

const press = (page: Page) => page.getByRole("button", { name: "Go" }).click();

Deno.test(
  "a passkey is made, sent with its form, and shown by a press or where the name is typed",
  { ignore },
  () =>
    inBrowser(world, answers, async ({ url, posted }, page) => {
      const key = await virtualAuthenticator(page);
      await awake(page, local(url("/create")));
      await sent(page, () => press(page));
      await awake(page, local(url("/use")));
      await sent(page, () => press(page));
      // Where the name is typed, the pretended authenticator picks one by itself.
      await sent(page, () => page.goto(local(url("/sign-in"))));
      const [made, used, filled] = posted.map(({ credential }) => JSON.parse(credential));
      expect(await key.credentials()).toEqual([made.id]);
      expect([used.id, filled.id]).toEqual([made.id, made.id]);
      expect([typeof made.response.attestationObject, typeof used.response.signature]).toEqual([
        "string",
        "string",
      ]);
    }),
);

Deno.test(
  "what goes wrong with a passkey is said, and the button is there for another try",
  { ignore },
  () =>
    inBrowser(world, answers, async ({ url, posted }, page) => {
      const key = await virtualAuthenticator(page);
      const rows: [path: string, says: string, before?: () => Promise<unknown>][] = [
        ["/create-elsewhere", words.wrong_place],
        ["/create-slowly", words.cancelled, () => key.present(false)],
        ["/use-slowly", words.cancelled],
        ["/use-slowly", words.cancelled, () => key.present(true)],
        ["/sign-in-slowly", words.cancelled],
        ["/over", "It is over."],
        ["/limited", words.failed],
        ["/broken", words.failed],
      ];
      for (const [path, says, before] of rows) {
        await before?.();
        await awake(page, local(url(path)));
        await press(page);
        await page.getByRole("alert").waitFor();
        expect([path, await page.getByRole("alert").innerText()]).toEqual([path, says]);
        expect([path, await page.getByRole("button", { name: "Go" }).isEnabled()]).toEqual([path, true]);
      }
      // An address of numbers is no domain (§5.1.3).
      await awake(page, url("/create"));
      await press(page);
      await page.getByText(words.wrong_place).waitFor();
      expect(posted).toEqual([]);
    }),
);

Deno.test(
  "a browser that knows no passkeys says so where there is no other way on the page",
  { ignore },
  () =>
    inBrowser(world, answers, async ({ url }, page) => {
      await page.addInitScript(() => Reflect.deleteProperty(globalThis, "PublicKeyCredential"));
      await awake(page, local(url("/use")));
      await page.getByText(words.unsupported).waitFor();
      await awake(page, local(url("/sign-in")));
      expect(await page.getByText(words.unsupported).count()).toBe(0);
      expect(await page.getByRole("button").count()).toBe(0);
    }),
);

Deno.test(
  "a challenge that is raised says so on the open page, and what was typed stays",
  { ignore },
  async () => {
    let state: { methods: string[] } | null = { methods: ["totp", "recovery_code"] };
    const watched: Answers = {
      "GET /auth/challenge/c": () =>
        state ? Response.json(state) : Response.json({ code: "challenge_invalid" }, { status: 400 }),
    };
    await inBrowser(world, watched, async ({ url }, page) => {
      await awake(page, url("/challenge"));
      await page.locator("#code").fill("123");
      const ways = page.locator(".challenge__ways a");
      expect(await ways.allInnerTexts()).toEqual([t.challenge.methods.recovery_code]);
      state = { methods: ["totp", "recovery_code", "device_verification"] };
      await page.getByText(t.islands.challenge.raised).waitFor();
      expect(await ways.allInnerTexts()).toEqual([
        t.challenge.methods.recovery_code,
        t.challenge.methods.device_verification,
      ]);
      expect(await ways.last().getAttribute("href")).toBe(
        "/challenge?next=%2Fa%3Fb%3D1&challenge_id=c&method=device_verification",
      );
      expect(await page.locator("#code").inputValue()).toBe("123");
      state = null;
      await page.getByText(t.islands.challenge.over).waitFor();
    });
  },
);
