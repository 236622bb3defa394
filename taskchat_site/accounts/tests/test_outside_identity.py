"""Users of an outside issuer: who they are here, and that nobody becomes one by a forged token."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.testing import WebsocketCommunicator
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import AsyncClient

from taskchat_site import database, live
from taskchat_site.accounts import jwks, outside, sign_ins
from taskchat_site.accounts.authentication import authenticate
from taskchat_site.accounts.models import OutsideIdentity, User
from taskchat_site.accounts.tests.helpers import OWNER, claims_of, sign_up, token_pair
from taskchat_site.accounts.tests.outside_issuer import (
    AUDIENCE,
    ISSUER,
    MAKE_KEY,
    base64url,
    jwk_of,
    part,
)
from taskchat_site.sockets import sockets

pytestmark = pytest.mark.django_db


def tasks(client, token, user_id="nora"):
    return client.get(f"/api/{user_id}/tasks", headers={"Authorization": f"Bearer {token}"})


def add_task(client, token, title, user_id="nora"):
    headers = {"Authorization": f"Bearer {token}"}
    body = {"title": title}
    path = f"/api/{user_id}/tasks"
    return client.post(path, body, content_type="application/json", headers=headers)


def titles(response):
    return [task["title"] for task in response.json()["items"]]


# --- Who somebody is ---------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
def test_a_newcomer_gets_in_under_the_tokens_own_subject(client, outside_issuer, algorithm):
    outside_issuer.add_key(algorithm, "key-2")

    assert tasks(client, outside_issuer.token()).status_code == 200
    identity = OutsideIdentity.objects.get()
    assert (identity.issuer, identity.subject) == (ISSUER, "nora")
    assert (identity.email, identity.user.name) == ("nora@example.com", "Nora")
    assert not identity.user.has_usable_password()


def test_the_same_person_comes_back_to_the_same_tasks(client, outside_issuer):
    add_task(client, outside_issuer.token(), "buy milk")

    assert titles(tasks(client, outside_issuer.token())) == ["buy milk"]
    assert User.objects.count() == 1


def test_another_subject_is_another_user(client, outside_issuer):
    add_task(client, outside_issuer.token(), "buy milk")

    assert titles(tasks(client, outside_issuer.token("sven"), "sven")) == []


def test_an_equal_subject_of_ours_is_another_user(client, owner, token, outside_issuer):
    """The path is the same text for both: the token's issuer says whose it is."""
    public_id = owner.public_id
    add_task(client, token, "owner's secret", public_id)
    foreign = outside_issuer.token(public_id)

    assert titles(tasks(client, foreign, public_id)) == []
    add_task(client, foreign, "foreigner's secret", public_id)
    assert titles(tasks(client, foreign, public_id)) == ["foreigner's secret"]
    assert titles(tasks(client, token, public_id)) == ["owner's secret"]
    assert OutsideIdentity.objects.get().user != owner


def test_an_equal_subject_of_another_issuer_is_another_user(client, outside_issuer, settings):
    add_task(client, outside_issuer.token(), "buy milk")
    settings.AUTH_ISSUER = "https://second.example"

    second = outside_issuer.token(iss="https://second.example")
    assert titles(tasks(client, second)) == []
    assert User.objects.count() == 2


@pytest.mark.parametrize("verified", [True, False])
def test_an_equal_email_links_nothing(client, owner, token, outside_issuer, verified):
    add_task(client, token, "owner's secret", owner.public_id)
    foreign = outside_issuer.token(email=OWNER, emailVerified=verified, email_verified=verified)

    assert titles(tasks(client, foreign)) == []
    assert User.objects.get(email=OWNER) == owner


def test_an_email_elsewhere_does_not_take_the_address_here(client, outside_issuer):
    tasks(client, outside_issuer.token())

    assert sign_up(client, "nora@example.com").status_code == 200
    assert User.objects.count() == 2


def test_nobody_signs_in_as_an_outside_user_with_a_password(client, outside_issuer):
    tasks(client, outside_issuer.token())
    email = OutsideIdentity.objects.get().user.email

    for password in ("", "!", " ", "password"):
        assert "access" not in token_pair(client, email, password)


def test_the_internal_id_of_an_outside_user_is_not_its_address(client, outside_issuer):
    token = outside_issuer.token()
    tasks(client, token)
    public_id = OutsideIdentity.objects.get().user.public_id

    assert tasks(client, token, public_id).status_code == 403
    assert tasks(client, token, "sven").status_code == 403


