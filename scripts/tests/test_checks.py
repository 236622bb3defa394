import json

from scripts import check_async_orm, check_locks


def test_the_orms_async_methods_are_found(tmp_path):
    file = tmp_path / "views.py"
    file.write_text(
        "async def view():\n    await response.aclose()\n    return await Task.objects.aget(id=1)\n"
    )
    (found,) = check_async_orm.violations(file)
    assert found.endswith("views.py:3: .aget() goes around database.run()")


def test_an_address_and_a_missing_platform_are_found_in_a_lock(tmp_path):
    file = tmp_path / "package-lock.json"
    tool = {
        "version": "1.0.0",
        "resolved": "https://mirror.example/tool.tgz",
        "optionalDependencies": {"tool-darwin-arm64": "1.0.0"},
    }
    file.write_text(json.dumps({"packages": {"node_modules/tool": tool}}))
    address, missing = check_locks.lock_problems(file)
    assert "node_modules/tool has a `resolved` address" in address
    assert "node_modules/tool-darwin-arm64" in missing


def test_requirements_are_pinned_and_name_no_registry(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("# notes\nDjango==5.2.19\nhttpx\n--index-url https://mirror.example\n")
    assert list(check_locks.requirement_problems(file)) == [
        "requirements.txt:3: httpx is not pinned with ==",
        "requirements.txt:4: names a registry",
    ]
