"""Whatever is typed, the assistant answers, and nobody loses a task by chance."""

import random

import pytest

from chat.offline.tests.fake_tools import Talk

WORDS = (
    "add delete remove mark complete rename move set make show list find clear undo "
    "reopen label tag the my all task tasks it them that first last second t1 t2 #3 12 "
    "everything completed open as to from on by at for with of and then , . ? ! : ; - "
    "\n \" ' ( ) done high low priority due date tomorrow friday 5pm today next week "
    "every milk eggs mum call buy groceries yes no don't not never how what when did is "
    "should if please can you could i need remind me hello \U0001f600 \u2705 "
    "\u4e70\u725b\u5976 \u0130 \xdf label work except but is called"
).split(" ")


@pytest.mark.parametrize("seed", range(40))
def test_any_words_get_an_answer(seed: int) -> None:
    dice = random.Random(seed)
    talk = Talk("buy milk", "call mum", "eggs", "write report")
    for _ in range(12):
        message = " ".join(dice.choices(WORDS, k=dice.randint(1, 12)))
        assert talk.say(message).strip(), message


@pytest.mark.parametrize("seed", range(10))
def test_no_words_without_a_command_change_anything(seed: int) -> None:
    dice = random.Random(seed)
    idle = "the a nice day we talked about weather and cats but not dogs 7 blue so it goes"
    talk = Talk("buy milk", "call mum")
    for _ in range(10):
        talk.say(" ".join(dice.choices(idle.split(), k=dice.randint(1, 9))))
    assert talk.tools.titles() == ["buy milk", "call mum"]
    assert {name for name, _ in talk.tools.calls} <= {"list_tasks"}
