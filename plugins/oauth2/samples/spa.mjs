// npm install oidc-client-ts; load this as a module from a page of http://localhost:3000
import { IndexedDbDPoPStore, UserManager } from "oidc-client-ts";

const manager = new UserManager({
  authority: "ISSUER_HERE",
  client_id: "CLIENT_ID",
  redirect_uri: `${location.origin}/`,
  post_logout_redirect_uri: `${location.origin}/`,
  response_type: "code",
  scope: "openid profile email",
  loadUserInfo: true,
  // A key of this browser alone: a stolen token is of no use without it (RFC 9449).
  dpop: { store: new IndexedDbDPoPStore(), bind_authorization_code: true },
});

if (new URLSearchParams(location.search).has("code")) {
  await manager.signinCallback();
  history.replaceState(null, "", location.pathname);
}
const user = await manager.getUser();
const button = document.createElement("button");
button.textContent = user ? `Sign out ${user.profile.name ?? user.profile.email}` : "Sign in";
button.onclick = () => user ? manager.signoutRedirect() : manager.signinRedirect();
document.body.append(button);
