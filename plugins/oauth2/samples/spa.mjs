// npm install oidc-client-ts; load this as a module from a page of http://localhost:3000
import { IndexedDbDPoPStore, UserManager } from "oidc-client-ts";

const manager = new UserManager({
  authority: "ISSUER_HERE",
  client_id: "CLIENT_ID",
  redirect_uri: `${location.origin}/`,
  post_logout_redirect_uri: `${location.origin}/`,
  response_type: "code",
  scope: "openid profile email",
  // A key of this browser alone: a stolen token is of no use without it (RFC 9449).
  dpop: { store: new IndexedDbDPoPStore(), bind_authorization_code: true },
});

if (new URLSearchParams(location.search).has("code")) {
  await manager.signinCallback();
  history.replaceState(null, "", location.pathname);
}

/** Any call with the access token looks like this: the token, and a proof for this very call. */
async function userinfo(user) {
  const { userinfo_endpoint: url } = await manager.metadataService.getMetadata();
  const dpop = await manager.dpopProof(url, user, "GET");
  const response = await fetch(url, { headers: { authorization: `DPoP ${user.access_token}`, dpop } });
  if (!response.ok) throw new Error(`userinfo answered ${response.status}`);
  return await response.json();
}

const user = await manager.getUser();
const person = user && await userinfo(user);
const button = document.createElement("button");
button.textContent = person ? `Sign out ${person.name ?? person.email}` : "Sign in";
button.onclick = () => user ? manager.signoutRedirect() : manager.signinRedirect();
document.body.append(button);
