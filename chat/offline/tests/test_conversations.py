"""Whole conversations over tools in memory: what is called, what changes, what is said."""

import pytest

from chat.offline.tests.fake_tools import Talk


def test_the_three_sentences() -> None:
    talk = Talk()
    assert talk.say("Create a task to buy groceries") == 'Added "buy groceries".'
    assert '"buy groceries"' in talk.say("Mark the groceries task as complete")
    assert '"buy groceries"' in talk.say("Delete the groceries task")
    assert talk.tools.calls == [
        ("add_task", {"title": "buy groceries"}),
        ("complete_task", {"tasks": ["groceries"]}),
        ("delete_task", {"tasks": ["groceries"]}),
    ]
    assert talk.tools.titles("trash") == ["buy groceries"]


def test_a_task_is_added_with_its_date() -> None:
    talk = Talk()
    assert talk.say("remind me to buy groceries tomorrow") == 'Added "buy groceries", due tomorrow.'
    assert talk.tools.calls == [("add_task", {"title": "buy groceries", "due": "tomorrow"})]


def test_several_tasks_are_added_side_by_side_and_are_them() -> None:
    talk = Talk()
    said = talk.say("add laundry, dishes and ironing")
    assert said == 'Added 3 tasks: "laundry", "dishes" and "ironing".'
    talk.say("mark them as done")
    assert talk.tools.titles("completed") == ["laundry", "dishes", "ironing"]


def test_it_is_the_task_just_spoken_of() -> None:
    talk = Talk("call mum")
    talk.say("add pay rent")
    talk.say("make it high priority")
    talk.say("rename it to pay the rent")
    talk.say("move it to Friday")
    talk.say("mark it as done")
    task = talk.tools.task("pay the rent")
    assert (task["priority"], task["due"], task["completed"]) == ("high", "Friday", True)
    assert talk.tools.titles() == ["call mum"]


def test_it_is_nothing_before_a_task_was_spoken_of() -> None:
    talk = Talk("call mum", "buy milk")
    assert talk.say("delete it") == "Which task do you mean?"
    assert talk.tools.calls == []
    talk.say("milk")
    assert talk.tools.titles() == ["call mum"]


def test_two_matches_ask_which_and_any_answer_is_understood() -> None:
    for answer in (
        "the second one",
        "2",
        "t2",
        "#2",
        "call bank",
        "bank",
        "the bank one",
        "the last",
    ):
        talk = Talk("call mum", "call bank", "buy milk")
        assert "Which one?" in talk.say("complete call")
        assert talk.tools.titles() == ["call mum", "call bank", "buy milk"]
        talk.say(answer)
        assert talk.tools.titles("completed") == ["call bank"], answer


def test_two_matches_and_no_answer_change_nothing() -> None:
    talk = Talk("call mum", "call bank")
    talk.say("delete call")
    talk.say("neither, thanks")
    talk.say("call mum")  # no longer an answer
    assert talk.tools.titles() == ["call mum", "call bank"]


def test_two_matches_and_both_are_meant() -> None:
    talk = Talk("call mum", "call bank", "buy milk")
    talk.say("complete call")
    talk.say("both")
    assert talk.tools.titles() == ["buy milk"]


def test_another_command_instead_of_an_answer_is_done() -> None:
    talk = Talk("call mum", "call bank")
    talk.say("complete call")
    talk.say("add buy milk")
    assert talk.tools.titles() == ["call mum", "call bank", "buy milk"]


def test_no_match_names_the_closest_and_yes_takes_it() -> None:
    talk = Talk("groceries", "call mum")
    said = talk.say("complete grocries")
    assert said == 'I can\'t find an open task "grocries". Did you mean "groceries"?'
    talk.say("yes")
    assert talk.tools.titles("completed") == ["groceries"]


def test_deleting_all_asks_first_and_no_keeps_them() -> None:
    talk = Talk("a", "b", "c")
    asked = talk.say("delete all my tasks")
    assert asked == 'This deletes 3 tasks: "a", "b" and "c". Delete them? (yes or no)'
    talk.say("no")
    assert talk.tools.titles() == ["a", "b", "c"]
    assert len(talk.tools.calls) == 1


