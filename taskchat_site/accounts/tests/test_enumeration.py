"""Whether an e-mail has an account: neither the answer nor its time tells."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher

from taskchat_site.accounts.models import User
from taskchat_site.accounts.tests.helpers import post, sign_in

pytestmark = pytest.mark.django_db


class CountingHasher(MD5PasswordHasher):
    """The slow part of a sign-in, counted: a clock would make the test flicker."""

    calls = 0

    def encode(self, password, salt):
        type(self).calls += 1
        return super().encode(password, salt)


@pytest.fixture
def hashes(settings, owner):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]

    def count(attempt) -> int:
        before = CountingHasher.calls
        attempt()
        return CountingHasher.calls - before

    return count


def test_a_sign_in_costs_one_hash_whoever_is_meant(client, hashes, stranger):
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    no_password = User.objects.create_user("sso@example.com", None)

    wrong = "incorrect horse"
    assert hashes(lambda: sign_in(client, password=wrong)) == 1
    assert hashes(lambda: sign_in(client, "nobody@example.com", wrong)) == 1
    assert hashes(lambda: sign_in(client, stranger.email, wrong)) == 1
    assert hashes(lambda: sign_in(client, no_password.email, wrong)) == 1


def test_the_token_route_costs_the_same(client, hashes):
    def attempt(email):
        return lambda: post(client, "/api/token", {"email": email, "password": "incorrect"})

    assert hashes(attempt("owner@example.com")) == 1
    assert hashes(attempt("nobody@example.com")) == 1
    assert hashes(attempt("no e-mail at all")) == 1
