from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from taskchat_site.accounts.models import SignIn
from taskchat_site.accounts.tests.helpers import post, sign_in, tasks_of

pytestmark = pytest.mark.django_db


def test_nobody_signed_in_is_null_with_200(client):
    response = client.get("/api/auth/get-session")

    assert response.status_code == 200
    assert response.content == b"null"
    assert "set-auth-jwt" not in response.headers


def test_the_user_and_the_session_have_better_auths_shape(client, owner):
    token = sign_in(client, HTTP_USER_AGENT="x").json()["token"]
    body = client.get("/api/auth/get-session?disableCookieCache=true").json()

    assert set(body["user"]) == {"id", "name", "email", "emailVerified", "createdAt", "updatedAt"}
    assert body["session"]["userId"] == owner.public_id
    assert body["session"]["token"] == token
    assert set(body["session"]) == {
        "id", "token", "userId", "expiresAt", "createdAt", "updatedAt", "ipAddress", "userAgent"
    }  # fmt: skip


def test_times_are_written_as_javascript_writes_them(client, owner):
    sign_in(client)
    written = client.get("/api/auth/get-session").json()["user"]["createdAt"]

    assert written.endswith("Z")
    parsed = datetime.fromisoformat(written)
    assert abs(parsed - owner.date_joined) < timedelta(milliseconds=1)


def test_the_jwt_comes_along_in_a_header_that_pages_may_read(client, owner):
    sign_in(client)
    response = client.get("/api/auth/get-session")

    assert response.headers["Access-Control-Expose-Headers"] == "set-auth-jwt"
    assert tasks_of(client, owner, response.headers["set-auth-jwt"]).status_code == 200


def test_the_session_key_is_nowhere_in_what_scripts_can_read(client, owner, settings):
    signed_in = sign_in(client)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    session = client.get("/api/auth/get-session")

    assert key not in signed_in.content.decode()
    assert key not in session.content.decode()
    assert key not in session.headers["set-auth-jwt"]


def test_an_answer_about_a_person_is_never_cached(client, owner):
    sign_in(client)

    for path in ("/api/auth/get-session", "/api/auth/token"):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_use_extends_a_remembered_session_once_a_day(client, owner, settings):
    sign_in(client)
    assert settings.SESSION_COOKIE_NAME not in client.get("/api/auth/get-session").cookies

    _turn_back(timedelta(days=2))
    cookie = client.get("/api/auth/get-session").cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["max-age"] == 7 * 24 * 3600
    assert SignIn.objects.get().expires_at > timezone.now() + timedelta(days=6)


def test_a_session_for_this_browser_only_is_not_extended_and_ends_after_a_day(client, owner):
    sign_in(client, rememberMe=False)
    _turn_back(timedelta(days=2))

    assert client.get("/api/auth/get-session").json() is None
    assert client.get("/api/auth/token").status_code == 401


def test_a_sign_in_through_the_admin_counts_as_well(client, owner):
    client.force_login(owner)

    assert client.get("/api/auth/get-session").json()["user"]["id"] == owner.public_id


def test_token_without_a_session_is_401(client):
    response = client.get("/api/auth/token")

    assert response.status_code == 401
    assert set(response.json()) == {"code", "message"}


def test_a_bearer_token_opens_no_cookie_route(client, owner, token):
    """Cookie routes look at the cookie alone, bearer routes at the token alone."""
    response = client.get("/api/auth/token", headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 401


def test_a_session_cookie_opens_no_bearer_route(client, owner):
    sign_in(client)

    assert tasks_of(client, owner, None).status_code == 401


def test_unknown_addresses_and_methods_are_refused(client):
    assert client.get("/api/auth/sign-in/email").status_code == 405
    assert post(client, "/api/auth/get-session").status_code == 405


def _turn_back(by: timedelta) -> None:
    signed_in = SignIn.objects.get()
    SignIn.objects.update(
        created_at=signed_in.created_at - by,
        refreshed_at=signed_in.refreshed_at - by,
        expires_at=signed_in.expires_at - by,
    )
