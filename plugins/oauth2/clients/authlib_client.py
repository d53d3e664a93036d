"""A client of the live service by Authlib. Reads what it is to do as one line of JSON, asks for a visit to an address by
printing it, reads back where that ended, and prints what it got as one line of JSON."""

import json
import sys
import time

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
import requests

TIME_LIMIT_SECONDS = 20
VERIFIER = "a-verifier-that-is-long-enough-0123456789-0123456789"

job = json.loads(sys.stdin.readline())
server = requests.get(
    job["issuer"] + "/.well-known/openid-configuration", timeout=TIME_LIMIT_SECONDS
).json()


def session(**more):
    if "private_jwk" in job:
        key = ECKey.import_key(job["private_jwk"])
        one = OAuth2Session(
            job["client_id"],
            key,
            token_endpoint_auth_method="private_key_jwt",
            revocation_endpoint_auth_method="private_key_jwt",
            default_timeout=TIME_LIMIT_SECONDS,
            **more,
        )
        one.register_client_auth_method(
            PrivateKeyJWT(server["token_endpoint"], alg="ES256", headers={"kid": job["private_jwk"]["kid"]})
        )
        return one
    return OAuth2Session(
        job["client_id"], job.get("client_secret"), default_timeout=TIME_LIMIT_SECONDS, **more
    )


def sign_in():
    """Code with PKCE; the ID token is checked with the server's keys."""
    one = session(
        scope="openid email offline_access",
        redirect_uri=job["redirect_uri"],
        code_challenge_method="S256",
    )
    url, state = one.create_authorization_url(
        server["authorization_endpoint"], code_verifier=VERIFIER, nonce="nonce-1", prompt="consent"
    )
    print(json.dumps({"visit": url}), flush=True)
    reached = json.loads(sys.stdin.readline())["reached"]
    token = one.fetch_token(
        server["token_endpoint"], authorization_response=reached, state=state, code_verifier=VERIFIER
    )
    keys = KeySet.import_key_set(requests.get(server["jwks_uri"], timeout=TIME_LIMIT_SECONDS).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": server["issuer"]},
        aud={"essential": True, "value": job["client_id"]},
        nonce={"essential": True, "value": "nonce-1"},
    ).validate(claims)
    return one, token, claims


def introspect(one, token):
    return one.introspect_token(server["introspection_endpoint"], token=token).json()


def person():
    one, token, claims = sign_in()
    userinfo = one.get(server["userinfo_endpoint"]).json()
    refreshed = one.refresh_token(server["token_endpoint"], refresh_token=token["refresh_token"])
    before = introspect(one, refreshed["access_token"])
    revoked = one.revoke_token(server["revocation_endpoint"], token=refreshed["refresh_token"])
    after = introspect(one, refreshed["access_token"])
    return {
        "same_person": userinfo["sub"] == claims["sub"],
        "rotated": refreshed["refresh_token"] != token["refresh_token"],
        "fresh": claims["exp"] > time.time(),
        "before": before["active"],
        "revoked": revoked.status_code,
        "after": after,
    }


def machine():
    one = session()
    token = one.fetch_token(server["token_endpoint"], grant_type="client_credentials")
    return {"token_type": token["token_type"], "active": introspect(one, token["access_token"])["active"]}


print(json.dumps({"done": {"person": person, "machine": machine}[job["act"]]()}), flush=True)
