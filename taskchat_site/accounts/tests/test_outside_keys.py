"""The outside issuer's key set: what is fetched, when, how much of it, and what is kept."""

import asyncio
import json
import threading
from http.server import ThreadingHTTPServer

import pytest
from asgiref.sync import async_to_sync
from cryptography.hazmat.primitives.asymmetric import rsa

from taskchat_site import environment
from taskchat_site.accounts import outside_keys
from taskchat_site.accounts.authentication import identify
from taskchat_site.accounts.outside_keys import FetchFailed, keys_at, usable_keys
from taskchat_site.accounts.tests.outside_issuer import MAKE_KEY, Issuer, jwk_of, serving
from taskchat_site.errors import ApiError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    class Clock:
        now = 1000.0

    monkeypatch.setattr(outside_keys, "monotonic", lambda: Clock.now)
    return Clock


def status(issuer, token=None) -> int:
    """How a token is answered: 200, 401 or 503."""
    try:
        async_to_sync(identify)(token or issuer.token())
    except ApiError as error:
        return error.status
    return 200


# --- When --------------------------------------------------------------------------------------


def test_keys_are_fetched_once_and_kept(outside_issuer, clock):
    assert [status(outside_issuer) for _ in range(5)] == [200] * 5
    clock.now += outside_keys.FRESH_SECONDS - 1
    status(outside_issuer)
    assert outside_issuer.fetches == 1

    clock.now += 1
    assert status(outside_issuer) == 200
    assert outside_issuer.fetches == 2


def test_many_first_requests_at_once_fetch_once(outside_issuer):
    outside_issuer.pause = 0.1

    async def all_at_once():
        keys = keys_at(outside_issuer.url)
        return await asyncio.gather(*(keys.find("key-1") for _ in range(20)))

    found = async_to_sync(all_at_once)()
    assert None not in found
    assert outside_issuer.fetches == 1


def test_a_new_key_is_accepted_at_once(outside_issuer):
    assert status(outside_issuer) == 200
    old = outside_issuer.token()
    outside_issuer.add_key("EdDSA", "key-2")

    assert status(outside_issuer) == 200
    assert status(outside_issuer, old) == 200
    assert outside_issuer.fetches == 2


def test_a_new_key_is_accepted_for_all_who_wait(outside_issuer):
    status(outside_issuer)
    outside_issuer.add_key("EdDSA", "key-2")
    outside_issuer.pause = 0.1

    async def all_at_once():
        keys = keys_at(outside_issuer.url)
        return await asyncio.gather(*(keys.find("key-2") for _ in range(20)))

    assert None not in async_to_sync(all_at_once)()
    assert outside_issuer.fetches == 2


def test_a_removed_key_is_refused_once_the_set_is_old(outside_issuer, clock):
    old = outside_issuer.token()
    status(outside_issuer)
    outside_issuer.add_key("EdDSA", "key-2")
    outside_issuer.entries.pop()
    clock.now += outside_keys.FRESH_SECONDS

    assert status(outside_issuer, old) == 401
    assert status(outside_issuer) == 200


def test_a_flood_of_unknown_keys_fetches_once_a_minute(outside_issuer, clock):
    status(outside_issuer)
    for minute in range(1, 4):
        for number in range(50):
            token = outside_issuer.sign(outside_issuer.claims(), kid=f"unknown-{number}")
            assert status(outside_issuer, token) == 401
        assert outside_issuer.fetches == 1 + minute
        clock.now += outside_keys.REFETCH_SECONDS


def test_unknown_keys_at_once_fetch_once(outside_issuer):
    status(outside_issuer)
    outside_issuer.pause = 0.1

    async def all_at_once():
        keys = keys_at(outside_issuer.url)
        return await asyncio.gather(*(keys.find(f"unknown-{number}") for number in range(50)))

    assert set(async_to_sync(all_at_once)()) == {None}
    assert outside_issuer.fetches == 2


