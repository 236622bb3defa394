"""Which suites run side by side, and that none is forgotten or run twice."""

from scripts import test as suites
from scripts.results import Result


def test_every_suite_is_in_one_lane() -> None:
    assert sorted(suite for lane in suites.LANES for suite in lane) == sorted(suites.SUITES)
    assert set(suites.COMPUTING) < set(suites.SUITES)


def test_what_is_chosen_keeps_its_lane() -> None:
    assert suites._lanes(["unit", "browser", "postgres"]) == [["browser"], ["unit", "postgres"]]
    assert suites._lanes(["servers"]) == [["servers"]]


def test_all_lanes_are_run_to_their_end(monkeypatch, tmp_path, capsys) -> None:
    nice = {}

    def suite(name):
        def run(how):
            nice[name] = how.nice
            how.output.write(f"{name} speaks".encode())
            return Result(name, passed=1)

        return run

    monkeypatch.setattr(suites, "REPORTS", tmp_path)
    monkeypatch.setattr(suites, "SUITES", {name: suite(name) for name in suites.SUITES})
    done = suites._all(suites._lanes(list(suites.SUITES)))
    assert sorted(result.suite for result in done) == sorted(suites.SUITES)
    assert {name for name in nice if nice[name]} == set(suites.COMPUTING)
    told = capsys.readouterr().out
    assert all(f"--- {name}\n{name} speaks" in told for name in suites.SUITES)


def test_one_lane_speaks_as_it_goes(monkeypatch) -> None:
    monkeypatch.setitem(
        suites.SUITES, "unit", lambda run: Result("unit", remark=f"{run.output} {run.nice}")
    )
    (result,) = suites._all([["unit"]])
    assert result.remark == "None False"
