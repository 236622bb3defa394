"""Users and their sign-ins."""

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from taskchat_site.ids import new_id

# Users of an outside issuer have an address here: nobody can have it, sign in or get mail by it.
OUTSIDE_DOMAIN = "outside.invalid"


def new_sign_in_id() -> str:
    return new_id("signin_")


class UserManager(BaseUserManager["User"]):
    """Finds and makes users by e-mail address, whatever its case."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))

    def create_user(
        self, email: str, password: str | None = None, name: str = "", **fields: Any
    ) -> "User":
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, name: str = "", **fields: Any
    ) -> "User":
        return self.create_user(
            email, password, name, **{**fields, "is_staff": True, "is_superuser": True}
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account: signs in by e-mail, is known outside by `public_id` alone."""

    NAME_LENGTH = 150

    public_id = models.CharField(max_length=64, unique=True, default=new_id, editable=False)
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(
        "active", default=True, help_text="An account that is not active can do nothing at all."
    )
    is_staff = models.BooleanField(
        "staff", default=False, help_text="Staff may sign in to this administration."
    )
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    token_version = models.PositiveIntegerField(default=0, editable=False)
    live_counter = models.BigIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    # Raised in the database by F(), so a whole row saved from memory must not put them back.
    COUNTERS = frozenset({"token_version", "live_counter"})

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"
            )
        ]

    def __str__(self) -> str:
        if self.name and self.email.endswith(f"@{OUTSIDE_DOMAIN}"):
            return self.name
        return self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.email

    def zone(self) -> ZoneInfo:
        """Where the user's days begin and end."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):  # a zone that this machine does not know
            return ZoneInfo("UTC")

    def clean(self) -> None:
        super().clean()
        self.email = UserManager.normalize_email(self.email)

    def save(
        self,
        *,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save the row. A new password, and any save of a disabled user, signs out everywhere."""
        adding = self._state.adding
        # Set by set_password, cleared when a hash is only renewed.
        new_password = self._password is not None  # type: ignore[attr-defined]
        self.email = UserManager.normalize_email(self.email)
        if not adding and update_fields is None and not force_insert:
            fields = {field.name for field in self._meta.local_concrete_fields}
            update_fields = fields - self.COUNTERS - {"id"}
        with transaction.atomic(using=using):
            super().save(
                force_insert=force_insert,
                force_update=force_update,
                using=using,
                update_fields=update_fields,
            )
            if not adding and (new_password or not self.is_active):
                self.sign_out_everywhere()

    def sign_out_everywhere(self) -> None:
        """Make every token and every session of the user worthless from now on."""
        User.objects.filter(pk=self.pk).update(token_version=models.F("token_version") + 1)
        self.refresh_from_db(fields=["token_version"])
        now = timezone.now()
        self.sign_ins.filter(ended_at=None).update(ended_at=now)
        self.outside_identities.update(tokens_after=now)

    # Sessions hang on the token version instead of the password's hash: a new password raises
    # it, and so do the other reasons to end sessions; a hash that is only renewed does not.

    def get_session_auth_hash(self) -> str:
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes) -> str:
        value = f"{self.public_id}:{self.token_version}"
        return salted_hmac("taskchat.session", value, secret=secret, algorithm="sha256").hexdigest()


class OutsideIdentity(models.Model):
    """Who a user is at an outside issuer. `email` is what it says there, for staff to read."""

    EMAIL_LENGTH = 254

    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="outside_identities")
    email = models.CharField("e-mail there", max_length=EMAIL_LENGTH, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    tokens_after = models.DateTimeField(
        null=True, blank=True, help_text="Tokens issued before are refused: signed out everywhere."
    )

    class Meta:
        verbose_name_plural = "outside identities"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_user_per_identity")
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"

    def accepts(self, issued_at: float | None) -> bool:
        """Is a token of that time still good? One that does not say is not, once it matters."""
        if self.tokens_after is None:
            return True
        return issued_at is not None and issued_at > self.tokens_after.timestamp()


class Attempts(models.Model):
    """How often something was tried in a time window; `taskchat_site.accounts.attempts` counts.

    Times are Unix seconds, so that one statement counts on every database.
    """

    key = models.CharField(primary_key=True, max_length=64)
    count = models.PositiveIntegerField()
    ends_at = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.key


class SignIn(models.Model):
    """One browser or one program that a user signed in with, until it signs out.

    Every token belongs to one (claim `sid`), so it ends with it; refresh tokens of one sign-in
    are a family. The id is shown to its owner and is no secret: it opens nothing.
    """

    id = models.CharField(primary_key=True, max_length=64, default=new_sign_in_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    created_at = models.DateTimeField(default=timezone.now)
    refreshed_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ip_address = models.GenericIPAddressField("address", null=True, blank=True)
    user_agent = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return self.id

    def end(self) -> None:
        """Sign out: its tokens are refused from now on."""
        self.ended_at = timezone.now()
        self.save(update_fields=["ended_at"])
