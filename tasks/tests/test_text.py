import pytest

from tasks import text


@pytest.mark.parametrize(
    ("one", "other"), [("Straße", "STRASSE"), ("ÄPFEL", "äpfel"), ("ﬁle", "FILE"), ("\uff21", "a")]
)
def test_folded_texts_are_equal_ignoring_case_and_form(one, other):
    assert text.fold(one) == text.fold(other)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("Buy milk, eggs & bread!", ["buy", "milk", "eggs", "bread"]),
        ("mum's car", ["mum", "s", "car"]),
        ("हिन्दी सीखो", ["हिन्दी", "सीखो"]),
        ("買い物", ["買い物"]),
        ("🎉 !?", []),
    ],
)
def test_words_are_without_punctuation_in_any_script(value, words):
    assert text.words(value) == [text.fold(word) for word in words]


def test_a_shortened_text_is_one_line():
    assert text.shortened("one\n two", 10) == "one two"
    assert text.shortened("x" * 11, 10) == "x" * 9 + "…"
    assert text.shortened("a\0\ud800b", 10) == "a \\ud800b"