def test_deleting_all_asks_first_and_yes_repeats_the_call() -> None:
    talk = Talk("a", "b", "c")
    talk.say("delete all my tasks")
    talk.say("yes")
    assert talk.tools.calls == [("delete_task", {"all": "everything"})] * 2
    assert talk.tools.titles() == []


@pytest.mark.parametrize(
    "answer",
    [
        "yes, but keep b",
        "yes except b",
        "yes if they are done",
        "hm",
        "what?",
        "thanks",
        "not yet",
        "show my tasks",
        "maybe",
        "why?",
    ],
)
def test_only_a_plain_yes_deletes(answer: str) -> None:
    talk = Talk("a", "b", "c")
    talk.say("delete all my tasks")
    talk.say(answer)
    assert talk.tools.titles() == ["a", "b", "c"]


def test_a_yes_later_on_deletes_nothing() -> None:
    talk = Talk("a", "b")
    talk.say("delete all my tasks")
    talk.say("show my tasks")
    talk.say("yes")
    assert talk.tools.titles() == ["a", "b"]


def test_all_but_one_are_deleted() -> None:
    talk = Talk("buy milk", "call mum", "pay rent")
    asked = talk.say("delete everything except the milk one")
    assert '"call mum" and "pay rent"' in asked
    talk.say("yes")
    assert talk.tools.titles() == ["buy milk"]


def test_all_tasks_are_completed_page_by_page() -> None:
    talk = Talk(*(f"task {n}" for n in range(130)))
    talk.say("complete all tasks")
    assert len(talk.tools.titles("completed")) == 130


def test_places_in_the_list_just_shown() -> None:
    talk = Talk("a", "b", "c", "d")
    talk.say("show my tasks")
    talk.say("complete the first two")
    talk.say("delete the last one")
    assert (talk.tools.titles("completed"), talk.tools.titles()) == (["a", "b"], ["c"])


def test_no_task_is_deleted_by_its_place_in_a_list_not_shown() -> None:
    talk = Talk("a", "b")
    assert talk.say("delete the second one") == "Which task do you mean?"
    assert talk.tools.titles() == ["a", "b"]
    talk.say("the second one")
    assert talk.tools.titles() == ["a"]


def test_a_list_is_told_in_one_sentence() -> None:
    talk = Talk("a", "b")
    assert talk.say("what's on my list?") == "You have 2 open tasks."
    assert talk.say("what's due today?") == "Nothing is due today."
    assert talk.say("how many tasks do I have?") == "You have 2 open tasks."


def test_labels_are_added_to_those_there() -> None:
    talk = Talk("buy milk")
    talk.say("add label food to buy milk")
    talk.say("add label shop to it")
    assert talk.tools.task("buy milk")["labels"] == ["food", "shop"]
    talk.say("remove label food from it")
    assert talk.tools.task("buy milk")["labels"] == ["shop"]


def test_a_note_keeps_the_description() -> None:
    talk = Talk("buy milk")
    talk.say("add a note to buy milk: 2 litres")
    talk.say("add a note to buy milk: oat")
    assert talk.tools.task("buy milk")["description"] == "2 litres\noat"


def test_a_title_with_to_is_renamed_by_what_the_list_holds() -> None:
    talk = Talk("go to gym", "buy milk")
    said = talk.say("rename go to gym to go to pool")
    assert said == 'Renamed "go to gym" to "go to pool".'


def test_two_titles_or_one_with_an_and() -> None:
    talk = Talk("milk", "eggs", "salt and pepper")
    talk.say("complete salt and pepper")
    assert talk.tools.titles("completed") == ["salt and pepper"]
    talk.say("complete milk and eggs")
    assert talk.tools.titles() == []


def test_undo_takes_back_the_last_change() -> None:
    talk = Talk("a")
    talk.say("complete a")
    talk.say("undo")
    assert talk.tools.titles() == ["a"]
    talk.say("delete a")
    assert talk.say("undo that") == '"a" is back on your list.'
    talk.say("add b")
    talk.say("undo")
    assert talk.tools.titles() == ["a"]
    talk.say("rename a to c")
    assert "can't undo" in talk.say("undo")


