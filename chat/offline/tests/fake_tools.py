"""The five tools in memory, answering as the real ones do, and a user who talks."""

import itertools
import json
import re
from collections.abc import Mapping
from typing import Any

from chat.offline.conversation import read
from chat.offline.intents import Reply
from chat.offline.respond import respond


class FakeTools:
    """One user's tasks. `calls` is every call made, in order."""

    def __init__(self, *titles: str) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.says_yes = False
        for title in titles:
            self._add({"title": title})

    # -- what a test looks at --------------------------------------------------------------------

    def titles(self, status: str = "open") -> list[str]:
        return [task["title"] for task in self._of(status)]

    def task(self, title: str) -> dict[str, Any]:
        return next(task for task in self.tasks.values() if task["title"] == title)

    # -- the tools -------------------------------------------------------------------------------

    def call(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        self.calls.append((name, dict(arguments)))
        tool = {
            "add_task": self._add,
            "list_tasks": self._list,
            "complete_task": self._complete,
            "update_task": self._update,
            "delete_task": self._delete,
        }[name]
        try:
            return tool(arguments)
        except _Refused as refused:
            return {"error": refused.error}

    def _add(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        if arguments.get("due") == "never ever":
            raise _Refused("invalid", 'Can\'t read due "never ever". Use e.g. "tomorrow 17:00".')
        task: dict[str, Any] = {"id": f"t{len(self.tasks) + 1}", "completed": False}
        task["deleted"] = False
        task |= {"labels": [], "description": "", "priority": "none", "due": None, **arguments}
        self.tasks[task["id"]] = task
        return self._changed("Added", [task])

    def _list(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        found = self._of(arguments.get("status") or "open")
        for word in str(arguments.get("query") or "").casefold().split():
            found = [task for task in found if word in task["title"].casefold()]
        if label := arguments.get("label"):
            found = [task for task in found if label in task["labels"]]
        if priority := arguments.get("priority"):
            found = [task for task in found if task["priority"] == priority]
        if due := arguments.get("due"):
            found = [task for task in found if task["due"] == due]
        first = int(arguments.get("cursor") or 0)
        limit = int(arguments.get("limit") or 25)
        page = found[first : first + limit]
        answer = {**self._changed("Found", page), "total": len(found), "applied": {}}
        if first + limit < len(found):
            answer["next_cursor"] = str(first + limit)
        return answer

    def _complete(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        tasks = self._resolve(arguments["tasks"], ["open", "completed"], "open task")
        before = [task for task in tasks if task["completed"]]
        now = [task for task in tasks if not task["completed"]]
        for task in now:
            task["completed"] = True
        return self._changed(_told("Completed", now, before, "completed"), tasks)

    def _update(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        fields = {name: value for name, value in arguments.items() if name != "tasks"}
        if len(arguments["tasks"]) > 100:
            raise _Refused("invalid", "tasks must have at most 100 items.")
        closed_first = fields.get("status") == "open"
        places = ["completed", "open", "trash"] if closed_first else ["open", "completed"]
        tasks = self._resolve(arguments["tasks"], places)
        parts, same = [], []
        for task in tasks:
            before = dict(task)
            if task["deleted"]:
                task["deleted"] = False
            elif "status" in fields:
                task["completed"] = fields["status"] == "completed"
            task.update({name: value for name, value in fields.items() if name != "status"})
            if fields.get("due") == "none":
                task["due"] = None
            if task == before:
                same.append(task)
            else:
                what = "restored from the trash" if before["deleted"] else "reopened"
                parts.append(f"Updated {_named(task)}: {what}.")
        already = _told("", [], same, "open" if fields == {"status": "open"} else "so")
        return self._changed(" ".join([*parts, already]).strip(), tasks)

    def _delete(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        if kind := arguments.get("all"):
            tasks = self._of("all" if kind == "everything" else kind)
            if not tasks:
                return {"message": "There is no task to delete.", "tasks": []}
        else:
            tasks = self._resolve(arguments["tasks"], ["open", "completed", "trash"])
        gone = [task for task in tasks if task["deleted"]]
        now = [task for task in tasks if not task["deleted"]]
        if (len(now) > 1 or kind) and not self.says_yes:
            titles = [task["title"] for task in now][:20]
            needs = {"tool": "delete_task", "count": len(now), "titles": titles, "message": ""}
            return {"needs_confirmation": needs}
        for task in now:
            task["deleted"] = True
        return self._changed(_told("Deleted", now, gone, "deleted"), tasks)

    # -- parts -----------------------------------------------------------------------------------

    def _of(self, status: str) -> list[dict[str, Any]]:
        keep = {
            "open": lambda task: not task["completed"] and not task["deleted"],
            "completed": lambda task: task["completed"] and not task["deleted"],
            "all": lambda task: not task["deleted"],
            "trash": lambda task: task["deleted"],
        }[status]
        return [task for task in self.tasks.values() if keep(task)]

    def _resolve(
        self, references: list[str], places: list[str], noun: str = "task"
    ) -> list[dict[str, Any]]:
        found, refused = [], []
        for reference in references:
            try:
                found.append(self._resolve_one(reference, places, noun))
            except _Refused as no:
                refused.append(no)
        if refused:
            candidates = [task for no in refused for task in no.tasks]
            raise _Refused(refused[0].code, "\n".join(map(str, refused)), candidates)
        return found

    def _resolve_one(self, reference: str, places: list[str], noun: str) -> dict[str, Any]:
        if reference in self.tasks:
            return self.tasks[reference]
        words = set(re.findall(r"\w+", reference.casefold())) - {"a", "an", "the", "my"}
        for place in places:
            tasks = self._of(place)
            exact = [task for task in tasks if task["title"].casefold() == reference.casefold()]
            holding = [t for t in tasks if words <= set(re.findall(r"\w+", t["title"].casefold()))]
            found = exact or holding
            if len(found) == 1:
                return found[0]
            if found:
                listed = ", ".join(f'{task["id"]} "{task["title"]}"' for task in found)
                message = (
                    f'{len(found)} tasks match "{reference}": {listed}. Ask which, then use the id.'
                )
                raise _Refused("ambiguous", message, found)
        close = [t for t in self._of("all") if t["title"][:3] == reference[:3]]
        raise _Refused("not_found", f'No {noun} "{reference}".', close)

    def _changed(self, message: str, tasks: list[dict[str, Any]]) -> dict[str, Any]:
        return {"message": message, "tasks": [_shown(task) for task in tasks]}


class _Refused(Exception):
    def __init__(
        self, code: str, message: str, candidates: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.tasks = candidates or []
        named = [{"id": task["id"], "title": task["title"]} for task in candidates or []]
        self.error = {"code": code, "message": message, "candidates": named}


def _named(task: dict[str, Any]) -> str:
    return f'{task["id"]} "{task["title"]}"'


def _names(tasks: list[dict[str, Any]]) -> str:
    listed = ", ".join(map(_named, tasks[:10]))
    return f"{listed} and {len(tasks) - 10} more" if len(tasks) > 10 else listed


def _told(verb: str, now: list[dict[str, Any]], before: list[dict[str, Any]], state: str) -> str:
    counted = "" if len(now) == 1 else f"{len(now)} tasks: "
    parts = [f"{verb} {counted}{_names(now)}."] if now else []
    were = "was" if len(before) == 1 else "were"
    parts += [f"{_names(before)} {were} already {state}."] if before else []
    return " ".join(parts)


def _shown(task: dict[str, Any]) -> dict[str, Any]:
    shown = {name: task[name] for name in ("id", "title", "completed")}
    if task["due"]:
        shown["due_text"] = task["due"]
    if task["priority"] != "none":
        shown["priority"] = task["priority"]
    return shown | {name: task[name] for name in ("labels", "description") if task[name]}


class Talk:
    """A conversation, as the chat server would hold it."""

    def __init__(self, *titles: str) -> None:
        self.tools = FakeTools(*titles)
        self.items: list[dict[str, Any]] = []
        self._ids = itertools.count()

    def say(self, text: str) -> str:
        """The assistant's answer to a message, once its tool calls are done."""
        self.items.append({"role": "user", "content": text})
        self.tools.says_yes = text.casefold().strip(" .!").startswith("yes")
        return self.go_on()

    def go_on(self) -> str:
        """The rest of a turn that is under way."""
        for _ in range(20):
            decided = respond(read(self.items))
            if isinstance(decided, Reply):
                self.items.append({"role": "assistant", "content": decided.text})
                return decided.text
            for call in decided:
                self._call(call.name, call.arguments)
        raise AssertionError("it goes on for ever")

    def _call(self, name: str, arguments: Mapping[str, Any]) -> None:
        call_id = f"call_{next(self._ids)}"
        output = self.tools.call(name, json.loads(json.dumps(dict(arguments))))
        self.items += [
            {
                "type": "function_call",
                "call_id": call_id,
                "name": name,
                "arguments": json.dumps(dict(arguments)),
            },
            {"type": "function_call_output", "call_id": call_id, "output": json.dumps(output)},
        ]
