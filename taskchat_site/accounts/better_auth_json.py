"""The objects of Better Auth's answers."""

from datetime import UTC, datetime
from typing import Any

from taskchat_site.accounts.models import SignIn, User


def user(user: User) -> dict[str, Any]:
    return {
        "id": user.public_id,
        "name": user.name,
        "email": user.email,
        "emailVerified": False,
        "createdAt": _time(user.date_joined),
        "updatedAt": _time(user.updated_at),
    }


def session(sign_in: SignIn) -> dict[str, Any]:
    """`token` is no credential here: the session cookie is, and scripts never see that."""
    return {
        "id": sign_in.pk,
        "token": sign_in.pk,
        "userId": sign_in.user.public_id,
        "expiresAt": _time(sign_in.expires_at),
        "createdAt": _time(sign_in.created_at),
        "updatedAt": _time(sign_in.refreshed_at),
        "ipAddress": sign_in.ip_address or "",
        "userAgent": sign_in.user_agent,
    }


def error(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}


def _time(moment: datetime) -> str:
    """As JavaScript writes it: UTC, milliseconds, Z."""
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds") + "Z"
