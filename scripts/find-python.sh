#!/bin/sh
# Prints the Python that TaskChat is installed with: the newest tested one, else any that is new enough.
# Each candidate is really run: version managers leave commands on the PATH that only print an error.
old=""
for name in python3.13 python3.12 python3.11 python3 python; do
    path=$(command -v "$name" 2>/dev/null) || continue
    version=$("$path" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
    if "$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        printf '%s\n' "$path"
        exit 0
    fi
    old=${old:-"$version ($path)"}
done

{
    if [ -n "$old" ]; then
        echo "TaskChat needs Python 3.11 or newer; the Python found here is $old."
    else
        echo "TaskChat needs Python 3.11 or newer; no Python was found on the PATH."
    fi
    echo "Install one, then run the same command again:"
    echo "  Debian, Ubuntu:  sudo apt install python3 python3-venv"
    echo "  Fedora:          sudo dnf install python3.12"
    echo "  macOS:           brew install python@3.12"
    echo "  others:          https://www.python.org/downloads/"
} >&2
exit 1
