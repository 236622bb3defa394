"""The HTTP contract of Better Auth 1.4.10 and its jwt plugin, on Django's sessions.

The front end uses the real `better-auth` client; `tests/better_auth` runs it against this. Each
view is one hop to the database, inside Django's own session middleware.
"""

import logging
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Router
from ninja.errors import HttpError
from ninja.errors import ValidationError as BodyError

from taskchat_site import database
from taskchat_site.accounts import attempts, jwks, passwords, sign_ins
from taskchat_site.accounts import better_auth_json as shape
from taskchat_site.accounts.models import SignIn, User, UserManager
from taskchat_site.accounts.origins import may_use_cookies, own_origin
from taskchat_site.accounts.schemas import SignInBody, SignUpBody
from taskchat_site.accounts.signing import AccessToken
from taskchat_site.errors import ApiError

logger = logging.getLogger(__name__)

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
KEY_SET_SECONDS = 300

Answer = Callable[[HttpRequest], HttpResponse]


def from_our_pages(request: HttpRequest) -> bool:
    """ninja's guard, run before a body is read: no foreign page acts with a visitor's cookie."""
    if not may_use_cookies(request):
        raise ApiError(403, "INVALID_ORIGIN", "Invalid origin")
    if request.body and request.content_type != "application/json":
        raise ApiError(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            f'Content-Type "{request.content_type}" is not allowed. Use application/json',
        )
    return True


router = Router()


@router.post("/sign-up/email", auth=from_our_pages)
async def sign_up(request: HttpRequest, body: SignUpBody) -> HttpResponse:
    _check_email(body.email)
    _check_callback(body.callback_url)
    await database.run(attempts.sign_up(request, body.email).count)
    try:
        password = await passwords.hash_new(body.password, email=body.email, name=body.name)
    except passwords.PasswordError as error:
        raise ApiError(400, error.code, error.words) from error

    def answer(request: HttpRequest) -> HttpResponse:
        user = _create_user(body, password)
        sign_in = _start_session(request, user, remember=body.remember_me)
        return JsonResponse({"token": sign_in.pk, "user": shape.user(user)})

    return await database.run(_in_session, request, answer)


@router.post("/sign-in/email", auth=from_our_pages)
async def sign_in(request: HttpRequest, body: SignInBody) -> HttpResponse:
    _check_email(body.email)
    _check_callback(body.callback_url)
    user = await passwords.check(body.email, body.password, attempts.sign_in(request, body.email))
    if user is None:
        raise ApiError(401, "INVALID_EMAIL_OR_PASSWORD", "Invalid email or password")

    def answer(request: HttpRequest) -> HttpResponse:
        sign_in = _start_session(request, user, remember=body.remember_me)
        token = {"token": sign_in.pk, "user": shape.user(user)}
        if body.callback_url:
            return JsonResponse({"redirect": True, "url": body.callback_url, **token})
        return JsonResponse({"redirect": False, **token})

    return await database.run(_in_session, request, answer)


@router.post("/sign-out", auth=from_our_pages)
async def sign_out(request: HttpRequest) -> HttpResponse:
    def answer(request: HttpRequest) -> HttpResponse:
        logout(request)
        return JsonResponse({"success": True})

    return await database.run(_in_session, request, answer)


@router.get("/get-session")
async def get_session(request: HttpRequest) -> HttpResponse:
    """Who is signed in, or `null`; the JWT comes along in a header, as from the jwt plugin."""

    def answer(request: HttpRequest) -> HttpResponse:
        sign_in = sign_ins.current(request)
        if sign_in is None:
            return JsonResponse(None, safe=False)
        sign_ins.keep_alive(request, sign_in)
        return JsonResponse(
            {"session": shape.session(sign_in), "user": shape.user(sign_in.user)},
            headers={
                "set-auth-jwt": _access_token(request, sign_in),
                "Access-Control-Expose-Headers": "set-auth-jwt",
            },
        )

    return await database.run(_in_session, request, answer)