def test_an_unknown_key_first_of_all_fetches_once(outside_issuer):
    token = outside_issuer.sign(outside_issuer.claims(), kid="unknown")

    assert status(outside_issuer, token) == 401
    assert outside_issuer.fetches == 1


def test_tokens_of_nobody_fetch_nothing(outside_issuer):
    claims = outside_issuer.claims(iss="https://evil.example")
    assert status(outside_issuer, outside_issuer.sign(claims)) == 401
    assert status(outside_issuer, outside_issuer.sign(outside_issuer.claims(), alg="none")) == 401
    assert outside_issuer.fetches == 0


# --- When it fails -----------------------------------------------------------------------------


def fails(issuer, how):
    if how == "broken":
        issuer.status = 500
    elif how == "redirect":
        issuer.status, issuer.headers = 302, {"Location": "/elsewhere"}
    elif how == "huge":
        issuer.body = issuer.document() + b" " * outside_keys.MAX_BYTES
    elif how == "packed":
        issuer.headers = {"Content-Encoding": "gzip"}
        issuer.body = b"\x1f\x8b" + b"x" * 100
    elif how == "html":
        issuer.body = b"<html>Sign in to the Wi-Fi</html>"
    elif how == "empty":
        issuer.body = b'{"keys": []}'
    elif how == "deep":
        issuer.body = b'{"keys":' + b"[" * 100_000


FAILURES = ["broken", "redirect", "huge", "packed", "html", "empty", "deep"]


@pytest.mark.parametrize("how", FAILURES)
def test_without_keys_it_is_503_and_tried_again_soon(outside_issuer, clock, how):
    fails(outside_issuer, how)
    assert status(outside_issuer) == 503
    assert status(outside_issuer) == 503
    assert outside_issuer.fetches == 1  # one, and no second for a redirect

    outside_issuer.status, outside_issuer.headers, outside_issuer.body = 200, {}, None
    clock.now += outside_keys.RETRY_SECONDS
    assert status(outside_issuer) == 200


def test_503_says_when_to_come_back(outside_issuer):
    fails(outside_issuer, "broken")
    with pytest.raises(ApiError) as caught:
        async_to_sync(identify)(outside_issuer.token())

    assert caught.value.code == "issuer_unreachable"
    assert int(caught.value.headers["Retry-After"]) > 0


@pytest.mark.parametrize("how", FAILURES)
def test_old_keys_stay_good_while_fetching_fails(outside_issuer, clock, how):
    assert status(outside_issuer) == 200
    fails(outside_issuer, how)
    clock.now += outside_keys.FRESH_SECONDS

    assert [status(outside_issuer) for _ in range(10)] == [200] * 10
    assert outside_issuer.fetches == 2
    clock.now += outside_keys.REFETCH_SECONDS
    assert status(outside_issuer) == 200
    assert outside_issuer.fetches == 3


def test_old_keys_are_not_good_for_ever(outside_issuer, clock):
    status(outside_issuer)
    fails(outside_issuer, "broken")
    clock.now += outside_keys.STALE_SECONDS

    assert status(outside_issuer) == 503


def test_a_server_that_is_gone_is_a_failure(clock, settings):
    issuer = Issuer()
    with serving(issuer):
        settings.AUTH_JWKS_URL, settings.AUTH_ISSUER = issuer.url, "https://identity.example"
        settings.AUTH_AUDIENCE = "https://tasks.example"
        keys_at.cache_clear()
        assert status(issuer) == 200
    clock.now += outside_keys.FRESH_SECONDS

    assert status(issuer) == 200
    keys_at.cache_clear()
    assert status(issuer) == 503


