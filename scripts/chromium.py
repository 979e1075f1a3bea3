"""The browser for the browser tests: the machine's own Chromium or Chrome."""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium that starts, or None."""
    for path in filter(None, map(shutil.which, NAMES)):
        if subprocess.run([path, "--version", "--no-sandbox"], check=False, capture_output=True).returncode == 0:
            return path
    return None


def find_or_install() -> str | None:
    """Like `find`, but where this user may install Debian packages, a missing Chromium is installed first."""
    if find() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests …", flush=True)
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "-qq", *command], check=False, env=env)
    return find()
