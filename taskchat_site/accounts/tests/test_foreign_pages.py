"""Cross-site requests: only our own pages and trusted origins act with a visitor's cookie."""

import pytest
from django.test import Client

from taskchat_site.accounts.models import User
from taskchat_site.accounts.tests.helpers import OWNER, PASSWORD, post, sign_in

pytestmark = pytest.mark.django_db

FOREIGN = [
    "http://evil.example",
    "https://testserver",  # another scheme
    "http://testserver:8080",  # another port
    "http://sub.testserver",
    "http://testserver.evil.example",
    "http://testserver@evil.example",
    "null",
    "",
]


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sign-in/email", {"email": OWNER, "password": PASSWORD}),
        ("sign-up/email", {"email": "new@example.com", "password": PASSWORD, "name": "N"}),
        ("sign-out", {}),
    ],
)
def test_a_foreign_origin_is_refused(client, owner, origin, path, body):
    response = post(client, f"/api/auth/{path}", body, HTTP_ORIGIN=origin)

    assert (response.status_code, response.json()["code"]) == (403, "INVALID_ORIGIN")
    assert User.objects.count() == 1


def test_a_foreign_page_cannot_sign_a_visitor_out(client, owner):
    sign_in(client)
    post(client, "/api/auth/sign-out", HTTP_ORIGIN="http://evil.example")

    assert client.get("/api/auth/get-session").json() is not None


def test_our_own_origin_is_let_in(client, owner):
    body = {"email": OWNER, "password": PASSWORD}
    response = post(client, "/api/auth/sign-in/email", body, HTTP_ORIGIN="http://testserver")

    assert response.status_code == 200


def test_a_trusted_origin_is_let_in_exactly(client, owner, settings):
    settings.TRUSTED_ORIGINS = ["http://localhost:3000"]
    body = {"email": OWNER, "password": PASSWORD}

    for origin, status in [("http://localhost:3000", 200), ("http://localhost:3001", 403)]:
        response = post(client, "/api/auth/sign-in/email", body, HTTP_ORIGIN=origin)
        assert response.status_code == status


def test_with_a_public_url_that_is_our_origin_whatever_the_host_says(client, owner, settings):
    settings.PUBLIC_URL = "https://tasks.example"
    body = {"email": OWNER, "password": PASSWORD}

    for origin, status in [("https://tasks.example", 200), ("http://testserver", 403)]:
        response = post(client, "/api/auth/sign-in/email", body, HTTP_ORIGIN=origin)
        assert response.status_code == status


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("same-site", 403), ("cross-site", 403)]
)
def test_the_browsers_own_word_counts(client, owner, site, status):
    response = post(client, "/api/auth/sign-out", HTTP_SEC_FETCH_SITE=site)

    assert response.status_code == status


def test_a_program_that_is_no_browser_needs_no_origin(client, owner):
    assert sign_in(client).status_code == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_only_json_is_read(client, owner, content_type):
    """A form of a foreign page can send these three without asking first."""
    response = client.post(
        "/api/auth/sign-in/email",
        f'{{"email": "{OWNER}", "password": "{PASSWORD}"}}',
        content_type=content_type,
    )

    assert (response.status_code, response.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_no_csrf_token_is_asked_for(owner):
    strict = Client(enforce_csrf_checks=True)

    assert sign_in(strict).status_code == 200
