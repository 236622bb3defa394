"""Guessing passwords, making accounts and refreshing tokens: only so often."""

import pytest
from django.test import RequestFactory

from taskchat_site.accounts import attempts
from taskchat_site.accounts.addresses import client_address, network
from taskchat_site.accounts.models import Attempts
from taskchat_site.accounts.tests.helpers import (
    OWNER,
    PASSWORD,
    STRANGER,
    post,
    refresh,
    sign_in,
    sign_up,
    token_pair,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(settings):
    settings.SIGN_INS_PER_ACCOUNT = 3
    settings.SIGN_INS_PER_ADDRESS = 6
    settings.SIGN_UPS_PER_ACCOUNT = 2
    settings.SIGN_UPS_PER_ADDRESS = 4
    settings.REFRESHES_PER_ACCOUNT = 2
    settings.REFRESHES_PER_ADDRESS = 4


@pytest.fixture
def clock(monkeypatch):
    """A clock to turn."""

    class Clock:
        now = 1_000_000.0

    monkeypatch.setattr("taskchat_site.accounts.attempts.time.time", lambda: Clock.now)
    return Clock


def statuses(count, send):
    return [send().status_code for _ in range(count)]


def get_tokens(client, email=OWNER, password="wrong horse battery", **extra):
    return post(client, "/api/token", {"email": email, "password": password}, **extra)


def test_wrong_passwords_of_an_account_are_refused_after_the_limit(client, owner):
    assert statuses(5, lambda: get_tokens(client)) == [401, 401, 401, 429, 429]


def test_the_right_password_is_refused_then_too(client, owner):
    statuses(3, lambda: get_tokens(client))

    assert get_tokens(client, password=PASSWORD).status_code == 429


def test_the_refusal_says_when_in_words_and_in_a_header(client, owner, clock):
    statuses(3, lambda: get_tokens(client))
    clock.now += 10
    response = get_tokens(client)

    assert response.headers["Retry-After"] == "290"
    assert response.json() == {
        "detail": "Too many attempts. Please wait 5 minutes and try again.",
        "code": "too_many_requests",
    }


def test_better_auths_route_has_better_auths_shape(client, owner):
    statuses(3, lambda: sign_in(client, password="wrong"))
    response = sign_in(client, password="wrong")

    assert response.status_code == 429
    assert set(response.json()) == {"code", "message"}
    assert response.json()["code"] == "TOO_MANY_REQUESTS"
    assert int(response.headers["Retry-After"]) == int(response.headers["X-Retry-After"]) > 0


def test_every_door_counts_into_one(client, owner):
    owner.is_staff = True
    owner.save()
    get_tokens(client)
    sign_in(client, password="wrong")
    form = {"username": OWNER.upper(), "password": "wrong"}
    client.post("/admin/login/", form)

    assert sign_in(client).status_code == 429
    assert get_tokens(client, password=PASSWORD).status_code == 429
    page = client.post("/admin/login/", {**form, "password": PASSWORD})
    assert "Too many attempts" in page.content.decode()
    assert "sessionid" not in client.cookies


def test_staff_who_know_their_password_get_in(client, owner):
    owner.is_staff = True
    owner.save()
    for _ in range(8):
        page = client.post("/admin/login/?next=/admin/", {"username": OWNER, "password": PASSWORD})
        assert page.status_code == 302


def test_it_ends_by_itself(client, owner, clock):
    statuses(4, lambda: get_tokens(client))
    clock.now += attempts.SIGN_IN_SECONDS

    assert get_tokens(client, password=PASSWORD).status_code == 200


def test_trying_on_does_not_prolong_it(client, owner, clock):
    statuses(4, lambda: get_tokens(client))
    clock.now += attempts.SIGN_IN_SECONDS - 1
    assert get_tokens(client).status_code == 429
    clock.now += 1

    assert get_tokens(client).status_code == 401


def test_right_passwords_are_not_counted(client, owner):
    assert set(statuses(10, lambda: get_tokens(client, password=PASSWORD))) == {200}
    assert set(statuses(10, lambda: sign_in(client))) == {200}


def test_own_sign_ins_do_not_buy_guesses_at_others(client, owner, stranger):
    for _ in range(3):
        get_tokens(client, STRANGER)
        get_tokens(client, OWNER, PASSWORD)

    assert get_tokens(client, STRANGER, PASSWORD).status_code == 429


def test_other_accounts_of_other_addresses_go_on(client, owner, stranger):
    statuses(4, lambda: get_tokens(client))

    assert get_tokens(client, STRANGER, PASSWORD, REMOTE_ADDR="192.0.2.9").status_code == 200


def test_an_unknown_account_is_counted_alike(client, owner):
    unknown = statuses(5, lambda: get_tokens(client, "nobody@example.com"))

    assert unknown == [401, 401, 401, 429, 429]


def test_one_address_that_tries_many_accounts_is_refused(client, owner):
    emails = iter(f"guess{number}@example.com" for number in range(10))

    assert statuses(8, lambda: get_tokens(client, next(emails))) == [401] * 6 + [429] * 2
    assert get_tokens(client, password=PASSWORD, REMOTE_ADDR="192.0.2.9").status_code == 200


def test_a_forged_header_makes_no_new_address(client):
    for number in range(6):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        get_tokens(client, f"guess{number}@example.com", headers=headers)

    headers = {"X-Forwarded-For": "198.51.100.99"}
    assert get_tokens(client, "guess9@example.com", headers=headers).status_code == 429


def test_one_customer_has_many_ipv6_addresses(client):
    for number in range(6):
        get_tokens(client, f"guess{number}@example.com", REMOTE_ADDR=f"2001:db8:0:7:{number}::1")

    def status(address):
        return get_tokens(client, "guess9@example.com", REMOTE_ADDR=address).status_code

    assert status("2001:db8:0:7:ffff::9") == 429
    assert status("2001:db8:0:8::1") == 401


def test_accounts_made_from_one_address_are_limited(client):
    emails = iter(f"new{number}@example.com" for number in range(10))

    assert statuses(5, lambda: sign_up(client, next(emails))) == [200] * 4 + [429]


def test_asking_whether_an_account_exists_is_limited_for_any_address(client, owner):
    addresses = iter(f"192.0.2.{number}" for number in range(10))

    def ask():
        body = {"email": OWNER, "password": PASSWORD, "name": "X"}
        return post(client, "/api/auth/sign-up/email", body, REMOTE_ADDR=next(addresses))

    assert statuses(3, ask) == [422, 422, 429]


def test_refreshing_is_limited_for_a_user(client, owner):
    pair = token_pair(client)
    for _ in range(2):
        pair = refresh(client, pair["refresh"]).json()
    response = refresh(client, pair["refresh"])

    assert response.status_code == 429
    assert response.headers["Retry-After"]


def test_a_refused_refresh_leaves_the_token_good(client, owner, clock):
    pair = token_pair(client)
    for _ in range(2):
        pair = refresh(client, pair["refresh"]).json()
    assert refresh(client, pair["refresh"]).status_code == 429
    clock.now += attempts.REFRESH_SECONDS

    assert refresh(client, pair["refresh"]).status_code == 200


def test_refreshing_with_nonsense_is_limited_for_an_address(client):
    assert statuses(5, lambda: refresh(client, "nonsense")) == [401] * 4 + [429]


def test_counting_costs_one_query(client, owner, django_assert_num_queries):
    attempt = attempts.sign_in(RequestFactory().post("/"), OWNER)
    with django_assert_num_queries(1):
        attempt.count()
    with django_assert_num_queries(1):
        attempt.forgive()


def test_without_limits_it_costs_none(client, owner, settings, django_assert_num_queries):
    settings.SIGN_INS_PER_ACCOUNT = settings.SIGN_INS_PER_ADDRESS = 0
    attempt = attempts.sign_in(RequestFactory().post("/"), OWNER)
    with django_assert_num_queries(0):
        attempt.count()
        attempt.forgive()


def test_what_was_typed_is_not_kept(client):
    get_tokens(client, "my-password-in-the-wrong-field")

    kept = " ".join(Attempts.objects.values_list("key", flat=True))
    assert kept
    assert "password" not in kept


def test_old_rows_are_swept(client, clock, monkeypatch):
    statuses(2, lambda: get_tokens(client, "once@example.com"))
    clock.now += attempts.SIGN_IN_SECONDS
    monkeypatch.setattr("taskchat_site.accounts.attempts.random.randrange", lambda _: 0)
    get_tokens(client, "other@example.com")

    assert Attempts.objects.count() == 2


# --- Which address -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("peer", "header", "address"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # not from a proxy: a claim
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.7", "198.51.100.7"),  # the left end is forged
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),  # two proxies
        ("10.0.0.1", "6.6.6.6, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, nonsense", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("", "198.51.100.7", None),
    ],
)
def test_the_address_is_the_sockets_or_what_a_trusted_proxy_says(settings, peer, header, address):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    headers = {} if header is None else {"X-Forwarded-For": header}

    assert client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)) == address


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        (None, "None"),
    ],
)
def test_who_is_counted_as_one(address, counted_as):
    assert network(address) == counted_as
