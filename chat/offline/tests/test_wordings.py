"""What people really say, and what became of their lists."""

import pytest

from chat.offline.conversation import read
from chat.offline.intents import Reply
from chat.offline.respond import respond
from chat.offline.tests.fake_tools import Talk


@pytest.mark.parametrize(
    "said",
    [
        "I have called my mum already",
        "called mum",
        "I've finally called mum :)",
        "I called the mum",
    ],
)
def test_a_deed_told_is_looked_up_then_offered(said: str) -> None:
    talk = Talk("call mum", "pay rent")
    assert talk.say(said) == 'Shall I mark "call mum" as complete? (yes or no)'
    talk.say("yes")
    assert talk.tools.titles("completed") == ["call mum"]


@pytest.mark.parametrize("said", ["plants watered", "the plants are watered", "watered the plants"])
def test_a_deed_is_found_by_its_object(said: str) -> None:
    talk = Talk("plants")
    talk.say(said)
    talk.say("yes")
    assert talk.tools.titles("completed") == ["plants"]


def test_nothing_is_offered_for_a_task_that_is_not_there() -> None:
    talk = Talk("call mum")
    for said in ("I bought milk", "cancel the dentist"):
        assert talk.say(said).startswith("I find no task"), said
    assert "nothing waiting" in talk.say("yes")


def test_of_two_that_fit_is_asked_which() -> None:
    talk = Talk("Buy milk", "Buy oat milk", "x")
    assert "Which one?" in talk.say("I bought the milk")
    talk.say("both")
    assert talk.tools.titles() == ["x"]


@pytest.mark.parametrize(
    ("task", "question", "answer"),
    [
        ("Pay rent", "did I pay the rent?", 'Not yet: "Pay rent" is still open.'),
        ("rent", "did I pay the rent?", 'Not yet: "rent" is still open.'),
        ("mum's birthday", "when is mums birthday due?", '"mum\'s birthday" has no due date.'),
        ("call mum", "when did I finish call mum?", 'Not yet: "call mum" is still open.'),
        ("rent", "is rent on there already?", 'Yes: "rent" is still open.'),
    ],
)
def test_questions_find_the_task(task: str, question: str, answer: str) -> None:
    assert Talk(task).say(question) == answer


@pytest.mark.parametrize(
    ("said", "titles"),
    [
        (
            "I need to pay rent by the 1st, could you put that down for me please?",
            ["pay rent"],
        ),
        ("I have to call Anna, would you note that for me?", ["call Anna"]),
        ("I need milk, could you add it please?", ["milk"]),
        ("we need eggs and bread, can you add them to my list?", ["eggs", "bread"]),
        (
            "add lunch with Sam tmrw at noon and dinner with Kim on friday at 19:30",
            ["lunch with Sam", "dinner with Kim"],
        ),
        ("add milk, eggs, bread and butter to my list", ["milk", "eggs", "bread", "butter"]),
        ("add bread and butter", ["bread and butter"]),
        ("add alpha, beta and gamma, and delta", ["alpha", "beta", "gamma", "delta"]),
        ("I need to scan the file and save it", ["scan the file and save it"]),
        ("add wash clothes and put them away", ["wash clothes", "put them away"]),
        ("remind me 2 hours before lunch to print", ["2 hours before lunch to print"]),
        ("craete a tsk to bui cheese", ["bui cheese"]),
    ],
)
def test_what_is_added(said: str, titles: list[str]) -> None:
    talk = Talk()
    talk.say(said)
    assert talk.tools.titles() == titles


@pytest.mark.parametrize("said", ["add", "Create a task to ", "add it on 12/05", "add it again"])
def test_a_title_is_asked_for(said: str) -> None:
    talk = Talk()
    talk.say(said)
    assert talk.say("add task") == "What should the task be called?"
    talk.say("soap")
    assert talk.tools.titles() == ["soap"]


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("milk on 12/05", "on 12/05"),
        ("dinner on Christmas", "on Christmas"),
        ("pay tax yesterday", "yesterday"),
        ("the report 1 hour before noon tomorrow", "1 hour before noon tomorrow"),
    ],
)
def test_a_day_that_is_not_understood_is_said(title: str, day: str) -> None:
    talk = Talk()
    said = talk.say(f"add {title}")
    assert f'can\'t tell the day from "{day}"' in said
    assert talk.tools.titles() == [title]


def test_added_again_after_a_deletion_is_restored() -> None:
    talk = Talk("beer")
    talk.say("delete beer")
    talk.say("add it again")
    assert (talk.tools.titles(), talk.tools.titles("trash")) == (["beer"], [])


