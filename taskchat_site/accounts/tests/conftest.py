import pytest
from django.test import Client

from taskchat_site.accounts import sign_ins
from taskchat_site.accounts.models import User
from taskchat_site.accounts.tests.helpers import OWNER, PASSWORD, STRANGER


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
