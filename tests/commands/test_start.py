"""What a command costs before it does anything."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.services import ROOT

CODE = """\
import json, sys
import django
django.setup()
print(json.dumps(sorted({"agents", "openai"} & set(sys.modules))))
"""


def test_a_command_that_asks_no_model_does_not_wait_for_its_libraries(tmp_path: Path) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "taskchat_site.settings", "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == []
