"""Did the user say yes? Read from the user's own message by the server, never from a model."""

import re

YES = re.compile(
    r"(yes|yep|yeah|yup|sure|ok(ay)?|confirm(ed)?|do it|go ahead|delete (them|all|it|everything)"
    r"|of course|absolutely|please do)",
    re.IGNORECASE,
)
FILLER = re.compile(
    r"\b(please|pls|thanks|thank you|now|all|of|them|that|it|i am|i'm)\b", re.IGNORECASE
)


def says_yes(text: str) -> bool:
    """Only a plain yes counts; a longer sentence might mean anything."""
    plain = re.sub(r"[\s.,!?]+", " ", text).strip()
    if YES.fullmatch(plain):
        return True
    bare = re.sub(r"\s+", " ", FILLER.sub(" ", plain)).strip()
    words = bare.split(" ")
    return (
        0 < len(words) <= 4
        and YES.match(bare) is not None
        and all(
            YES.fullmatch(word) or word.lower() in {"delete", "do", "go", "ahead", "everything"}
            for word in words
        )
    )