def test_a_slow_server_is_given_up_and_holds_up_nobody_else(outside_issuer, monkeypatch):
    monkeypatch.setattr(outside_keys, "FETCH_SECONDS", 0.3)
    outside_issuer.pause = 2.0

    async def ticks_while_it_waits() -> int:
        ticks = 0
        task = asyncio.ensure_future(identify(outside_issuer.token()))
        while not task.done():
            ticks += 1
            await asyncio.sleep(0.01)
        with pytest.raises(ApiError):
            task.result()
        return ticks

    assert async_to_sync(ticks_while_it_waits)() >= 10


def test_a_server_that_drips_is_given_up_too(monkeypatch, settings):
    """Each byte comes in time, and the whole does not."""
    monkeypatch.setattr(outside_keys, "FETCH_SECONDS", 0.5)
    listener = ThreadingHTTPServer(("127.0.0.1", 0), None)  # type: ignore[arg-type]
    stop = threading.Event()

    def drip() -> None:
        connection, _ = listener.socket.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not stop.wait(0.1):
                try:
                    connection.sendall(b" ")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        keys = outside_keys.OutsideKeys(f"http://127.0.0.1:{listener.server_port}/")
        with pytest.raises(ApiError):
            async_to_sync(keys.find)("key-1")
    finally:
        stop.set()
        thread.join()
        listener.server_close()


def test_whoever_leaves_takes_the_fetch_from_nobody(outside_issuer):
    outside_issuer.pause = 0.2

    async def one_leaves():
        keys = keys_at(outside_issuer.url)
        first = asyncio.ensure_future(keys.find("key-1"))
        second = asyncio.ensure_future(keys.find("key-1"))
        await asyncio.sleep(0.05)
        first.cancel()
        return await second

    assert async_to_sync(one_leaves)() is not None
    assert outside_issuer.fetches == 1


# --- Which keys --------------------------------------------------------------------------------


def entry(algorithm="ES256", **fields):
    jwk = jwk_of(algorithm, MAKE_KEY[algorithm](), **{"kid": "k", **fields})
    return {name: value for name, value in jwk.items() if value is not ...}


def keys_of(*entries):
    return usable_keys(json.dumps({"keys": entries}).encode())


@pytest.mark.parametrize(
    ("jwk", "algorithms"),
    [
        (entry("EdDSA"), {"EdDSA"}),
        (entry("ES256"), {"ES256"}),
        (entry("ES256", alg=...), {"ES256"}),
        (entry("ES384", alg=...), {"ES384"}),
        (entry("RS256"), {"RS256"}),
        (entry("RS256", alg="PS256"), {"PS256"}),
        (entry("RS256", alg=...), {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}),
        (entry(use="sig", key_ops=["verify"]), {"ES256"}),
    ],
)
def test_a_key_is_for_what_its_type_can_do_and_no_more(jwk, algorithms):
    assert keys_of(jwk)["k"].algorithms == algorithms


@pytest.mark.parametrize(
    "jwk",
    [
        entry(alg="RS256"),
        entry(alg="HS256"),
        entry(alg="none"),
        entry(alg=["ES256"]),
        entry(kid=...),
        entry(kid=7),
        entry(use="enc"),
        entry(key_ops=["encrypt"]),
        entry(key_ops="verify"),
        entry(kty="oct", k="c2VjcmV0"),
        entry(kty=["EC"]),
        entry(crv="P-384"),
        entry(crv={}),
        entry(crv=...),
        entry(x="!"),
        entry(x=...),
        entry(x=7),
        entry(d="AAAA"),
        jwk_of("RS256", rsa.generate_private_key(65537, 1024), kid="k"),
        "key",
        None,
    ],
)
def test_what_is_no_usable_key_is_left_out(jwk):
    with pytest.raises(FetchFailed):
        keys_of(jwk)
    good = entry(kid="good")
    assert list(keys_of(jwk, good)) == ["good"]


def test_the_algorithms_of_the_environment_are_those_that_keys_can_have():
    known = {name for _, names in outside_keys.CURVES.values() for name in names}

    assert set(environment.OUTSIDE_ALGORITHMS) == known
