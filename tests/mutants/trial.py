"""Every mutant of a module against the tests that reach its line, in a process that is warm.

`python -m tests.mutants.trial <module> <jobs>` runs the module's tests once, in pytest. It has then
imported and set up what takes time, and knows which tests reach which line and how long each takes.
For each mutant it forks: the child gives the module's functions their mutated code, and stops at
the first test that fails.
"""

from __future__ import annotations

import ast
import gc
import hashlib
import importlib.abc
import importlib.util
import json
import os
import signal
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from itertools import chain
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from operations.paths import ROOT
from tests.mutants.faults import Mutant, mutants_of
from tests.mutants.modules import MODULES

_RESULTS = ROOT / ".local" / "mutants"
_FAULTS = "tests/mutants/faults.py"
# A node of OpenSearch takes too long to ask for each mutant.
_OPTIONS = ["-q", "-s", "-x", "--tb=no", "-n", "0", "-p", "no:cacheprovider", "-W", "ignore",
            "-k", "not opensearch"]  # fmt: skip
_OURS = ("darkroom", "tests", "functions", "local", "operations")
_SPARE_SECONDS = 60  # on a busy machine
_SPARE_CPU_SECONDS = 5  # a loop without an end is told by these: no other process uses them up
_NO_TEST = "no test: it cannot be imported, or hangs"


