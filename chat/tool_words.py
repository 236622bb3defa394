"""One line for each tool call: while it runs, when it is done, when it failed."""

from chatkit.icons import IconName

from mcp_tools.results import ToolResult, many

ICONS: dict[str, IconName] = {
    "add_task": "plus",
    "list_tasks": "search",
    "complete_task": "check-circle",
    "update_task": "write",
    "delete_task": "lucide:trash-2",
}
RUNNING = {
    "add_task": "Adding task",
    "list_tasks": "Looking at your tasks",
    "complete_task": "Completing task",
    "update_task": "Changing task",
    "delete_task": "Deleting task",
}
DONE = {
    "add_task": "Added",
    "complete_task": "Completed",
    "update_task": "Changed",
    "delete_task": "Deleted",
}


def icon_of(name: str) -> IconName:
    return ICONS.get(name, "bolt")


def running_words(name: str) -> str:
    return RUNNING.get(name, f"Calling {name}")


def done_words(name: str, result: ToolResult) -> str:
    """`Added buy groceries`, `Completed 3 tasks`, `Found 12 tasks`."""
    structured = result.structured
    if needs := structured.get("needs_confirmation"):
        return f"Asking before deleting {many(needs['count'])}"
    tasks = structured.get("tasks", [])
    if name == "list_tasks":
        total = structured.get("total", len(tasks))
        return f"Found {many(total)}"
    if len(tasks) == 1:
        return f"{DONE.get(name, name)} {tasks[0]['title']}"
    return f"{DONE.get(name, name)} {len(tasks)} tasks"


def failed_words(name: str, result: ToolResult) -> str:
    error = result.structured.get("error", {})
    first_sentence = str(error.get("message", "It did not work")).split(". ")[0]
    return first_sentence.rstrip(".")
