import pytest
from django.contrib.sessions.models import Session

from taskchat_site.accounts.tests.helpers import post, sign_in, tasks_of

pytestmark = pytest.mark.django_db


def test_signing_out_ends_the_session_on_the_server(client, owner, settings):
    sign_in(client)
    kept_cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    response = post(client, "/api/auth/sign-out")
    client.cookies[settings.SESSION_COOKIE_NAME] = kept_cookie

    assert response.json() == {"success": True}
    assert not Session.objects.exists()
    assert client.get("/api/auth/get-session").json() is None


def test_signing_out_clears_the_cookie(client, owner, settings):
    sign_in(client)
    response = post(client, "/api/auth/sign-out")

    assert response.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0


def test_signing_out_ends_the_tokens_of_that_session(client, owner):
    sign_in(client)
    token = client.get("/api/auth/token").json()["token"]
    assert tasks_of(client, owner, token).status_code == 200

    post(client, "/api/auth/sign-out")

    assert tasks_of(client, owner, token).status_code == 401


def test_signing_out_leaves_the_users_other_browsers_signed_in(client, client_factory, owner):
    other = client_factory()
    sign_in(client)
    sign_in(other)
    token = other.get("/api/auth/token").json()["token"]

    post(client, "/api/auth/sign-out")

    assert other.get("/api/auth/get-session").json() is not None
    assert tasks_of(other, owner, token).status_code == 200


def test_signing_out_twice_or_without_a_body_is_no_error(client, owner):
    sign_in(client)

    assert post(client, "/api/auth/sign-out").status_code == 200
    assert client.generic("POST", "/api/auth/sign-out").status_code == 200