class Log:
    """A plugin of pytest that notes which test fails first, and how long each takes."""

    def __init__(self) -> None:
        self.failed: str | None = None
        self.seconds = defaultdict[str, float](float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed and self.failed is None:
            self.failed = report.nodeid


class Trial(Log):
    """A module's mutants, and the test that kills each: a plugin of pytest that finds it.

    Results are kept while neither the module nor the killer is changed, those of survivors while no
    file of the module's tests is.
    """

    def __init__(self, path: str, tests: Sequence[str], jobs: int = 1) -> None:
        super().__init__()
        self.path = ROOT / path
        self.module = path.partition("darkroom/")[2].removesuffix(".py").replace("/", ".")
        self.tree = ast.parse(self.path.read_text())
        self.mutants = mutants_of(self.tree)
        self._jobs = jobs
        self._hashes = {each: _hash((ROOT / each).read_text()) for each in (path, *tests, _FAULTS)}
        self._hashes |= {name: value for each in tests for name, value in _hashes_of_tests(each)}
        self._file = _RESULTS / f"{self.module}.json"
        self._killers = self._earlier(path)
        self._deadly = Counter[str | None]()
        self._running: dict[int, tuple[Mutant, int]] = {}

    def survivors(self) -> list[str]:
        return [each.name for each in self.mutants if self._killers[each.name] is None]

    def todo(self) -> list[Mutant]:
        return [each for each in self.mutants if each.name not in self._killers]

    def _earlier(self, path: str) -> dict[str, str | None]:
        if not self._file.exists():
            return {}
        found = json.loads(self._file.read_text())
        same = {each for each, value in self._hashes.items() if found["hashes"].get(each) == value}
        valid: set[str | None] = {_NO_TEST, *same}
        if same == self._hashes.keys():
            valid.add(None)
        return {
            name: killer
            for name, killer in found["killers"].items()
            if {path, _FAULTS} <= same and (killer and killer.partition("[")[0]) in valid
        }

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        reached = self._reached(session.items)
        if self.failed:
            sys.exit(f"{self.failed} fails without a mutant")
        everything = [each for each in gc.get_objects() if isinstance(each, FunctionType)]
        functions = [each for each in everything if each.__code__.co_filename == str(self.path)]
        gc.freeze()  # else the collector makes each child copy what it looks at
        for mutant in self.todo():
            # A line that runs at import is reached by the first test alone, and matters to all. So
            # does one of a function that is called then, and later by none.
            tests = set() if mutant.is_at_import else reached[mutant.line]
            is_at_import = not tests
            tests = tests or set(chain.from_iterable(reached.values()))
            order = sorted(
                (item for item in session.items if item.nodeid in tests),
                key=lambda item: (-self._deadly[item.nodeid], self.seconds[item.nodeid]),
            )
            if len(self._running) == self._jobs:
                self._wait()
            read, write = os.pipe()
            pid = os.fork()
            if not pid:
                killer = self._killer(mutant, [] if is_at_import else functions, order)
                os.write(write, json.dumps(killer).encode())
                os._exit(0)
            os.close(write)
            self._running[pid] = mutant, read
        while self._running:
            self._wait()
        return True

    def _reached(self, items: list[pytest.Item]) -> dict[int, set[str]]:
        """Run all tests; those that reach each line of the module."""
        reached = defaultdict[int, set[str]](set)
        nodeid, path = "", str(self.path)

        def trace(frame: FrameType, event: str, _: object) -> Any:
            if frame.f_code.co_filename != path:  # asked at every call of all that runs
                return None
            reached[frame.f_lineno].add(nodeid)
            return trace

        threading.settrace(trace)
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            nodeid = item.nodeid
            sys.settrace(trace)
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        sys.settrace(None)
        threading.settrace(None)
        return reached

    def _killer(
        self, mutant: Mutant, functions: list[FunctionType], items: list[pytest.Item]
    ) -> str | None:
        """The first test that fails on a mutant, if there is one; runs in a process of its own.

        Without `functions` to change, the module is imported anew.
        """
        usual = 5 * sum(self.seconds[each.nodeid] for each in items)
        signal.alarm(_SPARE_SECONDS + int(usual))
        signal.setitimer(signal.ITIMER_PROF, _SPARE_CPU_SECONDS + usual)
        mutant.apply()
        code = compile(self.tree, self.path, "exec")
        if not functions or not _replaced(functions, code):
            return self._killer_anew(code, [item.nodeid for item in items])
        items[0].session._setupstate.teardown_exact(items[0])  # what the last test left
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                break
        return self.failed

    def _killer_anew(self, code: CodeType, tests: list[str]) -> str | None:
        """The same, after all that is Darkroom's is imported again: a constant may be elsewhere."""
        for name in list(sys.modules):
            if name.partition(".")[0] in _OURS or name.endswith("_app"):
                del sys.modules[name]
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # pytest tells at length what it cannot import
        sys.meta_path.insert(0, _Mutated(f"darkroom.{self.module}", code, self.path))
        log = Log()
        status = pytest.main([*_OPTIONS, *tests], plugins=[log])
        return log.failed or (None if status == pytest.ExitCode.OK else _NO_TEST)

    def _wait(self) -> None:
        pid, _ = os.wait()
        mutant, pipe = self._running.pop(pid)
        with os.fdopen(pipe) as answer:
            killer = json.loads(answer.read() or json.dumps(_NO_TEST))
        self._deadly[killer] += 1
        self._killers[mutant.name] = killer
        _RESULTS.mkdir(parents=True, exist_ok=True)
        kept = {"hashes": self._hashes, "killers": self._killers}
        self._file.write_text(json.dumps(kept, indent=1))


class _Mutated(importlib.abc.InspectLoader):
    """Imports one module from code instead of its file."""

    def __init__(self, name: str, code: CodeType, path: Path) -> None:
        self._name = name
        self._code = code
        self._path = path

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(name, self._path, loader=self)

    def get_code(self, fullname: str) -> CodeType:
        return self._code

    def get_source(self, fullname: str) -> str:
        return self._path.read_text()


def _replaced(functions: list[FunctionType], module: CodeType) -> bool:
    """Give functions their code from a module; False where one has other outer variables then."""
    codes, look = dict[tuple[str, int], CodeType](), [module]
    while look:
        inner = [each for each in look.pop().co_consts if isinstance(each, CodeType)]
        codes |= {(each.co_qualname, each.co_firstlineno): each for each in inner}
        look += inner
    try:
        for function in functions:
            old = function.__code__
            function.__code__ = codes[old.co_qualname, old.co_firstlineno]
    except ValueError:
        return False
    return True


def _hashes_of_tests(path: str) -> Iterator[tuple[str, str]]:
    """Each test of a file, with the hash of it and of all that is no import or other test."""
    body = ast.parse((ROOT / path).read_text()).body
    tests = [
        each for each in body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    ]
    imports = [each for each in body if isinstance(each, ast.Import | ast.ImportFrom)]
    shared = [ast.unparse(each) for each in body if each not in (*tests, *imports)]
    for test in tests:
        yield f"{path}::{test.name}", _hash("\n".join([*shared, ast.unparse(test)]))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    chosen, jobs = sys.argv[1:]
    trial = Trial(chosen, MODULES[chosen], int(jobs))
    if trial.todo():
        sys.exit(pytest.main([*_OPTIONS, *MODULES[chosen]], plugins=[trial]))