def test_subjects_may_hold_what_identity_providers_write(client, outside_issuer):
    for subject in ("auth0|6512", "a b", "ünï", "x" * 255):
        assert tasks(client, outside_issuer.token(subject), subject).status_code == 200


def test_two_first_requests_at_once_make_one_user(outside_issuer, monkeypatch):
    """The second finds nobody either, and then that it was slower."""
    claims = async_to_sync(outside.verify)(outside_issuer.token())
    first = outside.user_of(claims)
    answers = iter([None, outside._find(claims)])
    monkeypatch.setattr(outside, "_find", lambda _: next(answers))

    assert outside.user_of(claims) == first
    assert User.objects.count() == 1


def test_strange_names_are_not_shown(client, outside_issuer):
    token = outside_issuer.token(name="No\x00ra\u202e", email=["nora@example.com"])

    assert tasks(client, token).status_code == 200
    identity = OutsideIdentity.objects.get()
    assert (identity.user.name, identity.email) == ("", "")


def test_a_known_user_costs_one_query(outside_issuer, django_assert_num_queries):
    token = outside_issuer.token()
    async_to_sync(authenticate)(token)
    with django_assert_num_queries(1):
        async_to_sync(authenticate)(token)


def test_our_own_users_go_on_beside_it(client, owner, token, outside_issuer):
    assert tasks(client, token, owner.public_id).status_code == 200
    assert outside_issuer.fetches == 0


# --- Ends --------------------------------------------------------------------------------------


def disable(user):
    user.is_active = False
    user.save()


def disable_and_enable(user):
    disable(user)
    user.is_active = True
    user.save()


@pytest.mark.parametrize("end", [disable, disable_and_enable, User.sign_out_everywhere])
def test_what_ends_sign_ins_ends_tokens_of_before(client, outside_issuer, end):
    token = outside_issuer.token()
    tasks(client, token)
    end(OutsideIdentity.objects.get().user)

    assert tasks(client, token).status_code == 401
    assert tasks(client, outside_issuer.token(iat=...)).status_code == 401


def test_a_newer_token_is_let_in_after_signing_out_everywhere(client, outside_issuer):
    token = outside_issuer.token()
    tasks(client, token)
    OutsideIdentity.objects.get().user.sign_out_everywhere()
    newer = outside_issuer.token(iat=claims_of(token)["iat"] + 60)

    assert tasks(client, newer).status_code == 200


def test_a_disabled_user_is_refused_with_a_newer_token_too(client, outside_issuer):
    token = outside_issuer.token()
    tasks(client, token)
    disable(OutsideIdentity.objects.get().user)

    newer = outside_issuer.token(iat=claims_of(token)["iat"] + 60)
    assert tasks(client, newer).status_code == 401


def test_a_deleted_user_starts_anew(client, outside_issuer):
    add_task(client, outside_issuer.token(), "buy milk")
    User.objects.get().delete()

    assert titles(tasks(client, outside_issuer.token())) == []


# --- Forgeries ---------------------------------------------------------------------------------


@pytest.fixture
def refused(client, outside_issuer):
    """Checks that a token is 401 and makes no user; an untouched one is let in."""
    assert tasks(client, outside_issuer.token("honest"), "honest").status_code == 200

    def check(forged, code="token_invalid"):
        response = tasks(client, forged)
        assert (response.status_code, response.json()["code"]) == (401, code)
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert User.objects.count() == 1

    return check


def test_no_signature_at_all(refused, outside_issuer):
    for algorithm in ("none", "None", "NONE", "", None):
        header = {"alg": algorithm, "kid": outside_issuer.key_id}
        refused(f"{part(header)}.{part(outside_issuer.claims())}.")


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
def test_hs256_with_the_public_key_as_the_secret(refused, outside_issuer, settings, algorithm):
    settings.AUTH_ALGORITHMS = [*settings.AUTH_ALGORITHMS, "HS256"]  # not even then
    outside_issuer.add_key(algorithm, outside_issuer.key_id)
    public = outside_issuer.private.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem, pem.strip(), json.dumps(outside_issuer.entries[0]).encode(), b""):
        signed = f"{part({'alg': 'HS256', 'kid': outside_issuer.key_id})}."
        signed += part(outside_issuer.claims())
        mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        refused(f"{signed}.{base64url(mac)}")


