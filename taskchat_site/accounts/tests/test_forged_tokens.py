"""RFC 8725: whatever a token says of itself, only our key and ES256 count."""

import base64
import hashlib
import hmac
import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from taskchat_site.accounts import jwks
from taskchat_site.accounts.tests.helpers import claims_of, tasks_of, token_pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(client, owner, token):
    """Checks that a token made of `claims` is refused; the untouched ones are let in."""
    assert tasks_of(client, owner, _sign(claims_of(token))).status_code == 200

    def check(forged: str) -> None:
        response = tasks_of(client, owner, forged)
        assert response.status_code == 401
        assert response.json()["code"] in ("token_invalid", "token_expired")

    return check


def test_no_signature_at_all(refused, token):
    for algorithm in ("none", "None", "NONE", ""):
        header = {"alg": algorithm, "kid": jwks.key_id(), "typ": "JWT"}
        refused(f"{_part(header)}.{_part(claims_of(token))}.")


def test_hs256_with_our_public_key_as_the_secret(refused, token):
    public = jwks.signing_key().public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem, pem.strip(), json.dumps(jwks.key_set()["keys"][0]).encode()):
        header = {"alg": "HS256", "kid": jwks.key_id(), "typ": "JWT"}
        signed = f"{_part(header)}.{_part(claims_of(token))}"
        mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        refused(f"{signed}.{_base64url(mac)}")


def test_hs256_with_the_secret_key(refused, token, settings):
    headers = {"kid": jwks.key_id()}
    refused(jwt.encode(claims_of(token), settings.SECRET_KEY, "HS256", headers=headers))


def test_another_key(refused, token):
    refused(_sign(claims_of(token), key=ec.generate_private_key(ec.SECP256R1())))


def test_another_algorithm(refused, token):
    key = ed25519.Ed25519PrivateKey.generate()
    refused(jwt.encode(claims_of(token), key, "EdDSA", headers={"kid": jwks.key_id()}))
    longer = ec.generate_private_key(ec.SECP384R1())
    refused(jwt.encode(claims_of(token), longer, "ES384", headers={"kid": jwks.key_id()}))


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/cert"},
        {"x5c": ["AAAA"]},
        {"jwk": {"kty": "EC"}},
        {"kid": "another"},
        {"kid": "../../dev/null"},
    ],
)
def test_a_header_that_points_to_another_key(refused, token, header):
    refused(_sign(claims_of(token), **header))


def test_the_key_of_the_forger_in_the_header(refused, token):
    key = ec.generate_private_key(ec.SECP256R1())
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    refused(_sign(claims_of(token), key=key, jwk=jwk))


def test_no_key_id(refused, token):
    header = {"alg": "ES256", "typ": "JWT"}
    refused(f"{_part(header)}.{token.split('.', 1)[1]}")


@pytest.mark.parametrize(
    "claim",
    ["sub", "iss", "aud", "exp", "iat", "jti", "sid", "token_version", "token_type"],
)
def test_a_required_claim_is_missing(refused, token, claim):
    claims = claims_of(token)
    del claims[claim]
    refused(_sign(claims))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("sub", "somebody-else"),
        ("sub", 1),
        ("sub", None),
        ("aud", "http://other.example"),
        ("aud", ["taskchat"]),
        ("aud", "taskchat/api/token"),
        ("iss", "http://other.example"),
        ("iss", ["taskchat"]),
        ("exp", 1),
        ("exp", "soon"),
        ("sid", "signin_unknown"),
        ("token_version", 7),
        ("token_type", "refresh"),
    ],
)
def test_a_claim_has_a_wrong_value(refused, token, claim, value):
    refused(_sign({**claims_of(token), claim: value}))


def test_changed_claims_under_the_old_signature(refused, stranger, token):
    header, _, signature = token.split(".")
    refused(f"{header}.{_part({**claims_of(token), 'sub': stranger.public_id})}.{signature}")


def test_the_session_of_another_user(refused, stranger, token):
    """Even if we signed it: sign-in and user must belong together."""
    refused(_sign({**claims_of(token), "sub": stranger.public_id}))


def test_a_refresh_token_is_no_access_token(client, owner, refused):
    refused(token_pair(client)["refresh"])


def test_an_access_token_is_no_refresh_token(client, owner):
    access = token_pair(client)["access"]
    response = client.post(
        "/api/token/refresh", {"refresh": access}, content_type="application/json"
    )

    assert response.status_code == 401


def test_our_token_of_another_address_when_ours_is_known(client, owner, token, settings):
    assert tasks_of(client, owner, token).status_code == 200

    settings.PUBLIC_URL = "https://tasks.example"
    assert tasks_of(client, owner, token).status_code == 401

    own = {**claims_of(token), "iss": "https://tasks.example", "aud": "https://tasks.example"}
    assert tasks_of(client, owner, _sign(own)).status_code == 200


def test_a_token_signed_before_the_key_was_changed(client, owner, token, settings):
    settings.JWT_PRIVATE_KEY = _pem(ec.generate_private_key(ec.SECP256R1()))

    assert tasks_of(client, owner, token).status_code == 401


def _sign(claims, key=None, **header) -> str:
    """Signed by hand: PyJWT would refuse to make some of these."""
    header = {"alg": "ES256", "typ": "JWT", "kid": jwks.key_id(), **header}
    signed = f"{_part(header)}.{_part(claims)}"
    algorithm = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256)
    return f"{signed}.{_base64url(algorithm.sign(signed.encode(), key or jwks.signing_key()))}"


def _part(content):
    return _base64url(json.dumps(content).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
