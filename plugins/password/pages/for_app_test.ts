/** Signing in on the way to an app, without script: whatever lies between, the person ends where the app waits. */
import { codeFactor } from "../../../core/testing/factor.ts";
import { expect } from "expect";
import { stringsFor } from "../../../core/i18n/mod.ts";
import { type AnyPlugin, configure, definePlugin } from "../../../core/plugin.ts";
import type { Interaction } from "../../../core/services/mod.ts";
import {
  GOOD_PASSWORD,
  lastLetter,
  newAddress,
  newMember,
  sessionCookie,
} from "../../../core/testing/people.ts";
import { type TestPlugins, testPlugins } from "../../../core/testing/plugins.ts";
import { presentation } from "../../../ui/mod.ts";
import verification from "../../email-verification/mod.ts";
import password from "../mod.ts";

const t = stringsFor("en");
const resume = "/oauth/resume?id=1&x=a%26b";
const next = `next=${encodeURIComponent(resume)}`;
const waiting: Interaction = {
  client: {
    client_id: "c",
    client_name: "Photo <b>Album</b>",
    client_uri: "https://album.example/",
    logo_uri: "https://cdn.example/logo.png",
    policy_uri: "https://album.example/privacy",
    tos_uri: "https://album.example/terms",
  },
  login_hint: null,
  fresh: false,
  ui_locales: [],
  leads_to: "https://album.example",
};

async function world(given: Partial<Interaction> = {}, more: AnyPlugin[] = []) {
  const state = { open: true, interaction: { ...waiting, ...given } };
  const apps = definePlugin({
    name: "apps",
    about: "An app that waits",
    config: {},
    provides: {
      interactions: () => ({
        of: (next) => Promise.resolve(state.open && next === resume ? state.interaction : null),
      }),
    },
  });
  const listed = [configure(password, { bcrypt_cost: 4 }), verification, apps as AnyPlugin, ...more];
  const service = await testPlugins(listed, { presentation });
  return { ...service, state, person: () => browser(service) };
}

/** A browser without script: keeps cookies, and fills in the form that it sees. */
function browser({ browse }: TestPlugins) {
  const jar = new Map<string, string>();
  async function go(path: string, form?: Record<string, string>) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await browse(path, { form, cookie });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/Max-Age=0/.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }
  return {
    jar,
    go,
    /** Sends the form of a page with its hidden fields. */
    async fill(path: string, fields: Record<string, string>) {
      const { text } = await go(path);
      const main = text.slice(text.indexOf("<main"));
      const first = main.slice(main.indexOf("<form"), main.indexOf("</form>"));
      const inputs = [...first.matchAll(/<input\s+type="hidden" name="([^"]*)" value="([^"]*)"/g)];
      const hidden = inputs.map(([, name, value]) => [name, value.replaceAll("&amp;", "&")]);
      return await go(path, { ...Object.fromEntries(hidden), ...fields });
    },
  };
}

const hrefs = (text: string) =>
  [...text.matchAll(/href="([^"]*)"/g)].map(([, href]) => href.replaceAll("&amp;", "&"));
const input = (text: string, id: string) => new RegExp(`<input[^>]* id="${id}"[^>]*>`).exec(text)?.[0] ?? "";

Deno.test("the sign-in page says for which app it is, with what its makers registered", async () => {
  await using made = await world();
  const { text, headers } = await made.person().go(`/sign-in?${next}`);
  expect(text).toContain("Photo &lt;b>Album&lt;/b>");
  expect(text).toMatch(
    /<img src="https:\/\/cdn\.example\/logo\.png" alt="Logo of Photo &lt;b>Album&lt;\/b>"/,
  );
  expect(hrefs(text)).toEqual(
    expect.arrayContaining([
      "https://album.example/privacy",
      "https://album.example/terms",
      `/sign-up?${next}`,
      `/forgot?${next}`,
    ]),
  );
  expect(input(text, "email")).toContain('type="email"');
  expect(input(text, "password")).toContain('type="password"');
  expect(headers.get("content-security-policy")).toContain("form-action 'self' https://album.example;");
  expect(headers.get("content-security-policy")).toContain("img-src 'self' data: https://cdn.example;");
  const plain = (await made.person().go("/sign-in")).text;
  expect(plain).not.toContain("Album");
});

