import { expect } from "expect";
import fc from "fast-check";
import { matchesRedirectUri } from "./redirect_uri.ts";

const web = {
  application_type: "web" as const,
  redirect_uris: ["https://app.example/callback", "https://app.example/other?tenant=7"],
};
const native = {
  application_type: "native" as const,
  redirect_uris: ["http://127.0.0.1/callback", "http://[::1]:0815/cb?a=1", "com.example.app:/callback"],
};

const refused: [string, typeof web | typeof native, string][] = [
  ["another host", web, "https://evil.example/callback"],
  ["another scheme", web, "http://app.example/callback"],
  ["a longer host", web, "https://app.example.evil.example/callback"],
  ["a host in front of the host", web, "https://app.example@evil.example/callback"],
  ["a host behind a backslash", web, "https://evil.example\\@app.example/callback"],
  ["the default port", web, "https://app.example:443/callback"],
  ["another port", web, "https://app.example:8443/callback"],
  ["capitals in the host", web, "https://APP.example/callback"],
  ["a slash more", web, "https://app.example/callback/"],
  ["a path below", web, "https://app.example/callback/more"],
  ["a path that climbs", web, "https://app.example/x/../callback"],
  ["an encoded letter", web, "https://app.example/c%61llback"],
  ["a query", web, "https://app.example/callback?x=1"],
  ["an empty query", web, "https://app.example/callback?"],
  ["another query", web, "https://app.example/other?tenant=8"],
  ["no query", web, "https://app.example/other"],
  ["a fragment", web, "https://app.example/callback#x"],
  ["an empty fragment", web, "https://app.example/callback#"],
  ["a blank in front", web, " https://app.example/callback"],
  ["a blank behind", web, "https://app.example/callback "],
  ["a tab inside", web, "https://app.exa\tmple/callback"],
  ["nothing", web, ""],
  ["the name of an object's member", web, "constructor"],
  ["a port on a web app's loopback", {
    ...web,
    redirect_uris: ["http://127.0.0.1/callback"],
  }, "http://127.0.0.1:4000/callback"],
  ["a loopback's other path", native, "http://127.0.0.1:4000/other"],
  ["a loopback's other spelling", native, "http://127.1:4000/callback"],
  ["a loopback by its name", native, "http://localhost:4000/callback"],
  ["a loopback by the other protocol", native, "http://[::1]:4000/callback"],
  ["a loopback over https", native, "https://127.0.0.1:4000/callback"],
  ["a loopback with a user", native, "http://u@127.0.0.1:4000/callback"],
  ["a loopback in front of a host", native, "http://127.0.0.1:4000@evil.example/callback"],
  ["a loopback in a longer host", native, "http://127.0.0.1.evil.example/callback"],
  ["a loopback with a fragment", native, "http://127.0.0.1:4000/callback#x"],
  ["a loopback with a query", native, "http://127.0.0.1:4000/callback?x=1"],
  ["a port of six digits", native, "http://127.0.0.1:400000/callback"],
  ["a port that cannot be", native, "http://127.0.0.1:65536/callback"],
  ["port zero", native, "http://127.0.0.1:0/callback"],
  ["no port after a colon", native, "http://127.0.0.1:/callback"],
  ["a port that is none", native, "http://127.0.0.1:4x/callback"],
  ["a line break behind", native, "http://127.0.0.1:4000/callback\n"],
  ["an app's scheme with more", native, "com.example.app:/callback2"],
  ["an app's scheme with a host", native, "com.example.app://callback"],
];

for (const [what, client, given] of refused) {
  Deno.test(`matchesRedirectUri() refuses ${what}`, () => {
    expect(matchesRedirectUri(client, given)).toBe(false);
  });
}

const taken: [string, typeof web | typeof native, string][] = [
  ["what is registered", web, "https://app.example/callback"],
  ["a registered query", web, "https://app.example/other?tenant=7"],
  ["any port of a native app's loopback", native, "http://127.0.0.1:51004/callback"],
  ["no port of a native app's loopback", native, "http://127.0.0.1/callback"],
  ["any port instead of the registered one", native, "http://[::1]:65535/cb?a=1"],
  ["an app's own scheme", native, "com.example.app:/callback"],
];

for (const [what, client, given] of taken) {
  Deno.test(`matchesRedirectUri() takes ${what}`, () => {
    expect(matchesRedirectUri(client, given)).toBe(true);
  });
}

/** One character put in, taken out or exchanged. */
const mutation = (uri: string) =>
  fc.tuple(
    fc.constantFrom("in", "out", "other"),
    fc.nat(uri.length - 1),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }),
  ).map(([how, at, text]) =>
    uri.slice(0, at) + (how === "out" ? "" : text) + uri.slice(how === "in" ? at : at + 1)
  ).filter((mutated) => mutated !== uri);

Deno.test("matchesRedirectUri() never takes a mutated redirect_uri of a web app", () => {
  const uris = fc.constantFrom(...web.redirect_uris);
  fc.assert(
    fc.property(uris.chain((uri) => mutation(uri)), (mutated) => {
      expect(matchesRedirectUri(web, mutated)).toBe(web.redirect_uris.includes(mutated));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("matchesRedirectUri() never takes a mutated loopback that leads elsewhere", () => {
  const client = { application_type: "native" as const, redirect_uris: ["http://127.0.0.1:4000/callback"] };
  fc.assert(
    fc.property(mutation(client.redirect_uris[0]), (mutated) => {
      if (!matchesRedirectUri(client, mutated)) return;
      const { protocol, hostname, pathname, search, hash, username } = new URL(mutated);
      expect([protocol, hostname, pathname, search, hash, username])
        .toEqual(["http:", "127.0.0.1", "/callback", "", "", ""]);
    }),
    { numRuns: 5000 },
  );
});