def test_changes() -> None:
    talk = Talk("Book flights", "wash car", "vacuum sofa")
    talk.say("make the flights one low priority, not urgent after all")
    assert talk.tools.task("Book flights")["priority"] == "low"
    talk.say("give it the label finance")
    assert talk.tools.task("Book flights")["labels"] == ["finance"]
    talk.say("label wash car and vacuum sofa as chores")
    assert talk.tools.task("vacuum sofa")["labels"] == ["chores"]
    talk.say("set wash car for tomorrow")
    talk.say("Could you please, if you don't mind, remove the due date from wash car")
    assert talk.tools.task("wash car")["due"] is None
    talk.say("its called wash the car actually")
    assert "wash the car" in talk.tools.titles()
    talk.say("mark everything done except the sofa")
    assert talk.tools.titles() == ["vacuum sofa"]


@pytest.mark.parametrize("day", ["yesterday", "31 February", "2/30"])
def test_the_tool_judges_a_day_that_it_may_not_know(day: str) -> None:
    talk = Talk("wash car")
    talk.say(f"move wash car to {day}")
    assert talk.tools.calls[-1] == ("update_task", {"tasks": ["wash car"], "due": day})


def test_of_several_the_missing_are_named_and_nothing_changes() -> None:
    talk = Talk("apples")
    said = talk.say("remove apples, cheese and 2 loaves of bread")
    assert said == 'I can\'t find "cheese" or "2 loaves of bread". Nothing is changed.'
    assert talk.tools.titles() == ["apples"]


def test_a_reason_is_no_second_task() -> None:
    talk = Talk("milk", "eggs")
    talk.say("delete milk, it is not needed")
    talk.say("complete eggs, they're bought")
    assert (talk.tools.titles("trash"), talk.tools.titles("completed")) == (["milk"], ["eggs"])


def test_restore_alone_is_no_name_of_a_task() -> None:
    talk = Talk("restore the backup", "milk")
    talk.say("delete milk")
    talk.say("delete a task")
    assert talk.say("restore") == '"milk" is back on your list.'
    assert len(talk.tools.titles()) == 2


def test_no_need_offers_to_delete_and_no_command_does() -> None:
    talk = Talk("call Alice")
    assert talk.say("no need to call Alice") == 'Do you want me to delete "call Alice"? (yes or no)'
    assert talk.say("no need to delete it").startswith("All right, I won't.")
    assert talk.tools.titles() == ["call Alice"]


def test_a_long_list_goes_on_page_by_page() -> None:
    talk = Talk(*(f"thing {n}" for n in range(60)))
    talk.say("show my tasks")
    assert talk.say("next page") == "Here are tasks 26 to 50 of 60."
    assert talk.say("more") == "Here are tasks 51 to 60 of 60."
    assert talk.say("show more") == "That was all of them."


@pytest.mark.parametrize(
    ("said", "arguments"),
    [
        ("show the trash", {"status": "trash"}),
        ("what did I delete?", {"status": "trash"}),
        ("Show my tasks as JSON", {}),
        ("show me only two tasks", {}),
        ("show my completd tasks", {"status": "completed"}),
        ("wat do i hav 2do tmrw", {"due": "tomorrow"}),
    ],
)
def test_lists(said: str, arguments: dict[str, str]) -> None:
    talk = Talk("a")
    talk.say(said)
    assert talk.tools.calls == [("list_tasks", arguments)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("can you sort my list?", "can't change the order"),
        ("Thanks, you're the best", "You're welcome!"),
        ("thanks!! you rock", "You're welcome!"),
        ("y", "nothing waiting for a yes"),
        ("how do I delete a task?", '"clear completed tasks" deletes the completed ones at once'),
    ],
)
def test_words(said: str, words: str) -> None:
    assert words in Talk().say(said)


def test_the_day_is_told_where_it_is_known() -> None:
    turns = read("what day is it today?")
    assert respond(turns, "Tuesday, 24 November 2026, 23:56") == Reply(
        "It is Tuesday, 24 November 2026, 23:56."
    )
    assert "can't tell the date" in Talk().say("what day is it today?")


def test_what_is_not_understood_gets_one_short_line_and_no_deletion() -> None:
    talk = Talk()
    talk.say("add fix the bike")
    said = {talk.say(word) for word in ("xyzzy", "blub", "the moon is nice", "42", "hm what then")}
    assert len(said) > 1
    for line in said:
        assert len(line.split()) < 25
        assert "delete" not in line


def test_a_very_long_title_is_not_said_back_whole() -> None:
    assert len(Talk().say("add " + "long title " * 40)) < 150
