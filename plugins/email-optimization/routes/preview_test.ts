/** What an operator sees of a wording is what its readers would get, and can do nothing. */
import { expect } from "expect";
import { testEmail } from "../../../core/testing/email.ts";
import { insertDraft } from "../wording/stored_variant.ts";
import { variantKinds } from "./variant_params.ts";

const service = await testEmail();
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const operator = await service.person({ operator: true });
const stranger = await service.person();
const ask = (path: string, { token } = operator) => service.api("GET", path, undefined, { token });

await insertDraft(service.sql, {
  ...{ kind: "welcome", variant: "mine", sender_name: "Grace of Example", code_first: false },
  texts: { en: { subject: "Hello {name}", preheader: "At {site_name}.", button: "<b>Go</b> in" } },
  ...{ origin: "operator", model: null, why: null },
});

Deno.test("a preview says who it is from, what an inbox shows, and the mail in both forms", async () => {
  const { body } = await ask("/email/variants/welcome/mine/preview");
  const { core } = service.email;
  expect(body).toMatchObject({
    ...{ sender_name: "Grace of Example", subject: "Hello Ada", preheader: `At ${core.site_name}.` },
    text: expect.stringContaining("<b>Go</b> in"),
    html: expect.stringContaining("&lt;b&gt;Go&lt;/b&gt; in"),
  });
  expect(body.html).toContain(body.preheader);
  // Such mail may be left, so it says where.
  expect(body.html).toContain(`${core.frontend_url}/unsubscribe`);
  const german = await ask("/email/variants/welcome/mine/preview?locale=de");
  expect(german.body).toMatchObject({ sender_name: "Grace of Example" });
  expect(german.body.subject).not.toBe("Hello Ada");
});

Deno.test("of every kind the standard words can be looked at, with nothing left out", async () => {
  for (const kind of variantKinds) {
    const { status, body } = await ask(`/email/variants/${kind}/standard/preview`);
    expect([kind, status, body.sender_name]).toEqual([kind, 200, "Flow Shield"]);
    expect(body.text).toContain("Ada");
    expect(body.text).not.toMatch(/undefined|\{\w+\}/);
  }
  const { body } = await ask("/email/variants/security_tips/standard/preview");
  expect(body.text).toMatch(/2 .*(devices|sessions)|(devices|sessions).* 2/);
});

Deno.test("its HTML may stand in a frame of ours alone, where it runs, loads and leads to nothing", async () => {
  const { status, headers, text } = await service.browse("/email/variants/welcome/mine/preview.html", {
    headers: { authorization: `Bearer ${operator.token}` },
  });
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(headers.get("content-security-policy")!.split("; ").toSorted()).toEqual([
    "base-uri 'none'",
    "default-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "sandbox",
    "style-src 'unsafe-inline'",
  ]);
  expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(text).toContain('<head><base target="_top">');
  expect(text).toContain("Hello Ada");
});

Deno.test("a preview is an operator's, and of a wording there is", async () => {
  for (const path of ["preview", "preview.html"]) {
    const mine = `/email/variants/welcome/mine/${path}`;
    expect([path, (await service.api("GET", mine)).status]).toEqual([path, 401]);
    expect([path, (await ask(mine, stranger)).status]).toEqual([path, 403]);
    const refused: [string, number][] = [
      [`/email/variants/welcome/gone/${path}`, 404],
      [`/email/variants/verify_email/mine/${path}`, 404],
      [`/email/variants/new_device/standard/${path}`, 422],
      [`/email/variants/welcome/..%2fx/${path}`, 422],
      [`${mine}?locale=fr`, 422],
    ];
    for (const [at, status] of refused) expect([at, (await ask(at)).status]).toEqual([at, status]);
  }
});
