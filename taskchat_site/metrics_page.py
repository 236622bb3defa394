"""`/metrics`: this process's figures in Prometheus' format, for nobody but the operator.

With `METRICS_TOKEN` whoever sends it as a bearer token may read; without, only a client on this
machine that asks this machine by its own name, and not through a proxy, which would make the world
such a client.
"""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

from chat.runs.runner import runner
from taskchat_site.accounts.addresses import is_loopback
from taskchat_site.metrics import RUNNING_RUNS

METRICS_PATH = "/metrics"
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Via")

RUNNING_RUNS.set_function(lambda: runner.count)


async def metrics(request: HttpRequest) -> HttpResponse:
    if settings.METRICS_TOKEN is None:
        if not _is_local(request):
            words = "Figures are for this machine alone, unless METRICS_TOKEN is set."
            return JsonResponse({"detail": words, "code": "forbidden"}, status=403)
    elif not _has_token(request, settings.METRICS_TOKEN):
        words = "The bearer token in METRICS_TOKEN is needed."
        headers = {"WWW-Authenticate": "Bearer"}
        return JsonResponse({"detail": words, "code": "token_invalid"}, status=401, headers=headers)
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(REGISTRY), content_type=content_type)


def _is_local(request: HttpRequest) -> bool:
    host, _port = split_domain_port(request.META.get("HTTP_HOST", ""))
    return (
        host in LOCAL_NAMES
        and is_loopback(request.META.get("REMOTE_ADDR", ""))
        and not any(name in request.headers for name in FORWARDED)
    )


def _has_token(request: HttpRequest, token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(
        given.strip().encode(), token.encode()
    )
