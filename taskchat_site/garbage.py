"""When Python looks for garbage: not while a server starts, and never among what it started with.

What is imported stays. Looking through it over and over takes a fifth of the start's CPU; later,
each full look would stop every reply for a tenth of a second.
"""

import gc

gc.disable()  # as soon as this is imported, which `serve` does first


def look_from_now_on() -> None:
    """The start is over: what is there now is there for good."""
    gc.collect()
    gc.freeze()
    gc.enable()