Deno.test("who signs in goes on to the app, and a wrong password keeps them on the way", async () => {
  await using made = await world();
  const email = await newMember(made);
  const person = made.person();
  const wrong = await person.fill(`/sign-in?${next}`, { email, password: "not the password" });
  expect([wrong.status, wrong.text.includes("Album")]).toEqual([401, true]);
  expect(wrong.headers.get("content-security-policy")).toContain("https://album.example");
  const right = await person.fill(`/sign-in?${next}`, { email, password: GOOD_PASSWORD });
  expect([right.status, right.location]).toEqual([303, resume]);
  expect((await person.go(`/sign-in?${next}`)).location).toBe(resume);
});

const hints: [string, Partial<Interaction>, boolean, string | null][] = [
  ["nobody", {}, false, null],
  ["an address", { login_hint: "ada@app.example" }, false, "ada@app.example"],
  ["no address", { login_hint: "user-5" }, false, null],
  ["the person who is here", { fresh: true }, true, "own"],
  ["somebody else than who is here", { fresh: true, login_hint: "ada@app.example" }, true, "ada@app.example"],
  ["a number, and somebody is here", { fresh: true, login_hint: "user-5" }, true, "own"],
];
for (const [title, given, signed_in, expected] of hints) {
  Deno.test(`an app that expects ${title} finds ${expected ?? "nothing"} in the form`, async () => {
    await using made = await world(given);
    const email = await newMember(made);
    const person = made.person();
    if (signed_in) {
      const [name, value] = (await sessionCookie(made, email)).split("=");
      person.jar.set(name, value);
    }
    const { status, text } = await person.go(`/sign-in?${next}`);
    expect(status).toBe(200);
    const value = / value="([^"]*)"/.exec(input(text, "email"))?.[1] ?? null;
    expect(value).toBe(expected === "own" ? email : expected);
    expect(text.includes(t.for_app.again(email))).toBe(signed_in);
  });
}

Deno.test("a new proof in the same browser renews the session, and only the new cookie works", async () => {
  await using made = await world({ fresh: true });
  const email = await newMember(made);
  const person = made.person();
  const [name, old] = (await sessionCookie(made, email)).split("=");
  person.jar.set(name, old);
  const done = await person.fill(`/sign-in?${next}`, { email, password: GOOD_PASSWORD });
  expect([done.location, person.jar.get(name) === old]).toEqual([resume, false]);
  expect(await made.sql`select 1 from session where ended_at is null`).toHaveLength(1);
  const me = async (cookie: string) =>
    (await made.api("GET", "/users/me", undefined, { headers: { cookie: `${name}=${cookie}` } })).status;
  expect([await me(old), await me(person.jar.get(name)!)]).toEqual([401, 200]);
  // What follows both sign-ins, told at once: one watch over the one session.
  const logins = await made.sql<{ flow_id: string }[]>`select flow_id from flow where kind = 'login'`;
  expect(logins).toHaveLength(2);
  await Promise.all(logins.map(({ flow_id }) => made.flows.tellDirectly(flow_id)));
  const stories = await made.sql`select kind from flow where kind = 'session'`;
  expect(stories).toHaveLength(1);
});

Deno.test("who creates an account on the way comes back to the app after the mail", async () => {
  await using made = await world();
  const email = newAddress();
  const person = made.person();
  const signUp = hrefs((await person.go(`/sign-in?${next}`)).text).find((one) => one.startsWith("/sign-up"))!;
  const sent = await person.fill(signUp, { email, password: GOOD_PASSWORD });
  expect(sent.location).toMatch(/^\/check-your-mail\?/);
  const { token } = await lastLetter(made, email);
  const verified = await person.fill(`/verify?token=${token}`, {});
  expect(hrefs(verified.text)).toContain("/sign-in");
  const { location } = await person.go("/sign-in");
  const again = await person.go(location!);
  expect([location!.includes(next), again.text.includes("Album")]).toEqual([true, true]);
  const done = await person.fill(location!, { email, password: GOOD_PASSWORD });
  expect(done.location).toBe(resume);
  // Once there, the way is forgotten.
  expect(person.jar.has("fs_next")).toBe(false);
});

