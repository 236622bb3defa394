from datetime import timedelta

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher
from django.contrib.sessions.models import Session

from taskchat_site.accounts.models import User
from taskchat_site.accounts.tests.helpers import OWNER, PASSWORD, sign_in

pytestmark = pytest.mark.django_db


def test_the_right_password_signs_in(client, owner):
    response = sign_in(client)

    assert response.status_code == 200
    assert response.json()["redirect"] is False
    assert response.json()["user"]["id"] == owner.public_id


def test_the_email_is_found_whatever_its_case(client, owner):
    assert sign_in(client, " Owner@EXAMPLE.com ").status_code == 200


def test_a_wrong_password_and_an_unknown_email_get_the_same_answer(client, owner):
    wrong = sign_in(client, password="incorrect horse")
    unknown = sign_in(client, "nobody@example.com")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "INVALID_EMAIL_OR_PASSWORD"


def test_a_disabled_user_gets_the_same_answer_too(client, owner):
    User.objects.update(is_active=False)

    assert sign_in(client).json()["code"] == "INVALID_EMAIL_OR_PASSWORD"


def test_what_is_no_email_is_named_so(client):
    response = sign_in(client, "nobody")

    assert (response.status_code, response.json()["code"]) == (400, "INVALID_EMAIL")


def test_the_cookie_is_closed_to_scripts_and_to_other_sites(client, owner, settings):
    cookie = sign_in(client).cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["secure"]


def test_the_cookie_is_secure_on_https(client, owner, settings):
    response = client.post(
        "/api/auth/sign-in/email",
        {"email": OWNER, "password": PASSWORD},
        content_type="application/json",
        secure=True,
    )

    assert response.cookies[settings.SESSION_COOKIE_NAME]["secure"]


def test_the_session_key_changes_at_each_sign_in(client, owner, settings):
    """Fixation: a key that somebody planted before must be worth nothing after."""
    name = settings.SESSION_COOKIE_NAME
    keys = []
    for _ in range(3):
        sign_in(client)
        keys.append(client.cookies[name].value)

    assert len(set(keys)) == 3
    assert list(Session.objects.values_list("session_key", flat=True)) == keys[-1:]


def test_a_planted_session_key_is_not_taken_over(client, owner, settings):
    client.cookies[settings.SESSION_COOKIE_NAME] = "planted0planted0planted0planted0"
    sign_in(client)

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "planted0planted0planted0planted0"


def test_a_remembered_session_lasts_a_week(client, owner, settings):
    cookie = sign_in(client).cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["max-age"] == 7 * 24 * 3600


def test_without_remember_me_the_cookie_ends_with_the_browser(client, owner, settings):
    cookie = sign_in(client, rememberMe=False).cookies[settings.SESSION_COOKIE_NAME]
    signed_in = owner.sign_ins.get()

    assert cookie["max-age"] == ""
    assert signed_in.expires_at - signed_in.refreshed_at < timedelta(days=1, seconds=5)


def test_a_callback_on_our_own_site_is_passed_on(client, owner):
    body = sign_in(client, callbackURL="/tasks/?new=1").json()

    assert (body["redirect"], body["url"]) == (True, "/tasks/?new=1")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "tasks/",
        "",
    ],
)
def test_a_callback_elsewhere_is_refused(client, owner, url):
    response = sign_in(client, callbackURL=url)

    assert (response.status_code, response.json()["code"]) == (403, "INVALID_CALLBACKURL")
    assert client.get("/api/auth/get-session").json() is None


def test_a_hash_of_an_older_kind_is_renewed_and_other_sessions_stay(
    client, client_factory, owner, settings
):
    sign_in(client)
    settings.PASSWORD_HASHERS = [
        f"{__name__}.CheapPBKDF2",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    sign_in(client_factory())

    owner.refresh_from_db()
    assert identify_hasher(owner.password).algorithm == "pbkdf2_sha256"
    assert owner.check_password(PASSWORD)
    assert client.get("/api/auth/get-session").json() is not None


class CheapPBKDF2(PBKDF2PasswordHasher):
    iterations = 2
