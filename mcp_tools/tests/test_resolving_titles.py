import pytest

from tasks import actions


@pytest.mark.parametrize(
    "reference",
    [
        "buy groceries",
        "BUY Groceries",
        "  buy   groceries ",
        "groceries",
        "the groceries",
        "the groceries task",
        "groceries, buy!",
        '"buy groceries"',
    ],
)
def test_a_title_or_all_words_of_one_task_alone_name_it(call, add, reference):
    add("buy groceries", "call the bank", "buy milk")
    assert call("complete_task", tasks=[reference]).text == 'Completed t1 "buy groceries".'


def test_the_exact_title_goes_before_titles_that_hold_its_words(call, add):
    add("call mum about the call", "call", "call bank")
    assert call("complete_task", tasks=["Call"]).text == 'Completed t2 "call".'


def test_part_of_a_word_is_no_word(call, add):
    add("start the project")
    assert call("complete_task", tasks=["art"]).is_error


def test_two_tasks_of_one_title_are_never_guessed_between(call, add):
    add("call mum", "call mum")
    assert call("complete_task", tasks=["call mum"]).structured["error"]["code"] == "ambiguous"


def test_filler_words_count_when_they_are_all_there_is(call, add):
    add("the task", "other task")
    assert call("complete_task", tasks=["the task"]).text == 'Completed t1 "the task".'


def test_any_script_and_no_letters_at_all(call, add):
    add("買い物", "🎉", "Äpfel kaufen")
    text = call("complete_task", tasks=["買い物", "🎉", "äpfel"]).text
    assert text == 'Completed 3 tasks: t1 "買い物", t2 "🎉", t3 "Äpfel kaufen".'


def test_completing_looks_among_open_tasks_first(call, add, owner):
    done = add("call mum")
    actions.complete_task(owner, done.id)
    add("call mum again")
    assert call("complete_task", tasks=["mum"]).text == 'Completed t2 "call mum again".'


def test_reopening_alone_looks_among_completed_tasks_first(call, add, owner):
    done = add("call mum")
    actions.complete_task(owner, done.id)
    add("call mum again")
    text = call("update_task", tasks=["mum"], status="open").text
    assert text == 'Updated t1 "call mum": reopened.'


def test_status_open_beside_another_change_means_the_open_task(call, add, owner):
    gone = add("call mum")
    actions.delete_task(owner, gone.id)
    add("call mum")
    text = call("update_task", tasks=["call mum"], status="open", priority="low").text
    assert text == 'Updated t2 "call mum": priority low.'


def test_a_great_many_tasks_are_searched_quickly_enough(call, owner):
    from time import perf_counter

    from django.utils import timezone

    from tasks.models import Task

    now = timezone.now()
    Task.objects.bulk_create(
        Task(
            id=f"task_{n}",
            owner=owner,
            number=n,
            title=f"{n} " + "lorem ipsum " * 40,
            title_key=f"{n} " + "lorem ipsum " * 40,
            created_at=now,
            updated_at=now,
        )
        for n in range(1, 1001)
    )
    started = perf_counter()
    assert call("complete_task", tasks=["dolor sit amet " * 30]).is_error
    assert perf_counter() - started < 2
