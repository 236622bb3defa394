"""What stands behind the Makefile: installing, building, running, testing, checking.

Everything here needs only Python's standard library, because it runs before anything is installed
(`prepare_database` alone runs inside the virtual environment).
"""
