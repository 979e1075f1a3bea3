"""What the test runs came to: read from pytest's JUnit files, told in one closing line."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from scripts import environment

if TYPE_CHECKING:
    from pathlib import Path

DIRECTORY = environment.ROOT / "var" / "reports"


def path(name: str) -> Path:
    """Where the run called `name` writes its JUnit file."""
    return DIRECTORY / f"{name}.xml"


def clear() -> None:
    """Forget the reports of earlier runs."""
    for old in [*DIRECTORY.glob("*.xml"), *DIRECTORY.glob("*.png")]:
        old.unlink()


def conclude(*, problems: list[str], not_run: list[str]) -> int:
    """Print what failed, what was not run and the totals; the exit status. With CI set, all must have been run."""
    passed = failed = 0
    for report in sorted(DIRECTORY.glob("*.xml")):
        for case in ET.parse(report).iter("testcase"):  # noqa: S314  # written by our own run
            name = f"{case.get('classname')}::{case.get('name')}"
            if (skip := case.find("skipped")) is not None:
                not_run.append(f"{name}: {skip.get('message')}")
            elif case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            else:
                passed += 1
    strict = bool(os.environ.get("CI"))
    print()
    for what in not_run:
        print(f"NOT RUN{', which fails here (CI)' if strict else ''}: {what}")
    for what in problems:
        print(f"FAILED: {what}")
    print(f"{passed} passed, {failed} failed")
    return 1 if problems or failed or not passed or (strict and not_run) else 0
