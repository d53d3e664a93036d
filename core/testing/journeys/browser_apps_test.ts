/** Apps as they are: windows of their own, callbacks that lead on to another origin, answers in a form. */
import { expect } from "expect";
import { stringsFor } from "../../i18n/mod.ts";
import { withoutBrowser } from "../browser.ts";
import { challenge } from "../authorization.ts";
import { goodPassword } from "../client.ts";
import { clientServer } from "../provider.ts";
import type { TestService } from "../service.ts";
import { send, withPeople } from "./browser_world.ts";

const t = stringsFor("en");
const ignore = withoutBrowser();

/** Registers an app at this address; answers where it sends people. */
async function registered(world: TestService, redirect_uri: string, more: Record<string, string> = {}) {
  const { body } = await world.client.expect(201, "POST", "/oauth/register", {
    client_name: "An app",
    redirect_uris: [redirect_uri],
    token_endpoint_auth_method: "none",
  });
  return `${world.url}/oauth/authorize?${new URLSearchParams({
    ...{ client_id: body.client_id, redirect_uri, response_type: "code", scope: "openid", state: "s" },
    ...{ code_challenge: challenge, code_challenge_method: "S256", ...more },
  })}`;
}

const html = (body: string) => new Response(body, { headers: { "content-type": "text/html" } });

Deno.test({
  name: "an app that signs people in by a window of its own hears from that window",
  ignore,
  fn: () =>
    withPeople(async ({ world, person, elsewhere }) => {
      await using app = clientServer();
      elsewhere.push(app.url);
      const authorize = await registered(world, `${app.url}/callback`);
      app.answers(({ url }) =>
        html(
          new URL(url).pathname === "/callback"
            ? `<link rel=icon href="data:,"><script>opener.postMessage(location.search, "${app.url}"); close()</script>`
            : `<link rel=icon href="data:,"><h1>waiting</h1><button onclick='window.open(${
              JSON.stringify(authorize)
            })'>Sign in</button>
               <script>onmessage = ({ data }) => document.querySelector("h1").textContent = data</script>`,
        )
      );
      const { email } = await world.client.newMember();
      await using ada = await person();
      await ada.page.goto(app.url);
      const [window] = await Promise.all([
        ada.page.waitForEvent("popup"),
        ada.page.getByRole("button").click(),
      ]);
      await window.locator("#email").waitFor();
      await send(window, { email, password: goodPassword }, t.sign_in.submit);
      await window.locator("#allow").click();
      await ada.page.getByText("code=fsc_").waitFor();
    }),
});

for (const response_mode of ["query", "form_post"]) {
  for (const scripts of [true, false]) {
    Deno.test({
      name: `an app may lead people on to another origin, by ${response_mode}, ${
        scripts ? "with" : "without"
      } script`,
      ignore,
      fn: () =>
        withPeople(async ({ world, person, elsewhere }) => {
          await using home = clientServer();
          await using app = clientServer();
          elsewhere.push(app.url, home.url);
          home.answers(() => html('<link rel=icon href="data:,"><h1>welcome</h1>'));
          app.answers(() =>
            new Response(null, { status: 303, headers: { location: `${home.url}/welcome` } })
          );
          const authorize = await registered(world, `${app.url}/callback`, { response_mode });
          const { email } = await world.client.newMember();
          await using ada = await person({ scripts });
          const { page } = ada;
          await page.goto(authorize);
          await send(page, { email, password: goodPassword }, t.sign_in.submit);
          await page.locator("#allow").click();
          if (response_mode === "form_post" && !scripts) {
            await page.getByRole("button", { name: t.oauth.form_post.submit }).click();
          }
          await page.getByText("welcome").waitFor();
          const answer = app.received[0];
          expect(response_mode === "query" ? answer.body : answer.body.match(/code=fsc_/)?.[0])
            .toBe(response_mode === "query" ? "" : "code=fsc_");
        }),
    });
  }
}
