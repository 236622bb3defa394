"""An open page shows what the database has, whatever happens to its socket and to the hints."""

import random
import time

import pytest

from tests.cluster.client import Person
from tests.cluster.cluster import Cluster, wait_until
from tests.cluster.live_page import Page
from tests.cluster.tally import Faults
from tests.cluster.test_outages import lose_redis

TASKS = 20


def tasks_in(cluster: Cluster, person: Person) -> dict[str, tuple[str, bool]]:
    sql = (
        "SELECT t.id, t.title, t.completed_at IS NOT NULL FROM tasks_task t "
        "JOIN accounts_user u ON u.id = t.owner_id "
        "WHERE u.public_id = ? AND t.deleted_at IS NULL"
    )
    return {row[0]: (row[1], bool(row[2])) for row in cluster.rows(sql, person.id)}


def test_p25_a_page_follows_many_changes_through_cuts(
    cluster: Cluster, person: Person, faults: Faults
) -> None:
    seed = random.Random(6)
    path = f"/api/{person.id}/tasks"
    ids = [
        person.request("POST", path, {"title": f"task {number}"}).json["id"]
        for number in range(TASKS)
    ]
    pages = [Page(person), Page(person)]
    for page in pages:
        page.start()
    for number in faults.rounds(60, 1000):
        if number % 25 == 10:
            cluster.proxy.hang_up()
            faults.made_one("cut")
        url = cluster.members[number % len(cluster.members)].url
        task = f"{path}/{seed.choice(ids)}"
        change = {"title": f"changed {number}", "completed": seed.random() < 0.5}
        assert person.request("PATCH", task, change, url=url).status == 200
    wanted = tasks_in(cluster, person)
    for page in pages:
        wait_until(lambda page=page: page.shows() == wanted, 3, "the page shows the database")
        page.leave()
    assert len(wanted) == TASKS


@pytest.mark.parametrize("how", ["kill", "flush", "pause"])
def test_p21_p25_a_notice_that_is_lost_on_an_open_socket(
    two: Cluster, how: str, faults: Faults
) -> None:
    """The page's socket stays open, a change through the other process is announced to nobody."""
    person = Person(two.url)
    near = person.at(two.one.url)
    page = Page(near)
    page.start()
    wait_until(lambda: page.connections == 1, 10, "the page is connected")
    path = f"/api/{person.id}/tasks"
    for _ in faults.rounds(1, 3):
        lose_redis(two, how, 0.5)
        faults.made_one(f"Redis outage ({how})")
        person.persistently("POST", path, {"title": f"unheard {time.time()}"}, url=two.other.url)
        wait_until(lambda: page.shows() == tasks_in(two, person), 3, "the page shows it")
    page.leave()
    assert page.connections == 1


def test_p25_a_change_by_a_command_reaches_an_open_page(two: Cluster) -> None:
    """The database alone knows of it: its counter was raised, and nobody was told."""
    person = Person(two.url)
    page = Page(person)
    page.start()
    wait_until(lambda: page.connections == 1, 10, "the page is connected")
    title = {"title": "before"}
    person.request("POST", f"/api/{person.id}/tasks", title)
    wait_until(lambda: len(page.tasks) == 1, 5, "the page shows the task")
    two.execute("UPDATE tasks_task SET title = 'after' WHERE title = 'before'")
    sql = "UPDATE accounts_user SET live_counter = live_counter + 1 WHERE public_id = ?"
    two.execute(sql, person.id)
    wait_until(lambda: page.shows() == tasks_in(two, person), 3, "the page shows the change")
    page.leave()
    assert page.syncs >= 1
