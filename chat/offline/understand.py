"""Finds what a message means. Pure.

A message is read by itself first, then as the answer to what was asked. By itself: questions and
negations before commands, so that they change nothing; what can only add a task before the rest, so
that its title may hold anything.
"""

from __future__ import annotations

import re

from chat.offline import answers, compound, guessing
from chat.offline.grammar import (
    adding,
    completing,
    filters,
    labelling,
    prioritising,
    questions,
    refusing,
    reminding,
    removing,
    renaming,
    rescheduling,
    showing,
    slips,
    small_talk,
    text,
)
from chat.offline.grammar.rules import Rule, first_fit, is_clear
from chat.offline.grammar.targets import target
from chat.offline.intents import (
    Add,
    Ask,
    Both,
    Cannot,
    Complete,
    Conversation,
    Delete,
    Filter,
    HowTo,
    Intent,
    Named,
    Nothing,
    Offer,
    Rename,
    Reopen,
    Show,
    Small,
    Unknown,
    Update,
)

LONGEST = 4000
_LONGEST_SENTENCE = 1500

_COMMANDS: tuple[Rule, ...] = (
    *small_talk.UNDO,
    *labelling.COMMANDS,
    *rescheduling.COMMANDS,
    *completing.REOPEN,
    *completing.COMPLETE,
    *prioritising.COMMANDS,
    *renaming.COMMANDS,
    *removing.COMMANDS,
)
_STATEMENTS: tuple[Rule, ...] = (
    *rescheduling.STATEMENTS,
    *completing.REOPEN_STATEMENTS,
    *completing.COMPLETE_STATEMENTS,
    *prioritising.STATEMENTS,
    *renaming.STATEMENTS,
    *removing.STATEMENTS,
)
_MUST = re.compile(
    r"(?:(?:i|we)(?:'ve| have)? (?:need|have|want|got|would like) to|i(?:'d"
    r"| would) like to|i wanna) "
    r"(?=(?:mark|rename|reopen|set|show|list|see|view|add|create|delete|remove|complete"
    r"|finish|move|reschedule|change|clear|check off|update)\b)",
    re.IGNORECASE,
)
_SURE_VERB = re.compile(
    r"(?:mark|rename|reopen|show|list|see|view|add|create|check off)\b", re.IGNORECASE
)
# "I need to call Anna, could you note that?": the second half only says what the first is for.
# Without a plea it takes a comma and a verb of noting: "find the file and save it" is one title.
_PUT_DOWN = re.compile(
    r"(?:[,.;:!-]?\s+(?:so |and )?(?:(?:please |pls )|(?:can|could|would|will) (?:you|u) )"
    r"(?:please )?(?:put|note|add|write|jot|save|record|get|stick|list)|[,.;!-]\s+(?:note|add|jot))"
    r" (?:that|it|this|them|those|these)"
    r"(?: (?:down|in|up|on))?(?: (?:to|on|onto|in) (?:my|the) (?:\w+ )?list)?(?: for me)?"
    r"(?:,? (?:please|pls|thanks|thank you))*\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_NEED = re.compile(
    r"(?:i|we)(?:'ve| have)? (?:also )?(?:need|want|ran out of|(?:am|are) out of)(?: some)? ",
    re.IGNORECASE,
)
# "..., it isn't urgent": why, not what.
_REASON = re.compile(
    r",? (?:(?:it|that|this|they)(?:'s|'re| is| are| isn't| aren't| can)|not|no longer"
    r"|because|since"
    r"|as (?:it|that|i|we)|so that)\b[^,]*$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:oh,? )?(?:and|also|plus|and also|oh and|one more|another one|as well as)[ :,]+(?P<x>.+)",
    re.IGNORECASE,
)
_TOO = re.compile(r"(?P<x>.+?),? (?:too|as well|also)", re.IGNORECASE)
_HOW_ABOUT = re.compile(r"(?:and|what about|how about|and what about)(?: for| on)? ", re.IGNORECASE)
_IT_IS = re.compile(r"^(it|that|this)'?s ", re.IGNORECASE)
_TICK = re.compile(r"[\u2705\u2714\u2611]\ufe0f?\s*$")
# "can you delete tasks?" asks what is possible.
_ABLE = re.compile(
    r"\b(?:tasks|things|reminders|items|to-?dos|labels|dates|priorities|notes)\s*\?\s*$",
    re.IGNORECASE,
)
_PLEASE = re.compile(r"\b(?:please|pls|plz|kindly)\b", re.IGNORECASE)
_THINKS = re.compile(
    (
        r"(?:i (?:think|believe|guess|suppose|see)(?: that)?|(?:it )?(?:looks|seems)(?: like"
        r"| as if| that)?|fyi,?|good news[,:!]?|actually,?|by the way,?) (?=\w)"
    ),
    re.IGNORECASE,
)


