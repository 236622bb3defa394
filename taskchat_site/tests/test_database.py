"""The door to the database."""

from unittest.mock import Mock

import pytest
from django.db import connection

from taskchat_site import database
from taskchat_site.accounts.models import User


@pytest.mark.django_db(transaction=True)
def test_a_hop_asks_the_database_for_nothing_but_its_own(monkeypatch):
    is_usable = Mock(return_value=True)
    monkeypatch.setattr(connection, "is_usable", is_usable)

    for _ in range(3):
        assert database._on_healthy_connection(User.objects.count) == 0

    is_usable.assert_not_called()