Deno.test("who has not confirmed the address yet comes back to the app, too", async () => {
  await using made = await world();
  const email = newAddress();
  const person = made.person();
  await person.fill("/sign-up", { email, password: GOOD_PASSWORD });
  const sent = await person.fill(`/sign-in?${next}`, { email, password: GOOD_PASSWORD });
  expect(sent.location).toContain("unverified=1");
  const { code } = await lastLetter(made, email);
  await person.fill(sent.location!, { intent: "verify", email, code });
  expect((await person.go("/sign-in")).location).toContain(next);
});

Deno.test("who has forgotten the password comes back to the app with a new one", async () => {
  await using made = await world();
  const email = await newMember(made);
  const person = made.person();
  const sent = await person.fill(`/forgot?${next}`, { email });
  expect(hrefs(sent.text)).toEqual(expect.arrayContaining([`/sign-in?${next}`, `/forgot?${next}`]));
  await made.turn();
  const { token } = await lastLetter(made, email);
  const new_password = "another good password";
  expect((await person.fill(`/reset?token=${token}`, { new_password })).status).toBe(200);
  const { location } = await person.go("/sign-in");
  const done = await person.fill(location!, { email, password: new_password });
  expect(done.location).toBe(resume);
});

Deno.test("a site that sends somebody to sign in leaves no mark for their next sign-in", async () => {
  await using made = await world();
  const person = made.person();
  await person.go(`/sign-in?${next}`);
  await person.go(`/sign-up?${next}`);
  await person.go(`/forgot?${next}`);
  expect([...person.jar.keys()]).toEqual([]);
  expect((await person.go("/sign-in")).status).toBe(200);
});

const marks: [string, string][] = [
  ["another site", "https://evil.example/"],
  ["another site without scheme", "//evil.example"],
  ["a page that is no app's", "/account/security"],
  ["nothing readable", "%"],
  ["a request that is over", resume],
];
for (const [title, value] of marks) {
  Deno.test(`a mark that leads to ${title} ends at the account`, async () => {
    await using made = await world();
    made.state.open = false;
    const email = await newMember(made);
    const person = made.person();
    person.jar.set("fs_next", value === "%" ? value : encodeURIComponent(value));
    let at = "/sign-in";
    for (let answer = await person.go(at); answer.location; answer = await person.go(at)) {
      at = answer.location;
      expect(at).toMatch(/^\/sign-in\?/);
    }
    const done = await person.fill(at, { email, password: GOOD_PASSWORD });
    expect(done.location).toBe("/account");
  });
}

Deno.test("a second step on the way leads to the app; starting over does not lose it", async () => {
  const second = definePlugin({
    name: "second",
    about: "A second step",
    config: {},
    gates: [{
      act: "sign_in",
      phase: "factor",
      name: "second",
      decide: () => Promise.resolve({ kind: "require", methods: ["totp"] }),
    }],
    factors: [codeFactor("totp")],
  });
  await using made = await world({ fresh: true }, [second as AnyPlugin]);
  const email = await newMember(made);
  const person = made.person();
  const asked = await person.fill(`/sign-in?${next}`, { email, password: GOOD_PASSWORD });
  expect(asked.location).toMatch(/^\/challenge\?challenge_id=/);
  const step = await person.go(asked.location!);
  expect(hrefs(step.text)).toContain(`/sign-in?${next}`);
  expect(step.headers.get("content-security-policy")).toContain("https://album.example");
  const wrong = await person.fill(asked.location!, { code: "000000" });
  expect([wrong.status, wrong.text.includes("next")]).toEqual([400, true]);
  const first = await person.fill(asked.location!, { code: "123456" });
  expect(first.location).toBe(resume);
  expect((await person.go(asked.location!)).location).toBe(`/sign-in?${next}`);
  // Proven once more, with both steps: the same session.
  const again = await person.fill(`/sign-in?${next}`, { email, password: GOOD_PASSWORD });
  await person.fill(again.location!, { code: "123456" });
  const sessions = await made.sql`select acr, end_reason from session`;
  expect([...sessions]).toEqual([{ acr: "urn:flowshield:acr:2", end_reason: null }]);
});
