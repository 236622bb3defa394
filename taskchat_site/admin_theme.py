"""The admin's look (django-unfold): its name, colours, and the ways to its pages."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

Link = dict[str, Any]
# It stands below the list of runs, and has a place of its own in the menu.
LIVE = reverse_lazy("admin:chat_run_live")


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _list_of(model: str, title: str, icon: str) -> Link:
    """The way to the list of `model` ("chat.run"), for those who may view it."""
    app, name = model.split(".")
    link = reverse_lazy(f"admin:{app}_{name}_changelist")

    def active(request: HttpRequest) -> bool:
        return request.path.startswith(str(link)) and request.path != str(LIVE)

    return {
        "title": title,
        "icon": icon,
        "link": link,
        "active": active,
        "permission": _may(f"{app}.view_{name}"),
    }


NAVIGATION: list[dict[str, Any]] = [
    {
        "items": [
            {"title": "Overview", "icon": "monitoring", "link": reverse_lazy("admin:index")},
        ]
    },
    {
        "title": "Assistant",
        "items": [
            _list_of("chat.thread", "Conversations", "forum"),
            {
                "title": "Running now",
                "icon": "bolt",
                "link": LIVE,
                "permission": _may("chat.view_run"),
            },
            _list_of("chat.run", "Runs", "play_circle"),
            _list_of("chat.toolcall", "Tool calls", "build"),
            _list_of("chat.feedback", "Feedback", "thumbs_up_down"),
            _list_of("chat.auditevent", "Audit", "visibility"),
        ],
    },
    {
        "title": "Product",
        "items": [
            _list_of("tasks.task", "Tasks", "task_alt"),
            _list_of("accounts.user", "Users", "person"),
            _list_of("auth.group", "Groups", "group"),
        ],
    },
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "TaskChat staff",
    "SITE_HEADER": "TaskChat",
    "SITE_SUBHEADER": "Staff",
    "SITE_SYMBOL": "task_alt",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("site/icon.svg")},
    ],
    "DASHBOARD_CALLBACK": "chat.admin.dashboard.add_figures",
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "STYLES": [lambda _request: static("site/admin.css")],
    "SIDEBAR": {"show_search": False, "navigation": NAVIGATION},
    "COLORS": {
        # The product's own accent is the 600.
        "primary": {
            "50": "#effaf7",
            "100": "#d5f2ec",
            "200": "#ace5da",
            "300": "#79d1c3",
            "400": "#48b8a8",
            "500": "#27a08f",
            "600": "#0b766b",
            "700": "#0a6259",
            "800": "#0b4e48",
            "900": "#0c403b",
            "950": "#052724",
        },
    },
}
