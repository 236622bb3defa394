"""What the list of conversations can be narrowed to: conditions that indexes answer."""

from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter, TextFilter

from chat.admin.values import values_of
from chat.models import Feedback, Run, Thread, ToolCall
from chat.usage import ERRORS
from taskchat_site.accounts.models import User

Threads = QuerySet[Thread]
Lookups = list[tuple[str, str]]

CODE = "code:"


def choice_filter(field: str, choices: Lookups) -> type[DropdownFilter]:
    """Rows whose `field` has one of a few values."""

    class ChoiceFilter(DropdownFilter):
        title = field
        parameter_name = f"{field}__exact"

        def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
            return choices

        def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
            value = self.value()
            return rows if not value else rows.filter(**{field: value})

    return ChoiceFilter


def value_filter(model: type[Model], field: str) -> type[DropdownFilter]:
    """Rows of `model` whose `field` has one of the values that it has in any of them."""

    class ValueFilter(DropdownFilter):
        title = field
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
            return [(value, value.replace("_", " ")) for value in values_of(model, field)]

        def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
            value = self.value()
            return rows if not value else rows.filter(**{field: value})

    return ValueFilter


def _with(rows: QuerySet[Any, Any]) -> Exists:
    """Conversations that one of `rows` belongs to."""
    return Exists(rows.filter(thread=OuterRef("pk")))


class UserFilter(TextFilter):
    title = "user's e-mail"
    parameter_name = "user"

    def queryset(self, request: HttpRequest, threads: Threads) -> Threads:
        words = (self.value() or "").strip()
        if not words:
            return threads
        return threads.filter(owner__in=User.objects.filter(email__icontains=words))


class ErrorFilter(DropdownFilter):
    """Conversations in which a reply did not end well, or a tool failed."""

    title = "error"
    parameter_name = "error"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        codes = values_of(Run, "code")
        return [
            ("any", "A reply failed or was interrupted"),
            ("interrupted", "A reply was interrupted"),
            ("cancelled", "A reply was stopped"),
            ("tool", "A tool call failed"),
            *((CODE + code, f"Failed: {code.replace('_', ' ')}") for code in codes),
        ]

    def queryset(self, request: HttpRequest, threads: Threads) -> Threads:
        match self.value():
            case None | "":
                return threads
            case "any":
                return threads.filter(_with(Run.objects.filter(status__in=ERRORS)))
            case "tool":
                failed = ToolCall.objects.filter(status=ToolCall.Status.FAILED)
                return threads.filter(_with(failed))
            case value if value.startswith(CODE):
                code = value.removeprefix(CODE)
                return threads.filter(_with(Run.objects.exclude(code="").filter(code=code)))
            case status:
                return threads.filter(_with(Run.objects.filter(status=status)))


class ModelFilter(DropdownFilter):
    title = "model"
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [(model, model) for model in values_of(Run, "model")]

    def queryset(self, request: HttpRequest, threads: Threads) -> Threads:
        if not self.value():
            return threads
        return threads.filter(_with(Run.objects.filter(model=self.value())))


class ToolFilter(DropdownFilter):
    title = "tool used"
    parameter_name = "tool"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [(name, name) for name in values_of(ToolCall, "name")]

    def queryset(self, request: HttpRequest, threads: Threads) -> Threads:
        if not self.value():
            return threads
        return threads.filter(_with(ToolCall.objects.filter(name=self.value())))


class FeedbackFilter(DropdownFilter):
    title = "feedback"
    parameter_name = "feedback"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("any", "Any"), ("negative", "Thumbs down"), ("positive", "Thumbs up")]

    def queryset(self, request: HttpRequest, threads: Threads) -> Threads:
        match self.value():
            case None | "":
                return threads
            case "any":
                return threads.filter(_with(Feedback.objects.all()))
            case kind:
                return threads.filter(_with(Feedback.objects.filter(kind=kind)))


class StateFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("flagged", "Flagged"), ("deleted", "Deleted by its user")]

    def queryset(self, request: HttpRequest, threads: Threads) -> Threads:
        match self.value():
            case "flagged":
                return threads.filter(flagged_at__isnull=False)
            case "deleted":
                return threads.filter(deleted_at__isnull=False)
            case _:
                return threads


FILTERS = (UserFilter, ErrorFilter, FeedbackFilter, ModelFilter, ToolFilter, StateFilter)
