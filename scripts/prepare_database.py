"""Bring the database up to date and, in debug, make the demo accounts. Runs inside .venv."""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.management import call_command


def prepare() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskchat_site.settings")
    django.setup()
    call_command("migrate", interactive=False)
    if settings.DEBUG:
        call_command("createdemo")


if __name__ == "__main__":
    prepare()
