import { expect } from "expect";
import {
  authorizePath,
  challenge,
  type Changes,
  requestSearch,
  validRequest,
} from "../../../core/testing/authorization.ts";
import { newClient, type Person, person, testProvider } from "../../../core/testing/provider.ts";
import { GOOD_PASSWORD, newMember } from "../../../core/testing/people.ts";
import { presentation } from "../../../ui/mod.ts";
import { claimCode } from "../authorization_code.ts";
import { holdRequest } from "../authorization_request.ts";
import { requestUri } from "../authorize/read_request.ts";
import { updateClient } from "../client.ts";
import { forgetConsent, storeConsent } from "../consent.ts";
import { runtimeOf } from "../runtime.ts";

const service = await testProvider({}, { presentation });
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { sql, browse, api, core, oauth } = service;
const client = await newClient(service, { client_name: "Example app" });
const house = await newClient(service, { first_party: true });

const h1 = (text: string) => /<h1[^>]*>([^<]*)/.exec(text)?.[1];
const own = (who: Person, more: Record<string, string> = {}) => ({
  headers: { cookie: who.cookie, "sec-fetch-site": "same-origin", ...more },
});
const search = (location: string | null) =>
  Object.fromEntries(new URL(location!, core.backend_url).searchParams);
const agree = (who: Person, to = client) =>
  storeConsent(sql, who.account_id, to.client_id, { scope: ["openid"], resource: [], claims: [] });
const codes = async () => (await sql`select 1 from authorization_code`).length;

/** Opens the request and answers the reference under which it waits. */
async function held(who: Person | null, changes = {}, to = client): Promise<string> {
  const { location } = await browse(authorizePath(to, changes), { cookie: who?.cookie });
  return /(?:authorize%2F|request=)([\w-]{43})$/.exec(location!)![1];
}

/** Signs in as somebody who follows the link of the sign-in page would. */
async function signInFor(reference: string, email: string, cookie?: string) {
  const form = { email, password: GOOD_PASSWORD, next: `/oauth/authorize/${reference}` };
  const answer = await browse("/sign-in", { form, cookie });
  const set = /^[^=]+=[^;]+/.exec(answer.headers.get("set-cookie") ?? "");
  return { ...answer, cookie: set?.[0] };
}

Deno.test("nobody signed in: sign in, allow, and come back with a code", async () => {
  const email = await newMember(service);
  const first = await browse(authorizePath(client));
  expect(first).toMatchObject({
    status: 303,
    location: expect.stringMatching(/\/sign-in\?next=%2Foauth%2Fauthorize%2F[\w-]{43}$/),
  });
  const reference = first.location!.slice(-43);
  const { location, cookie } = await signInFor(reference, email);
  expect(location).toBe(`/oauth/authorize/${reference}`);
  const asked = await browse(location!, { cookie });
  expect(asked.location).toBe(`${core.frontend_url}/oauth/consent?request=${reference}`);
  const page = await browse(`/oauth/consent?request=${reference}`, { cookie });
  expect(h1(page.text)).toContain("Example app");
  for (const part of ['id="allow"', 'id="deny"', email]) expect(page.text).toContain(part);
  const revision = /name="revision" value="(\d+)"/.exec(page.text)![1];
  const allowed = await browse("/oauth/consent", {
    cookie,
    form: { request: reference, revision, decision: "allow" },
  });
  expect(allowed.location).toBe(`/oauth/authorize/${reference}`);
  const back = await browse(allowed.location!, { cookie });
  expect(back.location).toMatch(/^https:\/\/app\.example\/callback\?code=fsc_[\w-]{43}&state=s&iss=/);
  const { code, iss } = search(back.location);
  expect(iss).toBe(core.backend_url);
  expect(await claimCode(sql, code, client.client_id)).toMatchObject({
    kind: "claimed",
    code: { code_challenge: challenge, redirect_uri: client.redirect_uris[0] },
    grant: { scope: ["openid"], nonce: "n", offline: false },
  });
  // Asked once.
  const again = await browse(authorizePath(client), { cookie });
  expect(search(again.location)).toHaveProperty("code");
});

Deno.test("a live session and a consent give a code at once, and hold nothing", async () => {
  const who = await person(service);
  await agree(who);
  const [{ count }] = await sql`select count(*) from authorization_request`;
  expect(search((await browse(authorizePath(client), who)).location)).toHaveProperty("code");
  expect(search((await browse(authorizePath(house), await person(service))).location)).toHaveProperty("code");
  expect((await sql`select count(*) from authorization_request`)[0].count).toBe(count);
});