@router.get("/token")
async def token(request: HttpRequest) -> HttpResponse:
    def answer(request: HttpRequest) -> HttpResponse:
        sign_in = sign_ins.current(request)
        if sign_in is None:
            return JsonResponse(shape.error("UNAUTHORIZED", "Not signed in"), status=401)
        return JsonResponse({"token": _access_token(request, sign_in)})

    return await database.run(_in_session, request, answer)


@router.get("/jwks")
async def key_set(request: HttpRequest) -> HttpResponse:
    headers = {"Cache-Control": f"public, max-age={KEY_SET_SECONDS}"}
    return JsonResponse(jwks.key_set(), headers=headers)


# --- Sessions --------------------------------------------------------------------------------


def _in_session(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Answer with `request.session` open; Django's middleware keeps row and cookie."""
    response = cast("HttpResponse", SessionMiddleware(answer)(request))
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie is not None and request.is_secure():
        cookie["secure"] = True
    return response


def _start_session(request: HttpRequest, user: User, *, remember: bool) -> SignIn:
    """Sign `user` in under a new session key; whoever was signed in here no longer is."""
    logout(request)
    login(request, user, backend=MODEL_BACKEND)
    sign_in = SignIn.objects.get(pk=request.session[sign_ins.SESSION_KEY])
    sign_ins.set_lifetime(request, sign_in, remember=remember)
    return sign_in


def _create_user(body: SignUpBody, password: str) -> User:
    user = User(email=UserManager.normalize_email(body.email), name=body.name, password=password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ApiError(
            422,
            "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
            "User already exists. Use another email.",
        ) from error
    return user


def _access_token(request: HttpRequest, sign_in: SignIn) -> str:
    return str(AccessToken.issue(sign_in, own_origin(request)))


# --- Refusals --------------------------------------------------------------------------------


def _check_email(email: str) -> None:
    try:
        validate_email(UserManager.normalize_email(email))
    except ValidationError as error:
        raise ApiError(400, "INVALID_EMAIL", "Invalid email") from error


def _check_callback(url: str | None) -> None:
    """The client navigates there after signing in, so only to a path of our own."""
    if url is None:
        return
    plain = url.isascii() and url.isprintable() and "\\" not in url
    if not plain or not url.startswith("/") or url.startswith("//"):
        raise ApiError(403, "INVALID_CALLBACKURL", "Invalid callbackURL")


auth_api = NinjaAPI(urls_namespace="auth", docs_url=None, openapi_url=None)
auth_api.add_router("", router)


def _refusal(status: int, code: str, message: str) -> HttpResponse:
    return JsonResponse(shape.error(code, message), status=status)


@auth_api.exception_handler(ApiError)
def on_api_error(request: HttpRequest, error: ApiError) -> HttpResponse:
    response = _refusal(error.status, error.code.upper(), error.detail)
    for name, value in error.headers.items():
        response[name] = value
    if "Retry-After" in error.headers:  # the name that Better Auth's own limiter uses
        response["X-Retry-After"] = error.headers["Retry-After"]
    return response


@auth_api.exception_handler(BodyError)
def on_body_error(request: HttpRequest, error: BodyError) -> HttpResponse:
    return _refusal(400, "VALIDATION_ERROR", "; ".join(map(_fault, error.errors)))


def _fault(fault: dict[str, Any]) -> str:
    # ninja puts the argument's name second: ("body", "body", "email")
    place = ".".join(str(part) for part in (fault["loc"][0], *fault["loc"][2:]))
    return f"[{place}] {fault['msg']}"


@auth_api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = "INVALID_JSON" if error.status_code == 400 else "HTTP_ERROR"
    return _refusal(error.status_code, code, str(error))


@auth_api.exception_handler(RequestDataTooBig)
def on_too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _refusal(413, "PAYLOAD_TOO_LARGE", "The request body is too large")


@auth_api.exception_handler(SessionInterrupted)
def on_interrupted(request: HttpRequest, error: SessionInterrupted) -> HttpResponse:
    """Another tab signed out while this request was on its way."""
    return _refusal(401, "SESSION_EXPIRED", "Session expired")


@auth_api.exception_handler(Exception)
def on_bug(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("unhandled error on %s %s", request.method, request.path, exc_info=error)
    return _refusal(500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side")
