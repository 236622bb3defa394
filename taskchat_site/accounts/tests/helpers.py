"""Few people with fixed parts, and the ways they talk to the server."""

import json
from typing import Any

import jwt
from django.test import Client

from taskchat_site.accounts.models import User

PASSWORD = "correct horse battery"
OWNER = "owner@example.com"
STRANGER = "stranger@example.com"


def post(client: Client, path: str, body: Any = None, **extra: Any) -> Any:
    """POST JSON; text and bytes go as they are."""
    data = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
    return client.post(path, data=data, content_type="application/json", **extra)


def sign_up(client: Client, email: str = "new@example.com", **fields: Any) -> Any:
    body = {"email": email, "password": PASSWORD, "name": "Nora New", **fields}
    return post(client, "/api/auth/sign-up/email", body)


def sign_in(client: Client, email: str = OWNER, password: str = PASSWORD, **fields: Any) -> Any:
    return post(client, "/api/auth/sign-in/email", {"email": email, "password": password, **fields})


def token_pair(client: Client, email: str = OWNER, password: str = PASSWORD) -> dict[str, str]:
    pair: dict[str, str] = post(client, "/api/token", {"email": email, "password": password}).json()
    return pair


def refresh(client: Client, token: str) -> Any:
    return post(client, "/api/token/refresh", {"refresh": token})


def tasks_of(client: Client, user: User, token: str | None, **headers: str) -> Any:
    """A request to a guarded address of `user`, as the bearer of `token`."""
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return client.get(f"/api/{user.public_id}/tasks", headers=headers)


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims
