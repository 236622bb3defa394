"""A pytest plugin (`-p tests.database_only`): run only tests that reach a database.

On a second database the others would show the same once more.
"""

from __future__ import annotations

import pytest

# Whichever way a test asks pytest-django for a database, it ends at one of these.
DOORS = {"db", "transactional_db"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        (chosen if _reaches_database(item) else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = chosen


def _reaches_database(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") is not None
    return marked or not DOORS.isdisjoint(getattr(item, "fixturenames", ()))
