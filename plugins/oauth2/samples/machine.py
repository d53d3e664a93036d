# pip install authlib requests; python machine.py
import os

from authlib.integrations.requests_client import OAuth2Session

issuer = os.environ.get("ISSUER", "http://localhost:8000")
session = OAuth2Session(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
token = session.fetch_token(f"{issuer}/oauth/token", grant_type="client_credentials")
print(token["token_type"], token["expires_in"])

# At the service that is called: is this token good?
answer = session.introspect_token(f"{issuer}/oauth/introspect", token=token["access_token"])
print(answer.json())
