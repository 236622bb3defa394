import pytest

from taskchat_site.accounts.models import User
from taskchat_site.accounts.tests.helpers import OWNER, PASSWORD, sign_in, sign_up

pytestmark = pytest.mark.django_db


def test_a_new_user_is_made_and_signed_in(client):
    response = sign_up(client, "New@Example.com")

    user = User.objects.get()
    assert response.status_code == 200
    assert response.json()["user"]["id"] == user.public_id
    assert response.json()["user"]["email"] == "new@example.com"
    assert client.get("/api/auth/get-session").json()["user"]["id"] == user.public_id


def test_the_public_id_is_random_and_not_the_row_number(client):
    public_id = sign_up(client).json()["user"]["id"]

    assert len(public_id) == 32
    assert public_id != str(User.objects.get().pk)


def test_the_password_is_stored_as_a_hash_that_signs_in(client, client_factory):
    sign_up(client)

    assert PASSWORD not in User.objects.get().password
    assert sign_in(client_factory(), "new@example.com").status_code == 200


def test_an_email_that_is_taken_is_refused_whatever_its_case(client, owner):
    response = sign_up(client, OWNER.upper())

    assert response.status_code == 422
    assert response.json() == {
        "code": "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
        "message": "User already exists. Use another email.",
    }
    assert User.objects.count() == 1


def test_a_refused_sign_up_signs_nobody_in(client, owner):
    sign_up(client, OWNER)

    assert client.get("/api/auth/get-session").json() is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short12", "PASSWORD_TOO_SHORT"),
        ("x" * 129, "PASSWORD_TOO_LONG"),
        ("password123", "PASSWORD_TOO_WEAK"),
        ("8437592043", "PASSWORD_TOO_WEAK"),
        ("new@example.com", "PASSWORD_TOO_WEAK"),
    ],
)
def test_a_password_that_breaks_a_rule_is_refused(client, password, code):
    response = sign_up(client, password=password)

    assert (response.status_code, response.json()["code"]) == (400, code)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "two@at@signs.example", "nul\0@example.com", "x y@example.com"]
)
def test_what_is_no_email_is_refused(client, email):
    response = sign_up(client, email)

    assert response.status_code == 400
    assert response.json()["code"] in ("INVALID_EMAIL", "VALIDATION_ERROR")
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "nul\0", "x" * 151, None, 4])
def test_what_is_no_name_is_refused(client, name):
    response = sign_up(client, name=name)

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert "[body.name]" in response.json()["message"]


def test_fields_that_nobody_asked_for_change_nothing(client):
    sign_up(client, id="chosen", userId="chosen", role="admin", is_staff=True, is_superuser=True)

    user = User.objects.get()
    assert user.public_id != "chosen"
    assert not user.is_staff
    assert not user.is_superuser


def test_signing_up_while_signed_in_ends_the_earlier_sign_in(client, owner):
    sign_in(client)
    sign_up(client)

    assert not owner.sign_ins.filter(ended_at=None).exists()
    assert client.get("/api/auth/get-session").json()["user"]["email"] == "new@example.com"
