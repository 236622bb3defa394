import pytest

from taskchat_site.errors import ApiError
from tasks import actions, queries
from tasks.models import Label, Task


def test_a_task_gets_number_id_and_defaults(owner):
    task = actions.add_task(owner, title="  buy groceries ")
    assert task.id.startswith("task_")
    assert (task.number, task.title, task.description) == (1, "buy groceries", "")
    assert (task.priority, task.due_at, task.completed) == ("none", None, False)
    assert queries.get_task(owner, task.id) == task


def test_numbers_count_for_each_owner_alone(owner, stranger):
    numbers = [actions.add_task(user, title="x").number for user in (owner, owner, stranger, owner)]
    assert numbers == [1, 2, 1, 3]


def test_a_number_is_not_given_twice_even_when_its_task_is_gone_for_good(owner):
    Task.objects.filter(pk=actions.add_task(owner, title="first").pk).delete()
    assert actions.add_task(owner, title="second").number == 2


def test_labels_are_made_once_and_keep_their_first_spelling(owner, stranger):
    actions.add_task(owner, title="x", labels=["Home", "home", " errands "])
    task = actions.add_task(owner, title="y", labels=["HOME"])
    assert task.label_names == ["Home"]
    assert Label.objects.filter(owner=owner).count() == 2
    assert actions.add_task(stranger, title="z", labels=["home"]).label_names == ["home"]


def test_letters_are_composed_so_that_equal_words_are_equal(owner):
    assert actions.add_task(owner, title="cafe\u0301").title == "caf\u00e9"


def test_a_description_keeps_its_lines_and_tabs(owner):
    task = actions.add_task(owner, title="x", description="one\r\n\ttwo\rthree")
    assert task.description == "one\n\ttwo\nthree"


def test_the_longest_title_and_description_fit(owner):
    task = actions.add_task(owner, title="ß" * 500, description="d" * 20_000)
    assert (len(task.title), len(task.description)) == (500, 20_000)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "title must not be empty."),
        ({"title": " \u200b\t"}, "title must not be empty."),
        ({"title": "x" * 501}, "title must be at most 500 characters, not 501."),
        ({"title": "two\nlines"}, "title must be a single line."),
        ({"title": "two\u2028lines"}, "title must be a single line."),
        ({"title": "a\0b"}, "title must not contain control characters."),
        ({"title": "a\x1b[31mb"}, "title must not contain control characters."),
        ({"title": "a\ud800b"}, "title must not contain control characters."),
        (
            {"description": "x" * 20_001},
            "description must be at most 20000 characters, not 20001.",
        ),
        ({"description": "a\0b"}, "description must not contain control characters."),
        (
            {"priority": "urgent"},
            "priority must be one of none, low, medium, high.",
        ),
        ({"labels": [""]}, "labels must not be empty."),
        ({"labels": ["x" * 51]}, "labels must be at most 50 characters, not 51."),
        ({"labels": ["a\nb"]}, "labels must be a single line."),
        ({"labels": [f"l{n}" for n in range(21)]}, "labels must be at most 20, not 21."),
    ],
)
def test_what_may_not_be_stored_is_refused_in_words_that_name_the_field(owner, fields, words):
    with pytest.raises(ApiError) as refused:
        actions.add_task(owner, **{"title": "x", **fields})
    assert (refused.value.status, refused.value.code, refused.value.detail) == (
        422,
        "invalid",
        words,
    )
    assert not Task.objects.exists()


def test_a_deleted_account_gets_no_task(owner):
    type(owner).objects.filter(pk=owner.pk).delete()
    with pytest.raises(ApiError, match="no longer exists"):
        actions.add_task(owner, title="x")
