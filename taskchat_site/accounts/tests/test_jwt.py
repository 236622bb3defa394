import base64
import hashlib

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured

from taskchat_site.accounts import jwks
from taskchat_site.accounts.tests.helpers import claims_of, sign_in, token_pair

pytestmark = pytest.mark.django_db


def test_an_outside_program_can_check_our_token_with_our_public_key(client, owner):
    sign_in(client)
    token = client.get("/api/auth/token").json()["token"]
    keys = jwt.PyJWKSet.from_dict(client.get("/api/auth/jwks").json())
    key = keys[jwt.get_unverified_header(token)["kid"]]

    claims = jwt.decode(
        token, key, ["ES256"], audience="http://testserver", issuer="http://testserver"
    )

    assert claims["sub"] == owner.public_id
    assert claims["email"] == owner.email
    assert claims["name"] == owner.name
    assert claims["exp"] - claims["iat"] == 15 * 60


def test_the_public_key_holds_nothing_private_and_may_be_cached(client):
    response = client.get("/api/auth/jwks")
    (key,) = response.json()["keys"]

    assert set(key) == {"alg", "kty", "crv", "x", "y", "kid"}
    assert response.headers["Cache-Control"].startswith("public")


def test_the_key_id_is_the_thumbprint_of_rfc_7638(client):
    (key,) = client.get("/api/auth/jwks").json()["keys"]
    canonical = f'{{"crv":"P-256","kty":"EC","x":"{key["x"]}","y":"{key["y"]}"}}'
    digest = hashlib.sha256(canonical.encode()).digest()

    assert key["kid"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_issuer_and_audience_are_where_users_reach_us(client, owner, settings):
    settings.PUBLIC_URL = "https://tasks.example"
    pair = token_pair(client)

    assert claims_of(pair["access"])["iss"] == "https://tasks.example"
    assert claims_of(pair["access"])["aud"] == "https://tasks.example"
    assert claims_of(pair["refresh"])["aud"] == "https://tasks.example/api/token"


def test_each_token_has_an_id_of_its_own(client, owner):
    ids = {claims_of(token_pair(client)[kind])["jti"] for kind in ("access", "refresh")}

    assert len(ids) == 2


def test_a_coordinate_with_leading_zeros_keeps_its_length(settings):
    for number in range(1, 400):
        key = ec.derive_private_key(number, ec.SECP256R1())
        if key.public_key().public_numbers().x >> 248 == 0:
            break
    settings.JWT_PRIVATE_KEY = _pem(key)

    assert len(jwks.key_set()["keys"][0]["x"]) == 43


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        ("nonsense", "not a private key"),
        (lambda: _pem(ec.generate_private_key(ec.SECP384R1())), "P-256"),
        (lambda: _pem(rsa.generate_private_key(65537, 2048)), "P-256"),
    ],
)
def test_a_wrong_key_is_named_at_the_start(settings, pem, words):
    settings.JWT_PRIVATE_KEY = pem if isinstance(pem, str) else pem()

    with pytest.raises(ImproperlyConfigured, match=words):
        jwks.signing_key()


def _pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