def understand(message: str, conversation: Conversation) -> Intent:
    """What a message means after all that was said before it."""
    if len(message) > LONGEST:
        return Cannot("long")
    fresh = _fresh(message, conversation)
    if conversation.pending is not None:
        answered = answers.answer(message, fresh, conversation)
        if answered is not None:
            return answered
    return _follow_up(message, fresh, conversation)


def _fresh(message: str, conversation: Conversation) -> Intent:
    """What a message means by itself."""
    if found := _PUT_DOWN.search(text.fold(message)):
        rest = message[: found.start()]
        noted = _sentence(rest, conversation)
        noted = noted.intent if isinstance(noted, Offer) else noted
        if isinstance(noted, Add):
            return noted
        if needed := _NEED.match(text.fold(text.trim(rest))):
            return adding.add(text.trim(rest)[needed.end() :], "bare")
    parts = compound.split(message, lambda part: _sentence(part, conversation))
    if len(parts) == 1:
        return _sentence(message, conversation)
    intents = compound.join([_sentence(part, conversation) for part in parts], parts)
    return intents[0] if len(intents) == 1 else Both(tuple(intents))


def _follow_up(message: str, fresh: Intent, conversation: Conversation) -> Intent:
    """ "and eggs" after a task was added, "and tomorrow?" after a list."""
    if not isinstance(fresh, Unknown | Offer):
        return fresh
    said = text.trim(message)
    if found := _HOW_ABOUT.match(text.fold(said)):
        reading = filters.whole(said[found.end() :])
        if reading and reading.filter != Filter():
            return Show(reading.filter)
    if conversation.adding and (found := _MORE.fullmatch(said) or _TOO.fullmatch(said)):
        return adding.add(found.group("x"), "bare")
    return fresh


def _sentence(sentence: str, conversation: Conversation) -> Intent:
    """What one sentence means."""
    intent = _read(sentence, conversation)
    if isinstance(intent, Show) and intent.filter.query and (meant := slips.in_list(sentence)):
        listed = _read(meant, conversation)
        return listed if isinstance(listed, Show) and not listed.filter.query else intent
    if not isinstance(intent, Unknown | Offer):
        return intent
    corrected = slips.put_right(sentence)
    if corrected:
        again = _read(corrected, conversation)
        if not isinstance(again, Unknown | Offer):
            return again
    return intent


def _read(sentence: str, conversation: Conversation) -> Intent:
    said = text.trim(sentence)
    if not text.has_words(said):
        return Small("help" if said.isascii() else "praise")
    if len(said) > _LONGEST_SENTENCE and "\n" not in said:
        return Unknown(said[:200])
    if intent := first_fit(small_talk.SMALL_TALK, text.one_line(said), conversation):
        return intent
    bare, asked = text.without_politeness(sentence)
    line = text.one_line(bare)
    harmless = _harmless(text.one_line(said), line, conversation)
    if harmless is not None:
        return harmless
    if questions.ASKS.match(text.fold(line)):
        return Unknown(line)
    intent = _command(bare, conversation)
    if intent is None and _TICK.search(sentence) and (done := target(line, conversation)):
        return Complete(done)
    if intent is None:
        return guessing.guess(bare)
    return _if_meant(intent, sentence, asked)


