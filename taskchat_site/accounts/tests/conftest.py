from collections.abc import Iterator

import pytest
from django.test import Client

from taskchat_site.accounts import sign_ins
from taskchat_site.accounts.models import User
from taskchat_site.accounts.outside_keys import keys_at
from taskchat_site.accounts.tests.helpers import OWNER, PASSWORD, STRANGER
from taskchat_site.accounts.tests.outside_issuer import AUDIENCE, ISSUER, Issuer, serving


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def owner(db) -> User:
    return User.objects.create_user(OWNER, PASSWORD, name="Olga Owner")


@pytest.fixture
def stranger(db) -> User:
    return User.objects.create_user(STRANGER, PASSWORD, name="Sven Stranger")


@pytest.fixture
def token(owner: User) -> str:
    return sign_ins.program_token(owner)


@pytest.fixture
def client_factory():
    """Further browsers, each with its own cookies."""
    return Client


@pytest.fixture
def outside_issuer(settings) -> Iterator[Issuer]:
    """An outside issuer that the product accepts, reachable over HTTP."""
    issuer = Issuer()
    with serving(issuer):
        settings.AUTH_JWKS_URL = issuer.url
        settings.AUTH_ISSUER = ISSUER
        settings.AUTH_AUDIENCE = AUDIENCE
        settings.AUTH_ALGORITHMS = ["EdDSA", "ES256", "RS256"]
        keys_at.cache_clear()
        yield issuer
    keys_at.cache_clear()
