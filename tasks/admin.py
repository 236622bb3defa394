"""Staff look at tasks; they change nothing but bringing one back from the trash."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from tasks import actions
from tasks.models import OPEN, Task

if TYPE_CHECKING:  # Django's own class takes no type argument at run time
    TaskModelAdmin = admin.ModelAdmin[Task]
else:
    from unfold.admin import ModelAdmin as TaskModelAdmin


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "open"), ("completed", "completed"), ("trash", "in the trash")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:
        match self.value():
            case "open":
                return queryset.filter(OPEN)
            case "completed":
                return queryset.filter(completed_at__isnull=False, deleted_at=None)
            case "trash":
                return queryset.filter(deleted_at__isnull=False)
            case _:
                return queryset


@admin.register(Task)
class TaskAdmin(TaskModelAdmin):
    list_display = ("number", "title", "owner", "state", "priority", "due_at", "updated_at")
    list_display_links = ("number", "title")
    list_filter = (StateFilter, "priority_rank", "due_at", "created_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email", "title", "description")
    search_help_text = "The owner's e-mail address, or words of the title or the description"
    ordering = ("-created_at", "-number")
    date_hierarchy = "created_at"
    show_full_result_count = False
    actions = ("restore",)
    fields = (
        "id",
        "number",
        "owner",
        "title",
        "description",
        "state",
        "priority",
        "due_at",
        "label_list",
        "created_at",
        "updated_at",
        "completed_at",
        "deleted_at",
    )
    readonly_fields = fields

    @admin.display(description="labels")
    def label_list(self, task: Task) -> str:
        return ", ".join(task.label_names) or "-"

    @admin.display(description="state")
    def state(self, task: Task) -> str:
        if task.in_trash:
            return "in the trash"
        return "completed" if task.completed else "open"

    @admin.action(description="Restore from the trash", permissions=["restore"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        trashed = list(queryset.filter(deleted_at__isnull=False).select_related("owner"))
        for task in trashed:
            actions.restore_task(task.owner, task.id, by="admin")
        messages.success(request, f"Restored {len(trashed)} from the trash.")

    def has_restore_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("tasks.change_task")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Task | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Task | None = None) -> bool:
        return False
