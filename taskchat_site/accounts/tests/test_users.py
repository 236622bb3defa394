from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import F

from taskchat_site.accounts.models import User
from taskchat_site.accounts.tests.helpers import OWNER, PASSWORD

pytestmark = pytest.mark.django_db


def test_emails_are_stored_in_lower_case(owner):
    user = User.objects.create_user(" Mixed@Example.COM ", PASSWORD)
    user.email = "Other@Example.COM"
    user.save()

    assert User.objects.get(pk=user.pk).email == "other@example.com"


def test_an_email_is_unique_whatever_its_case(owner):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(OWNER.upper(), PASSWORD)


def test_the_database_itself_refuses_upper_case(owner):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=owner.pk).update(email="Owner@example.com")


def test_a_user_needs_an_email():
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("", PASSWORD)


def test_django_authenticates_by_email(owner):
    assert authenticate(username="OWNER@example.com", password=PASSWORD) == owner


def test_saving_an_old_copy_does_not_put_counters_back(owner):
    copy = User.objects.get(pk=owner.pk)
    User.objects.update(live_counter=F("live_counter") + 5, token_version=F("token_version") + 3)
    copy.name = "Renamed"
    copy.save()

    owner.refresh_from_db()
    assert (owner.name, owner.live_counter, owner.token_version) == ("Renamed", 5, 3)


def test_a_time_zone_that_is_unknown_here_counts_as_utc(owner):
    owner.time_zone = "Mars/Olympus"

    assert owner.zone() == ZoneInfo("UTC")


def test_createsuperuser_asks_for_an_email(monkeypatch, capsys):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email="Root@example.com", verbosity=0)

    user = User.objects.get()
    assert (user.email, user.is_staff, user.is_superuser) == ("root@example.com", True, True)
    assert user.check_password(PASSWORD)
