"""Decides what happens next in a conversation: tool calls, or the words that end the turn. Pure.

What a turn does is a script: a generator that yields tool calls, is sent their outcomes, and
returns the reply. The model keeps no state, so each of its invocations plays the script again over
the outcomes that the input already holds; the first call without one is the next to make.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chat.offline import facts as history
from chat.offline.conversation import Outcome, Step, Turn
from chat.offline.intents import Call, Choice, Confirmation, Conversation, Pending, Reply
from chat.offline.scripts import Script, script
from chat.offline.understand import understand

# How many turns back a question can have been asked or a task spoken of. Each costs a fraction of
# a millisecond in every invocation.
MEMORY = 12


def respond(turns: Sequence[Turn], now: str = "") -> tuple[Call, ...] | Reply:
    """The next calls of the last turn, or its reply."""
    facts = replace(recall(turns[-MEMORY - 1 : -1]), now=now)
    turn = turns[-1]
    # Nothing was clicked yet in a turn under way: what follows its words is an earlier try's.
    return _play(script(understand(turn.text, facts), facts), (*turn.steps, *turn.clicks))


def recall(turns: Sequence[Turn]) -> Conversation:
    """What a message after these turns can refer to."""
    facts = Conversation()
    for turn in turns:
        end = _play(script(understand(turn.text, facts), facts), turn.steps)
        pending = end.pending if isinstance(end, Reply) else _asked_by_tools(turn.steps)
        facts = history.after(facts, turn.steps)
        adding = any(step.call.name == "add_task" for step in turn.steps)
        facts = replace(facts, pending=pending, adding=adding)
        if turn.clicks:
            facts = _clicked(facts, turn.clicks)
    return facts


def _clicked(facts: Conversation, clicks: Sequence[Step]) -> Conversation:
    """A click on Delete or Keep answers the question; a checkbox does not."""
    answers = any(step.call.name == "delete_task" for step in clicks)
    pending = _asked_by_tools(clicks) if answers else facts.pending
    return replace(history.after(facts, clicks), pending=pending, adding=False)


def _play(play: Script, steps: Sequence[Step]) -> tuple[Call, ...] | Reply:
    """Play a script over the calls that were made already; the first it lacks come next.

    Calls are matched by what they are, not by their place: a retried turn begins with the effects
    of the earlier try, without the lists that led to them.
    """
    made = list(steps)
    try:
        calls = next(play)
        while True:
            outcomes: list[Outcome] = []
            missing: list[Call] = []
            for call in calls:
                step = next((step for step in made if step.call == call), None)
                if step is None:
                    missing.append(call)
                else:
                    made.remove(step)
                    outcomes.append(step.outcome)
            if missing:
                return tuple(missing)
            calls = play.send(tuple(outcomes))
    except StopIteration as end:
        reply: Reply = end.value
        return reply


def _asked_by_tools(steps: Sequence[Step]) -> Pending | None:
    """The open question of a turn that went another way than the script (another model's, say)."""
    for step in reversed(steps):
        if wanted := step.outcome.confirmation:
            return Confirmation(step.call, int(wanted.get("count", 0)))
        trouble = step.outcome.problem
        tasks = step.call.arguments.get("tasks")
        if trouble and trouble.candidates and isinstance(tasks, list) and len(tasks) == 1:
            return Choice(step.call, str(tasks[0]), trouble.candidates)
    return None
