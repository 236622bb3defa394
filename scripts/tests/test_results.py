import pytest

from scripts import results

REPORT = """<testsuites><testsuite>
  <testcase name="a"/>
  <testcase name="b"><failure message="no"/></testcase>
  <testcase name="c"><error message="no"/></testcase>
  <testcase name="d"><skipped message="Redis is not installed"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def report(tmp_path):
    def write(content):
        file = tmp_path / "report.xml"
        file.write_text(content)
        return file

    return write


def test_cases_are_counted_and_reasons_kept(report):
    result = results.read("unit", report(REPORT), 1)
    assert (result.passed, result.failed, result.skipped) == (1, 2, 1)
    assert result.reasons == {"Redis is not installed"}


def test_a_suite_that_ran_no_test_failed(report, tmp_path):
    for file in (report("<testsuites/>"), report("not XML"), tmp_path / "none"):
        assert results.read("unit", file, 0).failed == 1


def test_a_runner_that_broke_after_its_tests_failed(report):
    result = results.read("unit", report('<testsuite><testcase name="a"/></testsuite>'), 3)
    assert (result.passed, result.failed) == (1, 1)
    assert "exit status 3" in result.remark


def test_the_last_line_is_the_totals():
    both = [
        results.Result("unit", passed=3, seconds=1),
        results.Result("site", failed=1, skipped=2),
    ]
    assert results.summary(both).splitlines()[-1] == "3 passed, 1 failed, 2 skipped"
