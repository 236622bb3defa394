"""The JSON API: the apps' routers, who may call them, and the one place where errors get words."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from chat.api import router as chat_router
from taskchat_site.accounts.authentication import BearerAuth
from taskchat_site.accounts.tokens import router as token_router
from taskchat_site.errors import ApiError
from tasks.api import router as tasks_router

logger = logging.getLogger(__name__)

api = NinjaAPI(title="TaskChat", version="1", docs_url="/docs", openapi_url="/openapi.json")
api.add_router("/token", token_router, tags=["tokens"])
api.add_router("/{user_id}/tasks", tasks_router, auth=BearerAuth(), tags=["tasks"])
api.add_router("/{user_id}/chat", chat_router, auth=BearerAuth(), tags=["chat"])


def error_response(request: HttpRequest, error: ApiError) -> HttpResponse:
    body = {"detail": error.detail, "code": error.code, **error.extra}
    response = api.create_response(request, body, status=error.status)
    for name, value in error.headers.items():
        response[name] = value
    return response


@api.exception_handler(ApiError)
def on_api_error(request: HttpRequest, error: ApiError) -> HttpResponse:
    return error_response(request, error)


@api.exception_handler(ValidationError)
def on_validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name the field and what is wrong with it, in one line for each fault."""
    words = "; ".join(_fault(fault) for fault in error.errors)
    return error_response(request, ApiError(422, "invalid", words))


def _fault(fault: dict[str, Any]) -> str:
    # ninja puts the kind of parameter and the argument's name first: ("body", "payload", "title")
    place = [str(part) for part in fault["loc"]]
    name = ".".join(place[2:] or place[1:] or place)
    return f"{name}: {fault['msg']}"


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = "malformed" if error.status_code == 400 else "http_error"
    return error_response(request, ApiError(error.status_code, code, str(error)))


@api.exception_handler(RequestDataTooBig)
def on_too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1000
    words = f"The body is too large; at most {limit} kB are taken."
    return error_response(request, ApiError(413, "too_large", words))


@api.exception_handler(InterfaceError)
@api.exception_handler(OperationalError)
def on_database_gone(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("the database does not answer: %s", error)
    words = "The database cannot be reached right now. Please try again in a moment."
    return error_response(request, ApiError(503, "database_gone", words, {"Retry-After": "2"}))


@api.exception_handler(Exception)
def on_bug(request: HttpRequest, error: Exception) -> HttpResponse:
    """A bug: its trace goes to the log, and nothing of it to the user."""
    logger.error("unhandled error on %s %s", request.method, request.path, exc_info=error)
    words = "Something went wrong on our side. It has been recorded; please try again."
    return error_response(request, ApiError(500, "internal", words))
