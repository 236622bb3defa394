import pytest
from django.contrib.auth.models import Permission

from taskchat_site.accounts.models import User
from taskchat_site.accounts.tests.helpers import (
    OWNER,
    PASSWORD,
    STRANGER,
    sign_in,
    tasks_of,
    token_pair,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(db) -> User:
    return User.objects.create_superuser("root@example.com", PASSWORD, name="Rita Root")


@pytest.fixture
def staff(client, root):
    client.force_login(root)
    return client


@pytest.fixture
def clerk(client, db):
    """Staff who may edit users, and nothing more."""
    user = User.objects.create_user("clerk@example.com", PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    client.force_login(user)
    return client


@pytest.mark.parametrize("path", ["", "accounts/user/", "accounts/user/add/", "auth/group/"])
def test_an_end_user_gets_nowhere(client, owner, path):
    sign_in(client)
    response = client.get(f"/admin/{path}")

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


def test_an_end_user_cannot_sign_in_there(client, owner):
    response = client.post("/admin/login/", {"username": OWNER, "password": PASSWORD})

    assert response.status_code == 200
    assert "staff account" in response.content.decode()


def test_staff_sign_in_with_their_email(client, root):
    form = {"username": "Root@Example.com", "password": PASSWORD, "next": "/admin/"}
    response = client.post("/admin/login/", form)

    assert (response.status_code, response.url) == (302, "/admin/")


def test_staff_who_sign_in_without_a_place_to_go_are_shown_the_overview(client, root):
    response = client.post("/admin/login/", {"username": root.email, "password": PASSWORD})

    assert (response.status_code, response.url) == (302, "/admin/")


def test_signing_out_of_the_admin_ends_its_tokens(staff, root):
    token = staff.get("/api/auth/token").json()["token"]
    staff.post("/admin/logout/")

    assert tasks_of(staff, root, token).status_code == 401


@pytest.mark.parametrize("part", ["email", "name", "public_id"])
def test_users_are_found_by_email_name_and_public_id(staff, owner, stranger, part):
    response = staff.get("/admin/accounts/user/", {"q": getattr(owner, part)})

    assert OWNER in response.content.decode()
    assert STRANGER not in response.content.decode()


def test_no_part_of_the_password_hash_is_shown(staff, owner):
    page = staff.get(f"/admin/accounts/user/{owner.pk}/change/").content.decode()

    algorithm, salt, digest = owner.password.split("$")
    for part in (algorithm, salt, digest, digest[:6]):
        assert part not in page
    assert f"/admin/accounts/user/{owner.pk}/password/" in page


def test_a_user_is_made_with_email_and_password(staff, client_factory):
    form = {
        "email": "Made@Example.com",
        "name": "Mia Made",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    response = staff.post("/admin/accounts/user/add/", form)

    assert response.status_code == 302
    assert sign_in(client_factory(), "made@example.com").status_code == 200


def test_a_user_who_is_disabled_there_is_signed_out(staff, owner):
    token = token_pair(staff)["access"]
    form = {"email": OWNER, "name": "Olga", "time_zone": "UTC", **_no_inlines(owner)}
    response = staff.post(f"/admin/accounts/user/{owner.pk}/change/", form)

    owner.refresh_from_db()
    assert response.status_code == 302
    assert not owner.is_active
    assert tasks_of(staff, owner, token).status_code == 401


def test_a_new_password_given_there_signs_the_user_out(staff, owner, client_factory):
    browser = client_factory()
    sign_in(browser)
    new = "given by staff once"
    form = {"password1": new, "password2": new, "usable_password": "true"}
    response = staff.post(f"/admin/accounts/user/{owner.pk}/password/", form)

    assert response.status_code == 302
    assert browser.get("/api/auth/get-session").json() is None
    assert sign_in(browser, password=new).status_code == 200


def test_users_are_signed_out_everywhere(staff, owner, stranger):
    token, other = token_pair(staff)["access"], token_pair(staff, STRANGER)["access"]
    form = {"action": "sign_out_everywhere", "_selected_action": [owner.pk]}
    staff.post("/admin/accounts/user/", form)

    assert tasks_of(staff, owner, token).status_code == 401
    assert tasks_of(staff, stranger, other).status_code == 200


def test_staff_who_edit_users_cannot_raise_themselves(clerk, owner):
    form = {"email": OWNER, "name": "Olga", "time_zone": "UTC", "is_active": "on"}
    form |= {"is_staff": "on", "is_superuser": "on", **_no_inlines(owner)}
    response = clerk.post(f"/admin/accounts/user/{owner.pk}/change/", form)

    owner.refresh_from_db()
    assert response.status_code == 302
    assert not owner.is_staff
    assert not owner.is_superuser


@pytest.mark.parametrize("page", ["change", "password", "delete"])
def test_staff_who_edit_users_cannot_take_over_a_superuser(clerk, root, page):
    response = clerk.post(f"/admin/accounts/user/{root.pk}/{page}/", {"password1": "x"})

    assert response.status_code == 403


def test_nobody_looks_at_rows_of_tokens(staff):
    assert "token_blacklist" not in staff.get("/admin/").content.decode().lower()


def _no_inlines(user: User) -> dict[str, str]:
    return {f"sign_ins-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