Deno.test("a request by POST goes on when the browser comes again", async () => {
  const who = await person(service);
  await agree(who);
  const post = {
    form: validRequest(client),
    headers: { "sec-fetch-site": "cross-site", origin: "https://app.example" },
  };
  const { status, location } = await browse("/oauth/authorize", post);
  expect([status, location]).toEqual([303, expect.stringMatching(/^\/oauth\/authorize\/[\w-]{43}$/)]);
  expect(search((await browse(location!, who)).location)).toHaveProperty("code");
});

Deno.test("a parameter in the query and in the form is given twice", async () => {
  const { status, text } = await browse(`/oauth/authorize?client_id=${client.client_id}`, {
    form: validRequest(client),
  });
  expect([status, h1(text)]).toEqual([400, "invalid_request"]);
});

Deno.test("what is wrong before the address is verified is a page that leads nowhere", async () => {
  const mistakes: Changes[] = [
    { redirect_uri: "https://evil.example/" },
    { client_id: "nobody" },
    { redirect_uri: null },
  ];
  for (const changes of mistakes) {
    const { status, text, location, headers } = await browse(authorizePath(client, changes));
    expect([status, location, h1(text)]).toEqual([
      400,
      null,
      expect.stringMatching(/^invalid_(request|client)$/),
    ]);
    expect(text).not.toMatch(/(href|action|src)="[^"?]*evil\.example/);
    expect(headers.get("cache-control")).toBe("no-store");
  }
});

Deno.test("fifty approvals at once of one request give one code", async () => {
  const who = await person(service);
  const reference = await held(who);
  const { body } = await api("GET", `/oauth/interactions/${reference}`, undefined, own(who));
  const decision = { decision: "allow", revision: body.client.revision };
  expect((await api("POST", `/oauth/interactions/${reference}/decision`, decision, own(who))).status).toBe(
    200,
  );
  const before = await codes();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => browse(`/oauth/authorize/${reference}`, who)),
  );
  expect(answers.filter(({ location }) => location?.startsWith("https://app.example/"))).toHaveLength(1);
  for (const { location, text } of answers) if (location === null) expect(h1(text)).toBe("invalid_request");
  expect(await codes()).toBe(before + 1);
});

const decisions: [
  what: string,
  headers: (who: Person, other: Person) => Record<string, string>,
  status: number,
][] = [
  ["nobody", () => ({}), 401],
  ["a form of another site", ({ cookie }) => ({ cookie, "sec-fetch-site": "cross-site" }), 403],
  ["a form of a sibling site", ({ cookie }) => ({ cookie, "sec-fetch-site": "same-site" }), 403],
  ["another origin", ({ cookie }) => ({ cookie, origin: "https://evil.example" }), 403],
  ["no origin at all", ({ cookie }) => ({ cookie, origin: "null" }), 403],
];
for (const [what, headers, status] of decisions) {
  Deno.test(`a decision by ${what} is refused`, async () => {
    const [who, other] = [await person(service), await person(service)];
    const reference = await held(who);
    const answer = await api("POST", `/oauth/interactions/${reference}/decision`, {
      decision: "allow",
      revision: client.revision,
    }, { headers: headers(who, other) });
    expect(answer.status).toBe(status);
    expect((await browse(`/oauth/authorize/${reference}`, who)).location).toContain("/oauth/consent");
  });
}

Deno.test("the page of consent is not posted to by another site", async () => {
  const who = await person(service);
  const reference = await held(who);
  const { status } = await browse("/oauth/consent", {
    cookie: who.cookie,
    form: { request: reference, revision: "1", decision: "allow" },
    headers: { "sec-fetch-site": "cross-site" },
  });
  expect(status).toBe(403);
});

Deno.test("one person's yes is not another's, on the same browser", async () => {
  const [who, other] = [await person(service), await person(service)];
  const reference = await held(who);
  const decision = { decision: "allow", revision: client.revision };
  await api("POST", `/oauth/interactions/${reference}/decision`, decision, own(who));
  const swapped = await browse(`/oauth/authorize/${reference}`, other);
  expect(swapped.location).toBe(`${core.frontend_url}/oauth/consent?request=${reference}`);
});

Deno.test("a no is told to the app, and stays a no", async () => {
  const who = await person(service);
  const reference = await held(who);
  const decide = (decision: string) =>
    api(
      "POST",
      `/oauth/interactions/${reference}/decision`,
      { decision, revision: client.revision },
      own(who),
    );
  expect((await decide("deny")).body.next).toBe(`/oauth/authorize/${reference}`);
  await decide("allow");
  const { location } = await browse(`/oauth/authorize/${reference}`, who);
  expect(search(location)).toMatchObject({ error: "access_denied", state: "s", iss: core.backend_url });
});

