"""Tests tried on one mutant after the other: collected once, then run in a fork that has the mutant grafted in.

To start Python, Django and pytest takes ten times longer than most mutants live.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scripts import suite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scripts.mutants import Mutant

# What pytest needs of its plugins for these tests.
PYTEST = ["-p", "pytest_django.plugin", "-p", "no:cacheprovider", "-q", "-s"]
PATIENCE = 120
"""Seconds until a run counts as failed: a mutant may wait for ever."""


def run(
    tried: Sequence[Mutant],
    arguments: list[str],
    environ: Mapping[str, str],
    *,
    first: Mapping[str, list[str]],
    database: str,
) -> list[str]:
    """What kills each of `tried`, empty for nothing. Call it in a new process.

    `first` are the tests to begin with for mutants of each file. `database` is the file for SQLite's.
    Raises `RuntimeError` where the tests fail without a mutant too.
    """
    for name in suite.OURS:
        os.environ.pop(name, None)
    os.environ.update(environ, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    sys.argv[1:] = arguments  # which servers are needed is read there
    trials = Trials(tried, first, database)
    pytest.main([*PYTEST, *arguments], plugins=[trials])
    if len(trials.killers) != len(tried):
        raise RuntimeError(f"These tests fail without any mutant: {' '.join(arguments)}")
    return trials.killers


@dataclass
class Trials:
    """A plugin of pytest."""

    tried: Sequence[Mutant]
    first: Mapping[str, list[str]]
    database: str
    killers: list[str] = field(default_factory=list)

    def pytest_collection_finish(self) -> None:
        from django.db import connection

        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = self.database  # in memory each fork would make its own

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not session.items or _killer(session.items, None):
            return True
        for mutant in self.tried:
            first = tuple(self.first[mutant.path])
            items = sorted(session.items, key=lambda item: not item.nodeid.startswith(first))
            killer = _killer(items, mutant)
            print(f"{mutant}\n    {killer or 'alive'}", flush=True)
            self.killers.append(killer)
        if self.killers and _killer(session.items, None):  # what the others left behind fails it
            self.killers.clear()
        return True


def _killer(items: Sequence[pytest.Item], mutant: Mutant | None) -> str:
    """The first test that fails with `mutant`, empty if none does."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(PATIENCE)
        os.write(writing, _first_failure(items, mutant).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        killer = file.read()
    _, status = os.waitpid(child, 0)
    return killer if not status else killer or "no end, or a crash"


def _first_failure(items: Sequence[pytest.Item], mutant: Mutant | None) -> str:
    """The same, in the fork."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    if mutant:
        try:
            graft(mutant)
        except Exception as error:  # as an import that fails
            return repr(error)
    for item, after in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if item.session.testsfailed:
            return item.nodeid.rpartition("/")[2]
    return ""


def graft(mutant: Mutant) -> None:
    """Put the code of `mutant` into its module, where others have imported what is in it by name."""
    module = importlib.import_module(mutant.path.removesuffix(".py").replace("/", "."))
    source = mutant.apply(Path(mutant.path).read_text())
    changed = types.ModuleType(module.__name__)
    exec(compile(source, mutant.path, "exec"), vars(changed))  # noqa: S102  # our own code
    _take_over(module, changed, module.__name__)


def _take_over(old: object, new: object, module: str) -> None:
    """All that `new` says, module or class; functions and classes stay the objects that they were."""
    for name, value in vars(new).items():
        before = vars(old).get(name)
        if isinstance(value, types.FunctionType) and isinstance(before, types.FunctionType):
            before.__code__, before.__defaults__ = value.__code__, value.__defaults__
            before.__kwdefaults__ = value.__kwdefaults__
        elif isinstance(value, type) and isinstance(before, type) and value.__module__ == module:
            _take_over(before, value, module)
        elif not name.startswith("__") and getattr(value, "__module__", module) is not None:
            setattr(old, name, value)
