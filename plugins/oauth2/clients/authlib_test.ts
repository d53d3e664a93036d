import { expect } from "expect";
import { exportJWK, generateKeyPair } from "jose";
import { callback, type Live, startLive } from "./live.ts";
import { hasPython, pythonWith } from "./python.ts";

const script = new URL("./authlib_client.py", import.meta.url);
const requirements = new URL("./authlib_requirements.txt", import.meta.url);

const there = await hasPython();
const ignore = !there && !Deno.env.get("REQUIRE_AUTHLIB");
if (ignore) {
  console.warn("skipped: Authlib needs python3 with venv and pip. REQUIRE_AUTHLIB=1 makes that a failure.");
}

/** Runs the Python client, and visits the address it asks for. */
async function runClient(python: string, live: Live, job: Record<string, unknown>): Promise<unknown> {
  const child = new Deno.Command(python, {
    args: [script.pathname],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(60_000),
  }).spawn();
  const complaints = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  const tell = (value: unknown) => writer.write(new TextEncoder().encode(JSON.stringify(value) + "\n"));
  await tell({ issuer: live.issuer.origin, redirect_uri: callback, ...job });
  let rest = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    rest += text;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      const said = JSON.parse(rest.slice(0, end));
      rest = rest.slice(end + 1);
      if (said.visit) await tell({ reached: (await live.authorize(new URL(said.visit))).href });
      if (said.done) {
        await writer.close();
        await child.status;
        await complaints;
        return said.done;
      }
    }
  }
  await writer.abort().catch(() => {});
  await child.status;
  throw new Error(`the Python client broke off: ${(await complaints).slice(-1500)}`);
}

const good = {
  same_person: true,
  rotated: true,
  fresh: true,
  before: true,
  revoked: 200,
  after: { active: false },
};

Deno.test({
  name: "Authlib gets on with the live service",
  ignore,
  async fn(t) {
    const python = await pythonWith(requirements);
    await using live = await startLive();

    await t.step("code with PKCE, userinfo, refresh, introspection, revocation", async () => {
      const { client_id, client_secret } = await live.register();
      expect(await runClient(python, live, { act: "person", client_id, client_secret })).toEqual(good);
    });

    await t.step("the same by a key of its own", async () => {
      const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
      const named = { kid: "1", alg: "ES256", use: "sig" };
      const { client_id } = await live.register({
        token_endpoint_auth_method: "private_key_jwt",
        jwks: { keys: [{ ...await exportJWK(publicKey), ...named }] },
      });
      const private_jwk = { ...await exportJWK(privateKey), ...named };
      expect(await runClient(python, live, { act: "person", client_id, private_jwk })).toEqual(good);
    });

    await t.step("client credentials", async () => {
      const { client_id, client_secret } = await live.register({
        redirect_uris: [],
        response_types: [],
        grant_types: ["client_credentials"],
      });
      const answer = await runClient(python, live, { act: "machine", client_id, client_secret });
      expect(answer).toEqual({ token_type: "Bearer", active: true });
    });
  },
});