Deno.test("a client that has changed meanwhile is shown again", async () => {
  const changing = await newClient(service);
  const who = await person(service);
  const reference = await held(who, {}, changing);
  const { client_id, ...metadata } = changing;
  const { client_secret_sealed: _, ...rest } = metadata;
  await updateClient(sql, client_id, { ...rest, client_name: "Another name" });
  runtimeOf(oauth).clients.forget(client_id);
  const form = { request: reference, revision: String(changing.revision), decision: "allow" };
  const { status, text } = await browse("/oauth/consent", { cookie: who.cookie, form });
  expect([status, h1(text)]).toEqual([409, expect.stringContaining("Another name")]);
  expect((await browse(`/oauth/authorize/${reference}`, who)).location).toContain("/oauth/consent");
});

Deno.test("a redirect_uri that is taken away meanwhile is not led to", async () => {
  const changing = await newClient(service, { first_party: true });
  const reference = await held(null, {}, changing);
  const { client_id, client_secret_sealed: _, ...metadata } = changing;
  await updateClient(sql, client_id, { ...metadata, redirect_uris: ["https://app.example/new"] });
  runtimeOf(oauth).clients.forget(client_id);
  const { location, text } = await browse(`/oauth/authorize/${reference}`, await person(service));
  expect([location, h1(text)]).toEqual([null, "invalid_request"]);
});

Deno.test("prompt=none never shows a page", async () => {
  const who = await person(service);
  const silent = async (cookie: string | undefined, changes = {}) =>
    search((await browse(authorizePath(client, { prompt: "none", ...changes }), { cookie })).location).error;
  expect(await silent(undefined)).toBe("login_required");
  expect(await silent(who.cookie)).toBe("consent_required");
  await agree(who);
  expect(await silent(who.cookie)).toBeUndefined();
  expect(await silent(who.cookie, { max_age: "0" })).toBe("login_required");
  expect(await silent(who.cookie, { scope: "openid email" })).toBe("consent_required");
  await forgetConsent(sql, who.account_id, client.client_id);
  expect(await silent(who.cookie)).toBe("consent_required");
});

for (const changes of [{ prompt: "login" }, { max_age: "0" }] as Record<string, string>[]) {
  Deno.test(`${JSON.stringify(changes)} wants a new sign-in, once, in the same session`, async () => {
    const who = await person(service);
    await agree(who);
    const reference = await held(who, changes);
    // A reload asks again, and does not let the old sign-in count.
    expect((await browse(`/oauth/authorize/${reference}`, who)).location).toContain("/sign-in?");
    expect((await browse(`/sign-in?next=/oauth/authorize/${reference}`, who)).status).toBe(200);
    const { cookie } = await signInFor(reference, who.email, who.cookie);
    const { location } = await browse(`/oauth/authorize/${reference}`, { cookie });
    expect(search(location)).toHaveProperty("code");
    expect((await browse(`/oauth/authorize/${reference}`, { cookie })).status).toBe(400);
    const [{ count }] = await sql`
      select count(*)::int from session where account_id = ${who.account_id} and ended_at is null`;
    expect(count).toBe(1);
  });
}

const two = await newClient(service, { redirect_uris: ["https://app.example/a", "https://app.example/b"] });
const pushed = (to = client, changes: Record<string, unknown> = {}) =>
  holdRequest(
    sql,
    {
      client_id: to.client_id,
      origin: "pushed",
      parameters: {
        ...{ client_id: to.client_id, response_type: "code", response_mode: "query" },
        ...{ redirect_uri: to.redirect_uris[0], redirect_uri_given: true, scope: ["openid"], state: "s" },
        ...{ nonce: "n", code_challenge: challenge, prompt: [], max_age: null, acr_values: [] },
        ...{ acr_essential: false, login_hint: null, hint_account_id: null, ui_locales: [], claims: null },
        ...{ resource: [], dpop_jkt: null, ...changes },
      },
      dpop_jkt: null,
      lifetime_seconds: 60,
    } as Parameters<typeof holdRequest>[1],
  );
const pushedPath = (reference: string, to = client) =>
  `/oauth/authorize?${new URLSearchParams({ client_id: to.client_id, request_uri: requestUri(reference) })}`;

Deno.test("a pushed request survives reloads, and is used up by its code", async () => {
  const who = await person(service);
  const reference = await pushed();
  for (let reload = 0; reload < 3; reload++) {
    expect((await browse(pushedPath(reference), who)).location).toContain(
      `/oauth/consent?request=${reference}`,
    );
  }
  await agree(who);
  const answers = await Promise.all(Array.from({ length: 20 }, () => browse(pushedPath(reference), who)));
  expect(answers.filter(({ location }) => location !== null)).toHaveLength(1);
  expect(search((await browse(pushedPath(reference), who)).location)).toEqual({
    error: "invalid_request_uri",
    error_description: "The pushed request has expired or was used.",
    iss: core.backend_url,
  });
  // Which of its addresses waits is not known.
  const { location, text } = await browse(pushedPath("nothing", two), who);
  expect([location, h1(text)]).toEqual([null, "invalid_request_uri"]);
});

