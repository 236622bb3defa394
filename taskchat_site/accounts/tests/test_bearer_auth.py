import asyncio
import time

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from taskchat_site.accounts import sign_ins
from taskchat_site.accounts.authentication import authenticate, authenticate_with_expiry
from taskchat_site.accounts.signing import AccessToken
from taskchat_site.accounts.tests.helpers import claims_of, tasks_of
from taskchat_site.errors import ApiError

pytestmark = pytest.mark.django_db


def test_the_owner_gets_in(client, owner, token):
    assert tasks_of(client, owner, token).status_code == 200


def test_no_token_is_401_with_the_challenge(client, owner):
    _refused(tasks_of(client, owner, None), "token_missing")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic b3duZXI6eA==", "Token x"])
def test_another_scheme_is_no_token(client, owner, header):
    response = client.get(f"/api/{owner.public_id}/tasks", headers={"Authorization": header})

    _refused(response, "token_missing")


@pytest.mark.parametrize("word", ["bearer", "BEARER"])
def test_the_scheme_may_be_written_in_any_case(client, owner, token, word):
    response = client.get(
        f"/api/{owner.public_id}/tasks", headers={"Authorization": f"{word} {token}"}
    )

    assert response.status_code == 200


def test_an_expired_token_says_so(client, owner):
    _refused(tasks_of(client, owner, _expired(owner)), "token_expired")


def test_a_token_that_was_good_expires_all_the_same(client, owner, token, monkeypatch):
    assert tasks_of(client, owner, token).status_code == 200

    later = time.time() + AccessToken.lifetime.total_seconds() + 1
    monkeypatch.setattr(time, "time", lambda: later)

    _refused(tasks_of(client, owner, token), "token_expired")


@pytest.mark.parametrize("text", ["x", "a.b.c", "é.é.é", "null", "." * 40, "a" * 5000])
def test_what_is_no_token_is_refused(client, owner, text):
    _refused(tasks_of(client, owner, text), "token_invalid")


def test_a_token_in_the_query_is_not_looked_at(client, owner, token):
    for name in ("token", "access_token"):
        assert client.get(f"/api/{owner.public_id}/tasks?{name}={token}").status_code == 401


def test_another_users_address_is_403(client, owner, stranger, token):
    response = tasks_of(client, stranger, token)

    assert response.status_code == 403
    assert response.json()["code"] == "wrong_user"


def test_the_token_is_checked_before_the_address(client, owner, stranger):
    _refused(tasks_of(client, stranger, _expired(owner)), "token_expired")


def test_an_address_of_nobody_is_403_too(client, token):
    """Whether a user id exists is not told."""
    response = client.get("/api/nobody/tasks", headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 403


def test_the_users_time_zone_is_kept(client, owner, token):
    tasks_of(client, owner, token, **{"X-Time-Zone": "Asia/Tokyo"})

    owner.refresh_from_db()
    assert owner.zone().key == "Asia/Tokyo"


@pytest.mark.parametrize("name", ["", "Nowhere/Town", "../../etc/passwd", "UTC\0", "é" * 100])
def test_what_is_no_time_zone_changes_nothing(client, owner, token, name):
    response = tasks_of(client, owner, token, **{"X-Time-Zone": name})

    owner.refresh_from_db()
    assert response.status_code == 200
    assert owner.time_zone == "UTC"


def test_a_request_costs_one_query_for_the_user(client, owner, token, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert async_to_sync(authenticate)(token) == owner


def test_sockets_learn_when_the_token_expires(owner, token):
    user, expires_at = async_to_sync(authenticate_with_expiry)(token)

    assert user == owner
    assert expires_at.timestamp() == claims_of(token)["exp"]


@pytest.mark.parametrize("text", ["", "x", "\ud800", "a.\ud800.b"])
def test_sockets_get_the_same_refusals(text):
    with pytest.raises(ApiError) as caught:
        async_to_sync(authenticate)(text)

    assert caught.value.status == 401


def test_requests_at_once_each_get_their_own_user(owner, stranger):
    people = [owner, stranger] * 10
    tokens = {user: sign_ins.program_token(user) for user in (owner, stranger)}

    async def statuses(paths_of) -> list[int]:
        requests = [
            AsyncClient().get(
                f"/api/{paths_of(user).public_id}/tasks",
                headers={"Authorization": f"Bearer {tokens[user]}"},
            )
            for user in people
        ]
        return [response.status_code for response in await asyncio.gather(*requests)]

    other = {owner: stranger, stranger: owner}
    assert async_to_sync(statuses)(lambda user: user) == [200] * 20
    assert async_to_sync(statuses)(other.__getitem__) == [403] * 20


def _expired(user) -> str:
    sign_in = sign_ins.begin(user, AccessToken.lifetime)
    token = AccessToken.issue(sign_in, "http://testserver")
    token.set_exp(from_time=token.current_time - AccessToken.lifetime - AccessToken.lifetime)
    return str(token)


def _refused(response, code):
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert set(response.json()) == {"detail", "code"}
    assert response.json()["code"] == code
