"""Which suites run side by side, and that none is forgotten or run twice."""

from scripts import test as suites
from scripts.results import Result


def test_every_suite_is_in_one_lane() -> None:
    all_suites = [suite for stage in suites.STAGES for lane in stage for suite in lane]
    assert sorted(all_suites) == sorted(suites.SUITES)


def test_what_is_chosen_keeps_its_lane() -> None:
    chosen = ["unit", "element", "browser", "servers"]
    assert suites._stages(chosen) == [[["unit"]], [["servers"], ["browser", "element"]]]
    assert suites._stages(["servers"]) == [[["servers"]]]


def test_all_lanes_are_run_to_their_end(monkeypatch, tmp_path, capsys) -> None:
    def suite(name):
        def run(how):
            how.output.write(f"{name} speaks".encode())
            return Result(name, passed=1)

        return run

    monkeypatch.setattr(suites, "REPORTS", tmp_path)
    monkeypatch.setattr(suites, "SUITES", {name: suite(name) for name in suites.SUITES})
    lanes = [["cluster", "browser"], ["servers"]]
    done = suites._all(lanes)
    assert [result.suite for result in done] == ["cluster", "browser", "servers"]
    told = capsys.readouterr().out
    assert all(f"--- {result.suite}\n{result.suite} speaks" in told for result in done)


def test_one_lane_speaks_as_it_goes(monkeypatch) -> None:
    monkeypatch.setitem(suites.SUITES, "unit", lambda run: Result("unit", remark=f"{run.output}"))
    (result,) = suites._all([["unit"]])
    assert result.remark == "None"
