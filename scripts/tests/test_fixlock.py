import json

from scripts import fixlock


def completed(**packages):
    return fixlock.complete({"": {"name": "site"}, **packages})


def test_a_platform_that_the_mirror_lacks_is_added_without_a_checksum():
    oxide = {"version": "4.3.5", "optionalDependencies": {"@tw/oxide-darwin-arm64": "4.3.5"}}
    packages = completed(**{"node_modules/@tw/oxide": oxide})
    assert packages["node_modules/@tw/oxide-darwin-arm64"] == {
        "version": "4.3.5",
        "optional": True,
        "cpu": ["arm64"],
        "os": ["darwin"],
    }


def test_what_only_development_needs_is_added_as_such():
    tool = {"version": "1.0.0", "dev": True, "optionalDependencies": {"tool-win32-x64": "1.0.0"}}
    assert completed(**{"node_modules/tool": tool})["node_modules/tool-win32-x64"]["dev"] is True


def test_a_range_is_left_to_npm():
    watcher = {"version": "2.0.0", "optionalDependencies": {"fsevents": "~2.3.2"}}
    assert "node_modules/fsevents" not in completed(**{"node_modules/watcher": watcher})


def test_a_nested_package_counts_as_there_for_those_below_it():
    packages = completed(
        **{
            "node_modules/a": {"version": "1.0.0"},
            "node_modules/a/node_modules/b": {
                "version": "1.0.0",
                "optionalDependencies": {"b-linux-x64": "1.0.0"},
            },
            "node_modules/a/node_modules/b-linux-x64": {"version": "1.0.0"},
        }
    )
    assert "node_modules/b-linux-x64" not in packages


def test_the_registrys_address_goes_and_the_checksum_stays():
    entry = {
        "version": "1.0.0",
        "resolved": "https://mirror.example/a.tgz",
        "integrity": "sha512-x",
    }
    assert completed(**{"node_modules/a": entry})["node_modules/a"] == {
        "version": "1.0.0",
        "integrity": "sha512-x",
    }


def test_a_complete_file_is_not_touched(tmp_path):
    file = tmp_path / "package-lock.json"
    file.write_text(
        json.dumps({"name": "é", "packages": {"": {}}}, indent=2, ensure_ascii=False) + "\n"
    )
    before = file.stat().st_mtime_ns
    assert fixlock.fix(file) is False
    assert file.stat().st_mtime_ns == before
