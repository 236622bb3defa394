"""What goes wrong in words: one exception, turned into one response by `taskchat_site.api`."""

from collections.abc import Mapping


class ApiError(Exception):
    """An expected failure, told to the user.

    `detail` is for people, `code` for programs; both end up in `{"detail", "code"}`, beside
    `extra`, which tells programs more.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})


def unauthorized(detail: str, code: str = "token_invalid") -> ApiError:
    """401 with the challenge of RFC 6750."""
    return ApiError(401, code, detail, {"WWW-Authenticate": "Bearer"})


def forbidden(detail: str, code: str = "forbidden") -> ApiError:
    return ApiError(403, code, detail)


def not_found(detail: str = "Not found.", code: str = "not_found") -> ApiError:
    return ApiError(404, code, detail)


def too_many(detail: str, code: str, retry_after: int) -> ApiError:
    """429, and in how many seconds another attempt has a chance."""
    return ApiError(429, code, detail, {"Retry-After": str(max(retry_after, 1))})


def invalid(detail: str, code: str = "invalid") -> ApiError:
    return ApiError(422, code, detail)
