"""Users for staff: to find, to disable, to sign out, to give a new password."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

# Imported so that they are registered by now: nobody needs to look at the rows of the blacklist.
from rest_framework_simplejwt.token_blacklist import admin as _blacklist_admin  # noqa: F401
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, AuthenticationForm
from unfold.widgets import UnfoldAdminPasswordWidget

from taskchat_site.accounts import attempts
from taskchat_site.accounts.models import SignIn, User
from taskchat_site.errors import ApiError

admin.site.unregister([BlacklistedToken, OutstandingToken, Group])

POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


if TYPE_CHECKING:  # Django's own classes take no type arguments at run time
    _CreationForm = BaseUserCreationForm[User]
    _ModelForm = ModelForm[User]
    _TabularInline = admin.TabularInline[SignIn, User]
    _UserAdmin = DjangoUserAdmin[User]
    _GroupAdmin = DjangoGroupAdmin
else:
    from unfold.admin import TabularInline as _TabularInline

    _CreationForm = BaseUserCreationForm
    _ModelForm = ModelForm

    class _UserAdmin(DjangoUserAdmin, ModelAdmin):
        pass

    class _GroupAdmin(DjangoGroupAdmin, ModelAdmin):
        pass


class LoginForm(AuthenticationForm):
    """The admin's own door, under the same limits as the others."""

    def clean(self) -> dict[str, Any]:
        assert self.request is not None
        attempt = attempts.sign_in(self.request, self.cleaned_data.get("username", ""))
        try:
            attempt.count()
        except ApiError as error:
            raise ValidationError(error.detail, code=error.code) from error
        cleaned = super().clean()
        attempt.forgive()
        return cleaned


admin.site.login_form = LoginForm


@admin.register(Group)
class GroupAdmin(_GroupAdmin):
    """What staff may do, by their part in the team."""


class UserCreationForm(_CreationForm):
    class Meta:
        model = User
        fields = ("email", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password1", "password2"):
            attributes = {"autocomplete": "new-password"}
            self.fields[name].widget = UnfoldAdminPasswordWidget(attrs=attributes)


class UserForm(_ModelForm):
    """Without the password: its hash is nobody's business, and a new one has a form of its own."""

    class Meta:
        model = User
        fields = ("email", "name", "time_zone", "is_active", *POWERS)


class SignInInline(_TabularInline):
    """Where the user is signed in: a record, so read only."""

    model = SignIn
    extra = 0
    can_delete = False
    ordering = ("-created_at",)
    fields = readonly_fields = (
        "created_at",
        "refreshed_at",
        "expires_at",
        "ended_at",
        "ip_address",
        "user_agent",
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(_UserAdmin):
    form = UserForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "date_joined")
    search_fields = (
        "email",
        "name",
        "public_id",
        "outside_identities__email",
        "outside_identities__subject",
    )
    search_help_text = "E-mail, name, public id, or e-mail and subject at an outside issuer"
    ordering = ("-date_joined",)
    date_hierarchy = "date_joined"
    readonly_fields = (
        "public_id",
        "password_form",
        "outside_identity",
        "date_joined",
        "last_login",
    )
    fieldsets = (
        (None, {"fields": ("email", "name", "time_zone", "public_id", "password_form")}),
        ("Elsewhere", {"fields": ("outside_identity",)}),
        ("Access", {"fields": ("is_active", *POWERS)}),
        ("Dates", {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "name", "password1", "password2")}),
    )
    inlines = (SignInInline,)
    actions = ("sign_out_everywhere",)

    @admin.display(description="password")
    def password_form(self, user: User) -> str:
        url = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a class="button" href="{}">Set a new password</a>', url)

    @admin.display(description="identity at an outside issuer")
    def outside_identity(self, user: User) -> str:
        identities = user.outside_identities.all()
        return "; ".join(f"{one} {one.email}".rstrip() for one in identities) or "none"

    @admin.action(description="Sign out everywhere", permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, users: QuerySet[User]) -> None:
        allowed = [user for user in users if self.has_change_permission(request, user)]
        for user in allowed:
            user.sign_out_everywhere()
            self.log_change(request, user, "Signed out everywhere.")
        self.message_user(request, f"Signed out everywhere: {len(allowed)}.", messages.SUCCESS)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()

    # Staff who may edit users must not become, or take over, superusers that way.

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if _is_superuser(request) else (*fields, *POWERS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)


def _is_superuser(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return user is None or not user.is_superuser or _is_superuser(request)