Deno.test("a pushed request is its client's alone", async () => {
  const { location, text } = await browse(pushedPath(await pushed(), house), await person(service));
  expect([location, h1(text)]).toEqual([null, "invalid_request_uri"]);
});

Deno.test("what a browser began is no pushed request", async () => {
  const reference = await held(null);
  expect(search((await browse(pushedPath(reference))).location).error).toBe("invalid_request_uri");
});

Deno.test("a sign-in between a push and the browser's coming is none for prompt=login", async () => {
  const reference = await pushed(client, { prompt: ["login"] });
  await sql`update authorization_request set created_at = now() - interval '30 seconds'`;
  const who = await person(service);
  await agree(who);
  expect((await browse(pushedPath(reference), who)).location).toContain("/sign-in?");
  const { cookie } = await signInFor(reference, who.email, who.cookie);
  expect(search((await browse(pushedPath(reference), { cookie })).location)).toHaveProperty("code");
});

Deno.test("prompt=create leads to sign-up", async () => {
  expect((await browse(authorizePath(client, { prompt: "create" }))).location).toContain("/sign-up?next=");
});

Deno.test("prompt=select_account asks once which account", async () => {
  const who = await person(service);
  await agree(who);
  const reference = await held(who, { prompt: "select_account" });
  const page = await browse(`/oauth/select-account?request=${reference}`, who);
  expect(page.text).toContain(who.email);
  const { location } = await browse("/oauth/select-account", {
    cookie: who.cookie,
    form: { request: reference },
  });
  expect(search((await browse(location!, who)).location)).toHaveProperty("code");
});

Deno.test("no page on the way can be framed, and each leaves the app's window its hold", async () => {
  const who = await person(service);
  const reference = await held(who);
  const places: [path: string, cookie?: string][] = [
    [authorizePath(client)],
    [authorizePath(client, { redirect_uri: "https://evil.example/" })],
    [`/sign-in?next=/oauth/authorize/${reference}`],
    [`/oauth/consent?request=${reference}`, who.cookie],
    [`/oauth/select-account?request=${reference}`, who.cookie],
    [authorizePath(house, { response_mode: "form_post" }), who.cookie],
  ];
  for (const [path, cookie] of places) {
    const { headers } = await browse(path, { cookie });
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect([path, headers.get("cross-origin-opener-policy")]).toEqual([path, "unsafe-none"]);
  }
  expect((await browse("/sign-in")).headers.get("cross-origin-opener-policy")).toBe("same-origin");
});

Deno.test("form_post carries the answer in a form, to the app alone", async () => {
  const { status, text, headers } = await browse(
    authorizePath(house, { response_mode: "form_post", state: '"><script>' }),
    await person(service),
  );
  expect(status).toBe(200);
  expect(text).toContain('action="https://app.example/callback"');
  expect(text).toMatch(/name="code" value="fsc_[\w-]{43}"/);
  expect(text).not.toContain('"><script>');
  expect(headers.get("content-security-policy")).toMatch(
    /script-src 'self' 'sha256-[^']+'; .*form-action 'self' https:;/,
  );
});

Deno.test("a name in an app's words cannot become a part of the page", async () => {
  const app = await newClient(service, { client_name: '<img src=x onerror="alert(1)">' });
  const who = await person(service);
  const { text } = await browse(`/oauth/consent?request=${await held(who, {}, app)}`, who);
  expect(text).not.toContain("<img src=x");
});

Deno.test("a request that is over is said on a page", async () => {
  for (const reference of ["x", "A".repeat(43), "A".repeat(4000)]) {
    const { status, text } = await browse(`/oauth/authorize/${reference}`);
    expect([status, h1(text)]).toEqual([400, "invalid_request"]);
  }
});

Deno.test("requestSearch() sends what it is given", () => {
  expect(requestSearch(client, { state: ["a", "b"], nonce: null }).getAll("state")).toEqual(["a", "b"]);
});

Deno.test("fields that cannot be read end on a page that names the error, too", async () => {
  for (const path of ["/oauth/authorize", "/oauth/end_session"]) {
    for (const search of ["client_id=%00", "client_id=%ff", "__proto__=x"]) {
      const page = await browse(`${path}?${search}`);
      expect([path, search, page.status, h1(page.text)]).toEqual([path, search, 400, "invalid_request"]);
    }
  }
});
