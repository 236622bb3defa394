"""`make lock`: renew both package-lock.json from their package.json and complete them."""

from __future__ import annotations

from scripts import fixlock, node_packages
from scripts.console import Problem, main, say, step
from scripts.processes import CommandFailed, only_installer, run_logged


def lock() -> int:
    with only_installer():
        node_packages.prepare_node()
        variables = node_packages.environment()
        for end in node_packages.FRONT_ENDS:
            command = [
                node_packages.npm(variables),
                "install",
                "--package-lock-only",
                "--no-audit",
                "--no-fund",
            ]
            with step(end.name, "resolving its npm packages"):
                try:
                    run_logged(command, f"{end.key}-lock", cwd=end.folder, env=variables)
                except CommandFailed as failure:
                    raise Problem(
                        f"npm could not resolve the packages:\n{failure.tail()}"
                    ) from failure
            fixlock.fix(end.folder / "package-lock.json")
    say("Both package-lock.json are up to date. `make run` and `make test` install from them.")
    return 0


if __name__ == "__main__":
    main(lock)
