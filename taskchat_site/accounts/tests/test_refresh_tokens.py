from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from taskchat_site.accounts.models import SignIn, User
from taskchat_site.accounts.signing import RefreshToken
from taskchat_site.accounts.tests.helpers import post, refresh, tasks_of, token_pair

pytestmark = pytest.mark.django_db


def test_a_password_buys_a_pair_of_tokens(client, owner):
    pair = token_pair(client)

    assert set(pair) == {"access", "refresh"}
    assert tasks_of(client, owner, pair["access"]).status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [("owner@example.com", "wrong"), ("nobody@example.com", "wrong"), ("nobody", "wrong")],
)
def test_a_wrong_password_buys_nothing(client, owner, email, password):
    response = post(client, "/api/token", {"email": email, "password": password})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["code"] == "invalid_credentials"


def test_a_refresh_token_buys_a_new_pair(client, owner):
    pair = token_pair(client)
    following = refresh(client, pair["refresh"]).json()

    assert following["refresh"] != pair["refresh"]
    assert tasks_of(client, owner, following["access"]).status_code == 200
    assert refresh(client, following["refresh"]).status_code == 200


def test_a_refresh_token_used_twice_is_refused_and_ends_its_family(client, owner):
    first = token_pair(client)
    second = refresh(client, first["refresh"]).json()

    again = refresh(client, first["refresh"])

    assert (again.status_code, again.json()["code"]) == (401, "token_reused")
    assert refresh(client, second["refresh"]).status_code == 401
    assert tasks_of(client, owner, second["access"]).status_code == 401
    assert tasks_of(client, owner, first["access"]).status_code == 401


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer: two uses cannot be at once"
)
def test_of_two_uses_at_once_one_buys_and_the_family_ends(client, owner, client_factory):
    token = token_pair(client)["refresh"]
    together = Barrier(2)

    def use():
        together.wait()
        try:
            return refresh(client_factory(), token).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        statuses = [use.result() for use in [threads.submit(use) for _ in range(2)]]

    assert sorted(statuses) == [200, 401]
    assert not SignIn.objects.filter(ended_at=None).exists()


def test_other_families_of_the_user_stay(client, owner):
    stolen, other = token_pair(client), token_pair(client)
    refresh(client, stolen["refresh"])
    refresh(client, stolen["refresh"])

    assert refresh(client, other["refresh"]).status_code == 200


def test_revoking_ends_the_family_whichever_of_its_tokens_is_shown(client, owner):
    first = token_pair(client)
    second = refresh(client, first["refresh"]).json()

    response = post(client, "/api/token/revoke", {"refresh": first["refresh"]})

    assert response.status_code == 200
    assert refresh(client, second["refresh"]).status_code == 401
    assert tasks_of(client, owner, second["access"]).status_code == 401


def test_revoking_what_is_worthless_is_no_error(client, owner):
    assert post(client, "/api/token/revoke", {"refresh": "x"}).status_code == 200


def test_an_expired_refresh_token_says_so(client, owner):
    token = RefreshToken.read(token_pair(client)["refresh"])
    token.set_exp(from_time=token.current_time - 2 * RefreshToken.lifetime)

    response = refresh(client, str(token))

    assert (response.status_code, response.json()["code"]) == (401, "token_expired")


def test_a_disabled_user_refreshes_no_more(client, owner):
    pair = token_pair(client)
    User.objects.update(is_active=False)

    assert refresh(client, pair["refresh"]).status_code == 401


def test_a_refresh_token_that_we_never_issued_is_refused(client, owner):
    pair = token_pair(client)
    OutstandingToken.objects.all().delete()

    assert refresh(client, pair["refresh"]).status_code == 401


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "null"])
def test_what_is_no_refresh_token_is_refused(client, text):
    response = refresh(client, text)

    assert (response.status_code, response.json()["code"]) == (401, "token_invalid")


def test_the_database_holds_no_usable_token(client, owner):
    refresh(client, token_pair(client)["refresh"])

    assert set(OutstandingToken.objects.values_list("token", flat=True)) == {""}


def test_what_ended_by_itself_is_forgotten_at_the_next_sign_in(client, owner):
    token_pair(client)
    SignIn.objects.update(expires_at=owner.date_joined)
    OutstandingToken.objects.update(expires_at=owner.date_joined)

    token_pair(client)

    assert SignIn.objects.count() == 1
    assert OutstandingToken.objects.count() == 1


@pytest.mark.parametrize("path", ["/api/token", "/api/token/refresh", "/api/token/revoke"])
@pytest.mark.parametrize("body", ["{", "[]", "null", "1", "{}", '"\\ud800"'])
def test_a_malformed_body_is_4xx_in_our_shape(client, path, body):
    response = post(client, path, body)

    assert response.status_code in (400, 422)
    assert set(response.json()) == {"detail", "code"}


def test_nul_and_lone_surrogates_are_refused_before_the_database(client, db):
    for text in ("\\u0000@example.com", "\\ud800@example.com"):
        response = post(client, "/api/token", f'{{"email": "{text}", "password": "{text}"}}')
        assert response.status_code == 422
