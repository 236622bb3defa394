"""Each reason to end sign-ins against each thing that a sign-in gave."""

import pytest

from taskchat_site.accounts.models import User
from taskchat_site.accounts.tests.helpers import refresh, sign_in, tasks_of, token_pair

pytestmark = pytest.mark.django_db


def _disabled(user: User) -> None:
    user.is_active = False
    user.save()


def _disabled_and_enabled_again(user: User) -> None:
    _disabled(user)
    user.is_active = True
    user.save()


def _new_password(user: User) -> None:
    user.set_password("another horse battery")
    user.save()


def _signed_out_everywhere(user: User) -> None:
    user.sign_out_everywhere()


def _deleted(user: User) -> None:
    user.delete()


REASONS = [
    _disabled,
    _disabled_and_enabled_again,
    _new_password,
    _signed_out_everywhere,
    _deleted,
]


@pytest.fixture(params=REASONS, ids=lambda reason: reason.__name__.strip("_"))
def end_sign_ins(request, owner):
    return lambda: request.param(User.objects.get(pk=owner.pk))


def test_it_ends_access_tokens(client, owner, end_sign_ins):
    pair = token_pair(client)
    end_sign_ins()

    assert tasks_of(client, owner, pair["access"]).status_code == 401


def test_it_ends_refresh_tokens(client, owner, end_sign_ins):
    pair = token_pair(client)
    end_sign_ins()

    assert refresh(client, pair["refresh"]).status_code == 401


def test_it_ends_browser_sessions(client, owner, end_sign_ins):
    sign_in(client)
    end_sign_ins()

    assert client.get("/api/auth/get-session").json() is None
    assert client.get("/api/auth/token").status_code == 401


def test_it_ends_the_tokens_of_browser_sessions(client, owner, end_sign_ins):
    sign_in(client)
    token = client.get("/api/auth/token").json()["token"]
    end_sign_ins()

    assert tasks_of(client, owner, token).status_code == 401


def test_it_ends_sessions_in_the_admin(client, owner, end_sign_ins):
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    client.force_login(owner)
    assert client.get("/admin/").status_code == 200

    end_sign_ins()

    assert client.get("/admin/").status_code == 302


def test_after_a_new_password_only_that_one_signs_in(client, owner):
    _new_password(owner)

    assert sign_in(client).status_code == 401
    assert sign_in(client, password="another horse battery").status_code == 200


def test_other_changes_leave_sign_ins_alone(client, owner):
    pair = token_pair(client)
    user = User.objects.get(pk=owner.pk)
    user.name = "Olga Renamed"
    user.save()

    assert tasks_of(client, owner, pair["access"]).status_code == 200