def test_a_shared_secret_in_the_key_set_is_no_key(client, outside_issuer, settings):
    settings.AUTH_ALGORITHMS = ["HS256", "EdDSA"]
    secret = b"s" * 32
    jwk = {"kty": "oct", "k": base64url(secret), "alg": "HS256", "kid": "shared"}
    outside_issuer.entries.append(jwk)
    signed = f"{part({'alg': 'HS256', 'kid': 'shared'})}.{part(outside_issuer.claims())}"
    mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()

    assert tasks(client, f"{signed}.{base64url(mac)}").status_code == 401


def test_another_key_under_the_known_id(refused, outside_issuer):
    key = ed25519.Ed25519PrivateKey.generate()
    refused(outside_issuer.sign(outside_issuer.claims(), key))


def test_our_own_key_signs_for_ourselves_only(refused, outside_issuer):
    """And a token of ours that claims the outside issuer is checked with the outside keys."""
    outside_issuer.algorithm = "ES256"
    for key_id in (jwks.key_id(), outside_issuer.key_id):
        refused(outside_issuer.sign(outside_issuer.claims(), jwks.signing_key(), kid=key_id))


def test_the_outside_key_cannot_sign_as_ourselves(client, owner, token, outside_issuer):
    outside_issuer.add_key("ES256", jwks.key_id())
    forged = outside_issuer.sign(claims_of(token))

    assert tasks(client, forged, owner.public_id).status_code == 401


def test_an_algorithm_that_is_not_configured(client, outside_issuer):
    outside_issuer.add_key("ES384", "key-2")

    assert tasks(client, outside_issuer.token()).status_code == 401
    assert outside_issuer.fetches == 0


def test_a_configured_algorithm_that_the_key_is_not_for(client, outside_issuer):
    """The header says ES256, the key is Ed25519; and the key says RS256, its type does not."""
    outside_issuer.entries[0]["alg"] = "RS256"
    assert tasks(client, outside_issuer.token()).status_code == 503  # the set has no usable key

    outside_issuer.add_key("EdDSA", "key-2")
    for lie in ("ES256", "RS256"):
        token = outside_issuer.sign(outside_issuer.claims(), alg=lie)
        assert tasks(client, token).status_code in (401, 503)


def test_the_keys_own_algorithm_does_not_widen_the_list(client, outside_issuer, settings):
    settings.AUTH_ALGORITHMS = ["ES256"]

    assert tasks(client, outside_issuer.token()).status_code == 401


def test_a_key_without_an_algorithm_signs_what_its_type_can(client, outside_issuer):
    outside_issuer.add_key("ES256", "key-2")
    del outside_issuer.entries[0]["alg"]

    assert tasks(client, outside_issuer.token()).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"], "exp": 1},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/cert"},
        {"x5c": ["AAAA"]},
        {"jwk": {"kty": "OKP"}},
        {"kid": "another"},
        {"kid": ""},
        {"kid": None},
        {"kid": ["key-1"]},
        {"alg": ["EdDSA"]},
        {"alg": {}},
    ],
)
def test_a_header_that_points_elsewhere(refused, outside_issuer, header):
    refused(outside_issuer.sign(outside_issuer.claims(), **header))


def test_the_key_of_the_forger_in_the_header(refused, outside_issuer):
    key = MAKE_KEY["EdDSA"]()
    refused(outside_issuer.sign(outside_issuer.claims(), key, jwk=jwk_of("EdDSA", key)))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://evil.example"),
        ("iss", f"{ISSUER}/"),
        ("iss", [ISSUER]),
        ("iss", ...),
        ("aud", "https://other.example"),
        ("aud", ["https://other.example"]),
        ("aud", {AUDIENCE: 1}),
        ("aud", None),
        ("aud", ...),
        ("sub", ...),
        ("sub", None),
        ("sub", 7),
        ("sub", ""),
        ("sub", "x" * 256),
        ("sub", "no\x00ra"),
        ("sub", "\ud800"),
        ("exp", ...),
        ("exp", "soon"),
        ("exp", float("nan")),
        ("exp", float("inf")),
        ("nbf", 9_999_999_999),
    ],
)
def test_a_claim_is_missing_or_wrong(refused, outside_issuer, claim, value):
    refused(outside_issuer.token(**{claim: value}))


def test_an_expired_token_says_so(refused, outside_issuer):
    refused(outside_issuer.token(exp=1), "token_expired")


