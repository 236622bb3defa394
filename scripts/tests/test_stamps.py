from scripts import stamps


def test_only_the_same_inputs_are_current(tmp_path):
    stamp = tmp_path / "deep" / "stamp"
    assert not stamps.is_current(stamp, "inputs")
    stamps.write(stamp, "inputs")
    assert stamps.is_current(stamp, "inputs")
    assert not stamps.is_current(stamp, "other inputs")
    assert [file.name for file in stamp.parent.iterdir()] == ["stamp"]


def test_where_one_part_ends_and_the_next_begins_counts():
    assert stamps.digest("ab", "c") != stamps.digest("a", "bc")


def test_content_and_names_count_and_dates_do_not(tmp_path):
    file = tmp_path / "a.ts"
    file.write_text("one")
    first = stamps.digest_files([file], tmp_path)
    file.touch()
    assert stamps.digest_files([file], tmp_path) == first
    file.write_text("two")
    assert stamps.digest_files([file], tmp_path) != first
    renamed = file.rename(tmp_path / "b.ts")
    renamed.write_text("one")
    assert stamps.digest_files([renamed], tmp_path) != first


def test_folders_to_skip_are_not_read(tmp_path):
    for name in ("src/a.ts", "node_modules/x/b.ts", "src/node_modules/c.ts"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    found = stamps.source_files(tmp_path, frozenset({"node_modules"}))
    assert [file.relative_to(tmp_path).as_posix() for file in found] == ["src/a.ts"]
