"""Where things are in the work tree."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOGS = VAR / "log"
STAMPS = VAR / "stamps"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SITE = ROOT / "frontend"
ELEMENT = SITE / "chatkit-element"
TESTS = ROOT / "tests"
