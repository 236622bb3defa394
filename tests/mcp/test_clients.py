"""What a client that knows nothing of us but the URL (or the command) can do with the tools."""

import json
import urllib.request

import pytest

from tests.mcp.clients import CLIENTS, VERSIONS, Account, Call, OfficialClient

NAMES = ["add_task", "list_tasks", "complete_task", "update_task", "delete_task"]


def test_it_finds_the_tools_with_schemas_and_hints(server, account, client):
    seen = client.play(server, account)

    assert seen.version == VERSIONS[client.mode]
    assert seen.server == "taskchat"
    assert "to-do list" in seen.instructions
    assert len(seen.instructions.split()) <= 80
    assert [tool["name"] for tool in seen.tools] == NAMES
    for tool in seen.tools:
        assert tool["title"]
        assert tool["description"]
        assert tool["inputSchema"]["type"] == tool["outputSchema"]["type"] == "object"
        hints = tool["annotations"]
        assert hints["openWorldHint"] is False
        assert hints["readOnlyHint"] is (tool["name"] == "list_tasks")
        assert hints["destructiveHint"] is (tool["name"] in ("update_task", "delete_task"))


def test_it_adds_lists_completes_changes_and_deletes(server, account, client):
    calls: list[Call] = [
        ("add_task", {"title": "buy groceries", "due": "2031-05-02", "priority": "high"}),
        ("add_task", {"title": "call mum", "labels": ["family"]}),
        ("list_tasks", {}),
        ("complete_task", {"tasks": ["groceries"]}),
        ("update_task", {"tasks": ["t2"], "title": "call mum and dad", "due": "2031-05-03 17:00"}),
        ("list_tasks", {"status": "all"}),
        ("delete_task", {"tasks": ["t1"]}),
        ("list_tasks", {"status": "all"}),
    ]
    seen = client.play(server, account, *calls)

    texts = [result.text for result in seen.results]
    assert not any(result.is_error for result in seen.results), texts
    assert texts[0] == 'Added t1 "buy groceries", due Fri 2 May 2031, priority high.'
    assert texts[1] == 'Added t2 "call mum", labels family. New label: family.'
    assert texts[2].splitlines()[1:] == [
        't1 "buy groceries" · due Fri 2 May 2031 · high',
        't2 "call mum" · #family',
    ]
    assert texts[3] == 'Completed t1 "buy groceries".'
    assert texts[4].startswith('Updated t2 "call mum and dad": renamed from "call mum", due ')
    data = [result.data for result in seen.results]
    assert data[2]["total"] == data[5]["total"] == 2
    states = {task["id"]: task["completed"] for task in data[5]["tasks"]}
    assert states == {"t1": True, "t2": False}
    assert texts[6].startswith('Deleted t1 "buy groceries".')
    assert [task["title"] for task in data[7]["tasks"]] == ["call mum and dad"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            ("add_task", {"title": "x", "priority": "huge"}),
            'priority must be one of none, low, medium, high, not "huge".',
        ),
        (("add_task", {}), "add_task needs title."),
        (
            ("add_task", {"title": "x", "user_id": "someone"}),
            'add_task has no argument "user_id". It takes title, description, due, ',
        ),
        (("add_task", {"title": "x" * 501}), "title must have at most 500 characters."),
        (("add_task", {"title": "x", "due": "someday soon"}), "Can't read due"),
        (("list_tasks", {"limit": 1000}), "limit must be at most 100."),
        (("complete_task", {"tasks": ["grocries"]}), 'Closest: t1 "buy groceries"'),
        (("delete_task", {}), "Give either tasks, or all"),
        (("drop_tables", {}), f'No tool "drop_tables". There are: {", ".join(NAMES)}.'),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("client", [CLIENTS[0]], ids=str)
def test_a_wrong_call_is_told_what_is_right(server, account, client, call, words):
    seen = client.play(server, account, ("add_task", {"title": "buy groceries"}), call)

    assert seen.results[1].is_error
    assert words in seen.results[1].text
    assert seen.results[1].data is None


def test_every_client_gets_the_words_of_an_error(server, account, client):
    wrong: list[Call] = [("add_task", {"title": "x", "priority": "huge"}), ("drop_tables", {})]
    seen = client.play(server, account, *wrong, ("list_tasks", {}))

    assert [result.is_error for result in seen.results] == [True, True, False]
    assert "must be one of none, low, medium, high" in seen.results[0].text
    assert "There are: add_task" in seen.results[1].text
    assert seen.results[2].data["total"] == 0


def test_several_are_deleted_after_a_yes_on_another_connection(server, account, client):
    adds: list[Call] = [("add_task", {"title": title}) for title in ("one", "two", "three")]
    asked = client.play(server, account, *adds, ("delete_task", {"all": "open"})).results[-1]

    assert not asked.is_error
    assert asked.data["needs_confirmation"]["titles"] == ["three", "two", "one"]
    token = asked.data["needs_confirmation"]["confirm_token"]
    assert f'confirm_token="{token}"' in asked.text

    confirmed = {"all": "open", "confirm_token": token}
    done = client.play(
        server,
        account,
        ("list_tasks", {}),
        ("delete_task", confirmed),
        ("list_tasks", {}),
        ("delete_task", {"confirm_token": token}),
    ).results
    assert done[0].data["total"] == 3
    assert done[1].text == "Deleted 3 tasks."
    assert done[2].data["total"] == 0
    assert done[3].is_error


@pytest.mark.parametrize("token", ["", "made-up"])
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_typescript_client_is_refused_without_a_good_token(node_packages, server, token, mode):
    client = OfficialClient("typescript", "http", mode)
    seen = client.play(server, Account("nobody@example.com", token), ("list_tasks", {}))

    assert "token_invalid" in seen.refused or "HTTP 401" in seen.refused
    assert seen.results == []


def test_the_token_is_the_one_of_api_token(server):
    email, password = "mcp-token@example.com", "correct horse battery"
    code = f"User.objects.create_user({email!r}, {password!r})"
    server.manage("shell", "--verbosity=0", "--command", code)
    body = json.dumps({"email": email, "password": password}).encode()
    ask = urllib.request.Request(
        f"{server.url}/api/token", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(ask, timeout=30) as response:
        account = Account(email, json.load(response)["access"])
    seen = CLIENTS[0].play(server, account, ("add_task", {"title": "by token"}))

    assert seen.results[0].text == 'Added t1 "by token".'