def _harmless(said: str, line: str, conversation: Conversation) -> Intent | None:
    """A negation, a list or a question."""
    for table, form in (
        (refusing.NEGATIONS, said),
        (refusing.NEGATIONS, line),
        (small_talk.UNDO, line),
    ):
        if intent := first_fit(table, form, conversation):
            return intent
    for form in (said, line):
        if intent := first_fit(questions.QUESTIONS, form, conversation):
            return intent
    if beyond := first_fit(small_talk.SORT, line, conversation):
        return beyond
    if shown := showing.show(line):
        return shown
    for table, form in (
        (showing.SEARCH, line),
        (questions.LOOKING, line),
        (small_talk.BEYOND, line),
    ):
        if intent := first_fit(table, form, conversation):
            return intent
    return None


def _command(bare: str, conversation: Conversation) -> Intent | None:
    line = text.one_line(bare)
    if found := _MUST.match(text.fold(line)):
        rest = line[found.end() :]
        wanted = showing.show(rest) or _change(rest, conversation) or _adding(rest, conversation)
        if wanted is not None and (_SURE_VERB.match(rest) or _is_sure(wanted, conversation)):
            return wanted
    if found := _THINKS.match(text.fold(line)):
        bare = line = line[found.end() :]
    return (
        first_fit(reminding.RULES, bare, conversation)
        or first_fit(adding.EXPLICIT, bare, conversation)
        or first_fit(adding.TO_LIST, bare, conversation)
        or _change(line, conversation)
        or first_fit(adding.GENERAL, bare, conversation)
        or first_fit(
            _STATEMENTS,
            _IT_IS.sub(r"\g<1> is ", text.fold(line)) if _IT_IS.match(text.fold(line)) else line,
            conversation,
        )
    )


def _change(line: str, conversation: Conversation) -> Intent | None:
    changed = first_fit(_COMMANDS, line, conversation)
    if reason := _REASON.search(text.hide_quotes(line)):
        bare = first_fit(_COMMANDS, line[: reason.start()], conversation)
        # "low priority, not urgent", "delete milk, it is gone": wrong, if read as a whole.
        rated = isinstance(bare, Update) and bare.priority is not None
        done = isinstance(bare, Complete | Delete | Reopen) and reason.group().startswith(",")
        return bare if changed is None or rated or done else changed
    return changed


def _adding(line: str, conversation: Conversation) -> Intent | None:
    tables = (*reminding.RULES, *adding.EXPLICIT, *adding.TO_LIST, *adding.GENERAL)
    return first_fit(tables, line, conversation)


def _is_sure(intent: Intent, conversation: Conversation) -> bool:
    """Whether it is about a task that surely exists."""
    if not isinstance(intent, Complete | Reopen | Delete | Update):
        return isinstance(intent, Show)
    meant = intent.target
    return not isinstance(meant, Named) or is_clear(meant.whole or meant.phrase, conversation)


def _if_meant(intent: Intent, sentence: str, asked: bool) -> Intent:
    """Nothing is changed on a condition, nor by what may be a question."""
    if isinstance(intent, Ask) and asked and _ABLE.search(sentence):
        return HowTo(questions.topic(sentence))
    changes = isinstance(intent, Complete | Reopen | Delete | Update | Rename)
    if changes and questions.CONDITION_AT_END.search(text.hide_quotes(text.trim(sentence))):
        return Nothing("conditional")
    asks = sentence.rstrip().endswith("?") and not asked and not _PLEASE.search(sentence)
    return Offer(intent) if changes and asks else intent
