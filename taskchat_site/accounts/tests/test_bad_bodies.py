import pytest

from taskchat_site.accounts.models import User
from taskchat_site.accounts.tests.helpers import post

pytestmark = pytest.mark.django_db

PATHS = ["/api/auth/sign-up/email", "/api/auth/sign-in/email"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "VALIDATION_ERROR"),
        ("{", "INVALID_JSON"),
        ("{'email': 1}", "INVALID_JSON"),
        (b"\xff\xfe", "INVALID_JSON"),
        ("[" * 100_000, "INVALID_JSON"),
        ("[]", "VALIDATION_ERROR"),
        ("null", "VALIDATION_ERROR"),
        ('"text"', "VALIDATION_ERROR"),
        ("1e999", "VALIDATION_ERROR"),
        ("{}", "VALIDATION_ERROR"),
        ('{"email": {"$gt": ""}, "password": {"$gt": ""}}', "VALIDATION_ERROR"),
        ('{"email": "a@example.com", "password": ["x"]}', "VALIDATION_ERROR"),
        ('{"email": "a@example.com", "password": "\\ud800"}', "VALIDATION_ERROR"),
        ('{"email": "a\\u0000@example.com", "password": "x"}', "VALIDATION_ERROR"),
    ],
)
def test_a_malformed_body_is_400_in_better_auths_shape(client, path, body, code):
    response = post(client, path, body)

    assert response.status_code == 400
    assert set(response.json()) == {"code", "message"}
    assert response.json()["code"] == code


def test_the_message_names_the_field(client):
    response = post(client, "/api/auth/sign-in/email", {"email": "a@example.com"})

    assert response.json()["message"] == "[body.password] Field required"


def test_a_body_that_is_too_big_is_413(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = post(client, "/api/auth/sign-up/email", {"email": "x" * 2000})

    assert (response.status_code, response.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_an_enormous_password_is_refused_before_it_is_hashed(client):
    body = {"email": "a@example.com", "password": "x" * 100_000}
    response = post(client, "/api/auth/sign-in/email", body)

    assert response.status_code == 400


def test_a_bug_is_500_without_its_details(client, monkeypatch, caplog):
    def explode(self, email):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(
        "taskchat_site.accounts.passwords._find", lambda email: explode(None, email)
    )
    body = {"email": "a@example.com", "password": "x"}
    response = post(client, "/api/auth/sign-in/email", body)

    assert (response.status_code, response.json()["code"]) == (500, "INTERNAL_SERVER_ERROR")
    assert "secret detail" not in response.content.decode()
    assert "secret detail" in caplog.text
    assert not User.objects.exists()
