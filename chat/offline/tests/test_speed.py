"""Understanding is a small part of a reply's 50 ms."""

import statistics
import time

from chat.offline.intents import Conversation
from chat.offline.tests.test_adding import SENTENCES as ADDING
from chat.offline.tests.test_changing import SENTENCES as CHANGING
from chat.offline.tests.test_harmless import SENTENCES as HARMLESS
from chat.offline.understand import understand


def test_a_message_is_understood_in_two_milliseconds() -> None:
    sentences = [sentence for sentence, _ in ADDING + CHANGING + HARMLESS]
    for sentence in sentences:
        understand(sentence, Conversation())  # fills the caches of the first time
    taken = []
    for sentence in sentences:
        started = time.process_time()
        understand(sentence, Conversation())
        taken.append(time.process_time() - started)
    assert statistics.mean(taken) < 0.002
