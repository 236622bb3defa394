"""Many users' clients at once, in both eras, over one server: nobody meets another's tasks."""

import asyncio
import itertools

from tests.mcp.clients import Account, Call, Transcript, play_python

USERS = 24
ROUNDS = 4


def test_nobody_sees_or_touches_anothers_tasks(server, accounts):
    users = list(itertools.islice(accounts, USERS))
    transcripts = asyncio.run(_all_at_once(server, users))

    for user, seen in zip(users, transcripts, strict=True):
        titles = [f"{user.email} {number}" for number in range(ROUNDS)]
        assert not any(result.is_error for result in seen.results[: 2 * ROUNDS])
        for number in range(ROUNDS):
            added, listed = seen.results[2 * number : 2 * number + 2]
            assert added.text == f'Added t{number + 1} "{titles[number]}".'
            assert {task["title"] for task in listed.data["tasks"]} == set(titles[: number + 1])
        # Ids and titles of others are as unknown as ones that never were.
        foreign, everything = seen.results[2 * ROUNDS :]
        assert foreign.is_error
        assert "@" not in foreign.text.replace(user.email, "").replace(_next(users, user).email, "")
        assert everything.data["needs_confirmation"]["count"] == ROUNDS
        assert set(everything.data["needs_confirmation"]["titles"]) == set(titles)


def test_anothers_confirm_token_deletes_nothing(server, accounts):
    mine, theirs = itertools.islice(accounts, 2)

    def play(user, *calls):
        return asyncio.run(play_python(server, user, "auto", calls)).results

    two = [("add_task", {"title": title}) for title in ("one", "two")]
    asked = play(mine, *two, ("delete_task", {"all": "everything"}))[-1]
    token = asked.data["needs_confirmation"]["confirm_token"]
    stolen = play(theirs, *two, ("delete_task", {"all": "everything", "confirm_token": token}))

    assert stolen[-1].is_error
    for user in (mine, theirs):
        assert play(user, ("list_tasks", {}))[0].data["total"] == 2


async def _all_at_once(server, users: list[Account]) -> list[Transcript]:
    async def play(number: int, user: Account) -> Transcript:
        calls: list[Call] = [
            call
            for number in range(ROUNDS)
            for call in (
                ("add_task", {"title": f"{user.email} {number}"}),
                ("list_tasks", {"status": "all"}),
            )
        ]
        calls += [
            ("complete_task", {"tasks": [f"{_next(users, user).email} 0"]}),
            ("delete_task", {"all": "everything"}),
        ]
        return await play_python(server, user, "auto" if number % 2 else "legacy", calls)

    return await asyncio.gather(*(play(number, user) for number, user in enumerate(users)))


def _next(users: list[Account], user: Account) -> Account:
    return users[(users.index(user) + 1) % len(users)]