def test_a_token_for_several_audiences_is_for_us_too(client, outside_issuer):
    token = outside_issuer.token(aud=["https://other.example", AUDIENCE])

    assert tasks(client, token).status_code == 200


@pytest.mark.parametrize("expiry", [10**12, 10**300])
def test_a_token_for_ever_keeps_no_connection_for_ever(outside_issuer, expiry):
    claims = async_to_sync(outside.verify)(outside_issuer.token(exp=expiry))

    assert (claims.expires_at.timestamp() - claims_of(outside_issuer.token())["iat"]) < 86_460


def test_changed_claims_under_the_old_signature(refused, outside_issuer):
    header, _, signature = outside_issuer.token("honest").split(".")
    refused(f"{header}.{part(outside_issuer.claims())}.{signature}")


@pytest.mark.parametrize(
    "payload", ["", "!", "bnVsbA", "W10", base64url(b"[" * 5000), base64url(b'{"iss": "\xff"}')]
)
def test_what_is_no_payload(refused, outside_issuer, payload):
    header, _, signature = outside_issuer.token().split(".")
    refused(f"{header}.{payload}.{signature}")


def test_a_token_that_is_too_long_is_not_looked_at(refused, outside_issuer):
    refused(outside_issuer.token(padding="x" * 8192))


def test_without_the_settings_no_outside_token_counts(client, outside_issuer, settings):
    settings.AUTH_ISSUER = settings.AUTH_JWKS_URL = settings.AUTH_AUDIENCE = None

    assert tasks(client, outside_issuer.token()).status_code == 401
    assert outside_issuer.fetches == 0


# --- Chat and sockets --------------------------------------------------------------------------


def test_an_outside_user_talks_to_the_assistant(outside_issuer):
    message = {
        "content": [{"type": "input_text", "text": "add buy groceries"}],
        "attachments": [],
        "inference_options": {},
    }
    body = {"type": "threads.create", "params": {"input": message}}
    headers = {"Authorization": f"Bearer {outside_issuer.token()}"}

    async def talk():
        client = AsyncClient()
        response: Any = await client.post(
            "/api/nora/chat", body, "application/json", headers=headers
        )
        stream = b"".join([chunk async for chunk in response.streaming_content])
        return stream, await client.get("/api/nora/tasks", headers=headers)

    stream, listed = async_to_sync(talk)()
    assert stream.rstrip().endswith(b": end completed")
    assert titles(listed) == ["buy groceries"]


@pytest.mark.django_db(transaction=True)
def test_the_live_socket_opens_and_closes_with_the_user(outside_issuer, monkeypatch):
    monkeypatch.setattr(live, "POLL_SECONDS", 0.05)

    async def listen():
        socket = WebsocketCommunicator(sockets, "/ws/live", headers=[(b"host", b"testserver")])
        await socket.connect()
        await socket.send_json_to({"type": "auth", "token": outside_issuer.token()})
        assert await socket.receive_json_from() == {"type": "ready"}
        assert await socket.receive_nothing(0.3)
        await database.run(lambda: disable(OutsideIdentity.objects.get().user))
        return await socket.receive_output(timeout=3)

    assert async_to_sync(listen)() == {"type": "websocket.close", "code": 4401}


def test_staff_see_who_somebody_is_elsewhere(client, outside_issuer, admin_client):
    tasks(client, outside_issuer.token())
    user = OutsideIdentity.objects.get().user

    assert str(user) == "Nora"
    page = admin_client.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert f"nora at {ISSUER} nora@example.com" in page
    found = admin_client.get("/admin/accounts/user/?q=nora@example.com").content.decode()
    assert user.email in found


def test_program_tokens_of_an_outside_user_are_ours(client, outside_issuer):
    """A command on this machine acts for the user under the id that our tokens have."""
    add_task(client, outside_issuer.token(), "buy milk")
    user = OutsideIdentity.objects.get().user

    own = sign_ins.program_token(user)
    assert titles(tasks(client, own, user.public_id)) == ["buy milk"]


def test_a_curve_that_nobody_asked_for(client, outside_issuer):
    private = ec.generate_private_key(ec.SECP256K1())
    outside_issuer.add_key("ES256", "key-2")
    jwk = {**outside_issuer.entries[0], "crv": "secp256k1"}
    outside_issuer.entries[0] = jwk

    assert tasks(client, outside_issuer.sign(outside_issuer.claims(), private)).status_code == 401
