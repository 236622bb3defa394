"""The collector rests while a server starts, and leaves alone what it started with."""

import subprocess
import sys

CODE = """
import gc
from taskchat_site import garbage
assert not gc.isenabled()
garbage.look_from_now_on()
assert gc.isenabled()
assert gc.get_freeze_count() > 1000
"""


def test_garbage_is_looked_for_after_the_start_and_not_in_it():
    subprocess.run([sys.executable, "-c", CODE], check=True, timeout=60)
