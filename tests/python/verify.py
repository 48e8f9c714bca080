# python3 verify.py ISSUER AUDIENCE < token
# Verifies an access token (RFC 9068) with jwcrypto alone: metadata, then keys, then the token. Prints what it found.
import json
import sys
import urllib.request

from jwcrypto import jwk, jwt


def fetch(url):
    # Without a proxy: everything is on this machine.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=60) as answer:
        return answer.read()


issuer, audience = sys.argv[1:]
metadata = json.loads(fetch(f"{issuer}/.well-known/oauth-authorization-server"))
if metadata["issuer"] != issuer:
    sys.exit(f"the metadata is of {metadata['issuer']}")
keys = jwk.JWKSet.from_json(fetch(metadata["jwks_uri"]))
try:
    verified = jwt.JWT(check_claims={"iss": issuer, "aud": audience, "exp": None, "iat": None, "jti": None, "sub": None, "client_id": None})
    verified.deserialize(sys.stdin.read().strip(), keys)
except Exception as error:
    print(type(error).__name__, error, file=sys.stderr)
    sys.exit(1)
print(json.dumps({"header": json.loads(verified.header), "claims": json.loads(verified.claims)}))
