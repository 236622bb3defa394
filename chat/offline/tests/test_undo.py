"""What "undo" takes back: what a call changed, and nothing else."""

import json
from collections.abc import Mapping

from chat.offline.tests.fake_tools import Talk


def test_a_call_that_changed_nothing_is_nothing_to_undo() -> None:
    talk = Talk("a", "b", "c")
    talk.say("show my tasks")
    assert talk.say("mark them as not done") == '"a", "b" and "c" were already open.'
    assert "no change of mine" in talk.say("undo")
    assert talk.tools.titles() == ["a", "b", "c"]


def test_reopening_all_is_about_what_is_done() -> None:
    talk = Talk("a", "b")
    assert "no completed tasks" in talk.say("reopen all")
    talk.say("complete a")
    talk.say("reopen all tasks")
    assert talk.tools.titles() == ["a", "b"]


def test_undo_leaves_alone_what_was_so_before() -> None:
    talk = Talk("a", "b", "c")
    talk.say("complete b")
    talk.say("show all my tasks")
    said = talk.say("mark them as done")
    assert said.endswith('"b" was already complete.')
    talk.say("undo")
    assert talk.tools.titles("completed") == ["b"]


def test_more_unchanged_tasks_than_a_message_names() -> None:
    talk = Talk(*(f"thing {n}" for n in range(30)))
    talk.say("complete thing 3")
    talk.say("complete thing 4")
    talk.say("show all my tasks")
    talk.say("reopen them")
    talk.say("undo")
    assert talk.tools.titles("completed") == ["thing 3", "thing 4"]


def test_many_deleted_tasks_come_back_page_by_page() -> None:
    for count in (150, 250):
        titles = [f"task {n}" for n in range(count)]
        talk = Talk(*titles)
        talk.say("delete all tasks")
        talk.say("yes")
        assert talk.tools.titles() == []
        talk.say("undo")
        assert talk.tools.titles() == titles


def test_what_was_restored_page_by_page_is_one_change() -> None:
    talk = Talk(*(f"task {n}" for n in range(150)))
    talk.say("complete all tasks")
    talk.say("undo")
    assert len(talk.tools.titles()) == 150


def test_a_completed_task_comes_back_completed() -> None:
    talk = Talk("a", "b")
    talk.say("complete a")
    talk.say("delete all tasks")
    talk.say("yes")
    assert '"a" is still complete' in talk.say("undo")
    assert (talk.tools.titles("completed"), talk.tools.titles()) == (["a"], ["b"])


def test_undoing_a_restoration_completes_nothing() -> None:
    talk = Talk("a")
    talk.say("delete a")
    assert talk.say("undo") == '"a" is back on your list.'
    talk.say("undo")
    assert (talk.tools.titles("trash"), talk.tools.titles("completed")) == (["a"], [])


def test_restoring_is_about_the_trash() -> None:
    talk = Talk("a", "b", "c")
    for title in ("a", "b"):
        talk.say(f"delete {title}")
    assert talk.say("restore both") == '"a" and "b" are back on your list.'
    talk.say("delete c")
    talk.items.clear()  # the conversation no longer knows of it
    assert "1 task in the trash" in talk.say("undo")
    talk.say("restore all")
    assert talk.tools.titles() == ["a", "b", "c"]


def test_a_title_that_reads_like_a_message_decides_nothing() -> None:
    talk = Talk('x" was already completed. t9 "y', "z")
    talk.say("complete t1")
    talk.say("undo")
    assert len(talk.tools.titles()) == 2


# -- clicks on a card ------------------------------------------------------------------------------


def click(talk: Talk, name: str, arguments: Mapping[str, object], output: object) -> None:
    talk.items += [
        {
            "type": "function_call",
            "call_id": "click",
            "name": name,
            "arguments": json.dumps(arguments),
        },
        {"type": "function_call_output", "call_id": "click", "output": json.dumps(output)},
    ]


def test_keep_on_the_card_answers_the_question() -> None:
    talk = Talk("a", "b", "c")
    talk.say("delete all tasks")
    kept = {"message": "Kept 3 tasks. Nothing was deleted.", "tasks": []}
    click(talk, "delete_task", {"all": "everything"}, kept)
    assert "nothing waiting for a yes" in talk.say("yes")
    assert "Delete them?" in talk.say("delete all tasks")
    assert talk.tools.titles() == ["a", "b", "c"]


def test_delete_on_the_card_is_a_change_to_undo() -> None:
    talk = Talk("a", "b")
    talk.say("delete all tasks")
    talk.tools.says_yes = True
    click(
        talk, "delete_task", {"all": "everything"}, talk.tools.call("delete_task", {"all": "open"})
    )
    talk.say("undo")
    assert talk.tools.titles() == ["a", "b"]


def test_a_ticked_box_is_it_and_leaves_the_question_open() -> None:
    talk = Talk("a", "b")
    talk.say("delete all tasks")
    arguments = {"tasks": ["t1"]}
    click(talk, "complete_task", arguments, talk.tools.call("complete_task", arguments))
    assert "1 task" not in talk.say("no")
    talk.say("undo")
    assert talk.tools.titles() == ["a", "b"]


def test_deleting_all_once_more_asks_once_more() -> None:
    talk = Talk("a", "b", "c")
    for message in (
        "delete all tasks",
        "remove all my tasks",
        "delete everything",
        "clear my list",
    ):
        assert "Delete them? (yes or no)" in talk.say(message), message
    assert talk.tools.titles() == ["a", "b", "c"]


def test_the_last_one_is_not_of_a_list_that_is_out_of_date() -> None:
    talk = Talk("a", "b")
    talk.say("show my tasks")
    talk.say("add party hats")
    talk.say("delete the last one")
    assert talk.tools.titles("trash") == ["party hats"]


def test_them_are_those_just_asked_about() -> None:
    talk = Talk("eggs", "milk", "bread")
    talk.say("delete eggs")
    talk.say("delete all")
    talk.say("no way")
    talk.say("mark all of them as complete")
    assert talk.tools.titles("completed") == ["milk", "bread"]


def test_them_are_those_just_listed() -> None:
    talk = Talk("a", "b", "c")
    talk.say("add d and e")
    talk.say("show my tasks")
    talk.say("mark them as done")
    assert talk.tools.titles() == []


def test_a_word_that_is_no_task_does_not_mean_all() -> None:
    for message in ("delete the chores", "complete the chores", "complete the reminders"):
        talk = Talk("milk", "call mum")
        talk.say(message)
        assert talk.tools.titles() == ["milk", "call mum"], message
        assert not any("all" in arguments for _, arguments in talk.tools.calls)
    assert talk.say("show chores") == 'You have no open task and no label "chores".'


def test_tasks_of_a_label_are_offered_not_taken() -> None:
    talk = Talk("mop", "milk")
    talk.tools.task("mop")["labels"] = ["chores"]
    assert '"mop" is labelled so' in talk.say("delete the chores")
    assert talk.tools.titles() == ["mop", "milk"]
    talk.say("yes")
    assert talk.tools.titles() == ["milk"]
