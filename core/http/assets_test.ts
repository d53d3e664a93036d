import { expect } from "expect";
import { testApp } from "../testing/app.ts";
import type { Asset } from "./assets.ts";

const base = "http://localhost:8000";
const text = (body: string, immutable = true): Asset => ({
  body: new TextEncoder().encode(body),
  content_type: "text/css; charset=utf-8",
  immutable,
});
const assets = new Map<string, Asset>([
  ["/assets/app-1f3c.css", text("a{color:red}".repeat(200))],
  ["/favicon.ico", { ...text("tiny", false), content_type: "image/x-icon" }],
]);

Deno.test("an asset with a hash in its name may be kept for ever, another is asked for again", async () => {
  const app = testApp({ assets });
  const kept = await app.fetch(new Request(base + "/assets/app-1f3c.css"));
  expect(kept.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(kept.headers.get("content-type")).toBe("text/css; charset=utf-8");
  const asked = await app.fetch(new Request(base + "/favicon.ico"));
  expect(asked.headers.get("cache-control")).toBe("no-cache");
  const etag = asked.headers.get("etag")!;
  for (
    const [header, status] of [[etag, 304], [`W/${etag}, "x"`, 304], ["*", 304], ['"x"', 200], [
      "",
      200,
    ]] as const
  ) {
    const again = await app.fetch(
      new Request(base + "/favicon.ico", { headers: { "if-none-match": header } }),
    );
    expect([header, again.status]).toEqual([header, status]);
  }
});

Deno.test("nothing but the assets is there, and they are only for reading", async () => {
  const app = testApp({ assets });
  for (
    const path of [
      "/assets/",
      "/assets",
      "/assets/app-1f3c.css/",
      "/assets/%2e%2e/deno.json",
      "/assets/..%2fdeno.json",
      "/assets/app-1f3c.css%00",
      "/assets//app-1f3c.css",
      "/deno.json",
    ]
  ) {
    expect([path, (await app.fetch(new Request(base + path))).status]).toEqual([path, 404]);
  }
  const post = await app.fetch(new Request(base + "/favicon.ico", { method: "POST" }));
  expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
});

Deno.test("text is compressed for those who take it", async () => {
  const app = testApp({ assets });
  const rows: [string | null, string, boolean][] = [
    ["gzip", "/assets/app-1f3c.css", true],
    ["br, gzip;q=0.8", "/assets/app-1f3c.css", true],
    ["*", "/assets/app-1f3c.css", true],
    ["gzip;q=0", "/assets/app-1f3c.css", false],
    ["br", "/assets/app-1f3c.css", false],
    [null, "/assets/app-1f3c.css", false],
    ["gzip", "/favicon.ico", false],
  ];
  for (const [accept, path, zipped] of rows) {
    const wire = await app.answer(
      new Request(base + path, { headers: accept === null ? {} : { "accept-encoding": accept } }),
      { remote_address: null },
    );
    expect([accept, path, wire.headers["content-encoding"]]).toEqual([
      accept,
      path,
      zipped ? "gzip" : undefined,
    ]);
    expect(wire.headers.vary).toBe("accept-encoding");
  }
});
