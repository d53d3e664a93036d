/** Which client is calling, and how it may say so (RFC 6749 §2.3, RFC 7523 §3). */
import type { ClientProof, DirectCase, Made, Params } from "../case.ts";
import { nowSeconds, unsigned } from "../keys.ts";
import { basic, type Stage } from "../stage.ts";

/** The exchange of a new code, shown to be a client's in some way. */
const shown = (
  claim: string,
  client: "web" | "post" | "spa" | "assertion" | "secret_jwt",
  as: Made<ClientProof>,
): DirectCase => ({ to: "token", claim, client, as, with: (stage) => stage.exchange(client) });

const header = (authorization: string): ClientProof => ({ headers: { authorization } });

const asserted = (
  claim: string,
  claims: Record<string, unknown> = {},
  how: { header?: Record<string, unknown>; key?: "own" | "foreign" } = {},
  more: Params = {},
): DirectCase =>
  shown(claim, "assertion", async (stage) => ({
    params: { ...await stage.assertion("assertion", claims, how), ...more },
  }));

export const clientAuthenticationCases: DirectCase[] = [
  shown("nothing", "web", {}),
  shown("a client_id alone from a confidential client", "web", ({ clients }) => ({
    params: { client_id: clients.web.client_id },
  })),
  shown("a wrong secret by Basic", "web", ({ clients }) => header(basic(clients.web.client_id, "wrong"))),
  shown("an empty secret by Basic", "web", ({ clients }) => header(basic(clients.web.client_id, ""))),
  shown(
    "the secret of another client",
    "web",
    ({ clients }) => header(basic(clients.web.client_id, clients.other.client_secret!)),
  ),
  shown("an unknown client by Basic", "web", header(basic("nobody-knows-me", "secret"))),
  shown(
    "Basic in small letters",
    "web",
    ({ clients: { web } }) => header(basic(web.client_id, web.client_secret!).replace("Basic", "basic")),
  ),
  shown("Basic that is not base64", "web", header("Basic %%%")),
  shown("Basic without a colon", "web", header(`Basic ${btoa("no-colon")}`)),
  shown("Basic with nothing behind it", "web", header("Basic")),
  shown(
    "Basic whose halves are not encoded right",
    "web",
    ({ clients }) => header(`Basic ${btoa(`${clients.web.client_id}:%zz`)}`),
  ),
  shown("another scheme", "web", header("Digest username=x")),
  shown("a bearer token for a client", "web", header("Bearer x")),
  shown("Basic and the same client_id in the body", "web", ({ clients: { web } }) => ({
    ...header(basic(web.client_id, web.client_secret!)),
    params: { client_id: web.client_id },
  })),
  shown("Basic and another client_id in the body", "web", ({ clients: { web, other } }) => ({
    ...header(basic(web.client_id, web.client_secret!)),
    params: { client_id: other.client_id },
  })),
  shown("Basic and the secret in the body", "web", ({ clients: { web } }) => ({
    ...header(basic(web.client_id, web.client_secret!)),
    params: { client_id: web.client_id, client_secret: web.client_secret! },
  })),
  shown("Basic and an assertion", "assertion", async (stage) => ({
    ...header(basic(stage.clients.web.client_id, stage.clients.web.client_secret!)),
    params: await stage.assertion("assertion"),
  })),
  shown("the secret in the body where Basic is registered", "web", ({ clients: { web } }) => ({
    params: { client_id: web.client_id, client_secret: web.client_secret! },
  })),
  shown(
    "Basic where the body is registered",
    "post",
    ({ clients: { post } }) => header(basic(post.client_id, post.client_secret!)),
  ),
  shown("the secret in the body", "post", (stage) => stage.proof("post")),
  shown("a wrong secret in the body", "post", ({ clients }) => ({
    params: { client_id: clients.post.client_id, client_secret: "wrong" },
  })),
  shown("the secret twice in the body", "post", ({ clients: { post } }) => ({
    params: { client_id: post.client_id, client_secret: [post.client_secret!, post.client_secret!] },
  })),
  shown("a secret from a public client", "spa", ({ clients }) => ({
    params: { client_id: clients.spa.client_id, client_secret: "anything" },
  })),
  shown("an unknown client_id alone", "spa", { params: { client_id: "nobody-knows-me" } }),
  shown("a client_id twice", "spa", ({ clients: { spa } }) => ({
    params: { client_id: [spa.client_id, spa.client_id] },
  })),

  asserted("an assertion"),
  shown("an assertion for the token endpoint", "assertion", async (stage) => ({
    params: await stage.assertion("assertion", { aud: stage.metadata.token_endpoint }),
  })),
  asserted("an assertion for somebody else", { aud: "https://other.example" }),
  asserted("an assertion without audience", { aud: undefined }),
  asserted("an expired assertion", { exp: nowSeconds() - 120, iat: nowSeconds() - 300 }),
  asserted("an assertion without exp", { exp: undefined }),
  asserted("an assertion without jti", { jti: undefined }),
  asserted("an assertion without sub", { sub: undefined }),
  asserted("an assertion of another issuer", { iss: "somebody" }),
  asserted("an assertion about somebody else", { sub: "somebody" }),
  asserted("an assertion of tomorrow", { nbf: nowSeconds() + 86_400, exp: nowSeconds() + 90_000 }),
  asserted("an assertion by a key of somebody else", {}, { key: "foreign" }),
  asserted("an assertion without kid", {}, { header: { kid: undefined } }),
  asserted("an assertion with another client_id beside it", {}, {}, { client_id: "nobody-knows-me" }),
  asserted("an assertion without client_id beside it", {}, {}, { client_id: null }),
  asserted("an assertion without its type", {}, {}, { client_assertion_type: null }),
  asserted("an assertion of another type", {}, {}, {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
  }),
  asserted("the type without an assertion", {}, {}, { client_assertion: null }),
  asserted("an assertion that is no JWT", {}, {}, { client_assertion: "x" }),
  shown("an unsigned assertion", "assertion", async (stage) => ({
    params: { ...await stage.assertion("assertion"), client_assertion: unsigned(claimsOf(stage)) },
  })),
  shown("an assertion a second time", "assertion", async (stage) => {
    const params = await stage.assertion("assertion");
    const used = await stage.send({
      to: "token",
      client: "assertion",
      as: { params },
      with: (one) => one.exchange("assertion"),
    });
    await used.body?.cancel();
    return { params };
  }),
  shown("no assertion where one is registered", "assertion", ({ clients }) => ({
    params: { client_id: clients.assertion.client_id },
  })),
  shown("an assertion by the secret", "secret_jwt", (stage) => stage.proof("secret_jwt")),
  shown(
    "the secret itself where an assertion by it is registered",
    "secret_jwt",
    ({ clients: { secret_jwt } }) => header(basic(secret_jwt.client_id, secret_jwt.client_secret!)),
  ),
];

function claimsOf({ clients, provider }: Stage) {
  const { client_id } = clients.assertion;
  const now = nowSeconds();
  return {
    iss: client_id,
    sub: client_id,
    aud: provider.issuer,
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + 60,
  };
}
