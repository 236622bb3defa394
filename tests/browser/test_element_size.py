"""What a page downloads before it can draw the chat element."""

import subprocess

from scripts.node_packages import environment
from scripts.paths import ELEMENT


def test_the_elements_initial_script_is_within_100_kb() -> None:
    command = ["node", "scripts/check-size.mjs"]
    check = subprocess.run(
        command, cwd=ELEMENT, env=environment(), capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr
    assert "The initial script is" in check.stdout
