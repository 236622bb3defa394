"""`make lock`: renew each package-lock.json from its package.json and complete it."""

from __future__ import annotations

from scripts import fixlock, node_packages
from scripts.console import Problem, main, say, step
from scripts.processes import CommandFailed, only_installer, run_logged


def lock() -> int:
    packages = [*node_packages.FRONT_ENDS, *node_packages.FOR_TESTS]
    with only_installer():
        node_packages.prepare_node(packages, build=True)
        variables = node_packages.environment()
        for package in packages:
            command = [
                node_packages.npm(variables),
                "install",
                "--package-lock-only",
                "--no-audit",
                "--no-fund",
            ]
            with step(package.name, "resolving its npm packages"):
                try:
                    run_logged(
                        command, f"{package.folder.name}-lock", cwd=package.folder, env=variables
                    )
                except CommandFailed as failure:
                    raise Problem(failure.words("npm could not resolve them")) from failure
            fixlock.fix(package.folder / "package-lock.json")
    say("Each package-lock.json is up to date. `make run` and `make test` install from them.")
    return 0


if __name__ == "__main__":
    main(lock)
