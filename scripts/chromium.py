"""The browser for the browser tests: the machine's own Chromium or Chrome.

Debian's `chromium-headless-shell` is the same engine without the windows, and a third faster.
"""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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
        subprocess.run(["apt-get", "-qq", "update"], check=False, env=env)
        for package in NAMES[:2]:
            install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", package]
            if subprocess.run(install, check=False, env=env).returncode == 0:
                break
    return find()