def test_a_question_is_looked_up_and_answered_truthfully() -> None:
    talk = Talk("buy milk")
    assert talk.say("did I finish buy milk?") == 'Not yet: "buy milk" is still open.'
    talk.say("mark it as done")
    assert talk.say("did I finish buy milk?") == 'Yes, "buy milk" is complete.'
    assert "no task" in talk.say("did I finish the tax form?")
    assert [name for name, _ in talk.tools.calls].count("complete_task") == 1


def test_a_missing_title_is_asked_for_and_may_be_any() -> None:
    talk = Talk()
    assert talk.say("add a task") == "What should the task be called?"
    talk.say("delete old emails tomorrow")
    assert talk.tools.calls == [("add_task", {"title": "delete old emails", "due": "tomorrow"})]


def test_a_missing_date_is_asked_for() -> None:
    talk = Talk("buy milk")
    talk.say("reschedule buy milk")
    talk.say("friday")
    assert talk.tools.task("buy milk")["due"] == "friday"


def test_a_guess_needs_a_yes() -> None:
    talk = Talk()
    assert "Shall I add" in talk.say("buy bread")
    assert talk.tools.calls == []
    talk.say("yes please")
    talk.say("and eggs")
    assert talk.tools.titles() == ["buy bread", "eggs"]


def test_no_half_of_a_message_is_dropped_silently() -> None:
    talk = Talk("laundry")
    said = talk.say("add milk and mark the ironing as done")
    assert 'Added "milk".' in said
    assert 'can\'t find an open task "ironing"' in said


def test_it_in_the_second_half_is_the_task_of_the_first() -> None:
    talk = Talk()
    talk.say("add call mum and make it high priority")
    assert talk.tools.task("call mum")["priority"] == "high"


def test_a_question_comes_last_so_that_yes_answers_it() -> None:
    talk = Talk("a", "b")
    said = talk.say("delete all my tasks and then add c")
    assert said.endswith("(yes or no)")


def test_errors_are_told_without_tool_names_and_numbers() -> None:
    talk = Talk("a")
    talk.tools.call = lambda name, arguments: {  # type: ignore[method-assign]
        "error": {
            "code": "state",
            "message": "t1 is in the trash since Tue. "
            'update_task(tasks=["t1"], status="open") restores it.',
            "candidates": [{"id": "t1", "title": "a"}],
        }
    }
    said = talk.say("complete a")
    assert said == '"a" is in the trash since Tue. Say "restore a" to bring it back.'


def test_a_broken_tool_is_told_honestly() -> None:
    talk = Talk("a")
    talk.tools.call = lambda name, arguments: {}  # type: ignore[method-assign]
    assert "can't tell whether it worked" in talk.say("complete a")


def test_same_titles_are_told_apart_by_number() -> None:
    talk = Talk("buy milk", "buy milk")
    assert talk.say("complete buy milk") == (
        '2 tasks match "buy milk": "buy milk" (t1) and "buy milk" (t2). Which one?'
    )


def test_repetition_is_added_once_and_said_so() -> None:
    talk = Talk()
    said = talk.say("remind me to water the plants every Monday")
    assert talk.tools.titles() == ["water the plants every Monday"]
    assert "repeat" in said


def test_a_turn_begun_before_is_finished_not_repeated() -> None:
    """A retry: the effects are there, the list that led to them is not."""
    talk = Talk("a", "b")
    talk.say("complete all tasks")
    done = [item for item in talk.items if item.get("name") == "complete_task"]
    kept = {done[0]["call_id"]}
    talk.items = [
        item for item in talk.items[:-1] if item.get("call_id", done[0]["call_id"]) in kept
    ]
    talk.tools.tasks["t1"]["completed"] = talk.tools.tasks["t2"]["completed"] = False
    before = len(talk.tools.calls)
    text = talk.items.pop(0)["content"]
    calls, talk.items = talk.items, []
    talk.items = [{"role": "user", "content": text}, *calls]
    said = talk.go_on()
    assert [name for name, _ in talk.tools.calls[before:]] == ["list_tasks"]
    assert '"a" and "b"' in said
