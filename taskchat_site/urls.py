"""Which URL goes where. The pages of the front end are served before Django: `static_files`."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, re_path

from taskchat_site import health
from taskchat_site.accounts.better_auth import auth_api
from taskchat_site.api import api
from taskchat_site.metrics_page import metrics
from taskchat_site.static_files import not_found_page

admin.site.index_title = "Overview"


def api_not_found(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"detail": "There is no such address.", "code": "not_found"}, status=404)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path.startswith("/api/"):
        return api_not_found(request)
    page, headers = not_found_page()
    return HttpResponse(page, status=404, headers=headers)


handler404 = page_not_found

urlpatterns = [
    path("api/auth/", auth_api.urls),
    path("api/", api.urls),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics),
    # A page of our own, also while DEBUG shows developers Django's.
    re_path("", page_not_found),
]
