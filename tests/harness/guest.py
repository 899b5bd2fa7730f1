"""Runs a guest case in a machine of its own and turns its output into a result."""

import math
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from . import ROOT, processes, progress
from .case import FULL_PACE, Case, has
from .files import read_json
from .tap import CHECK

from ghostvm import extras  # isort: skip
from ghostvm.errors import ProvisionError  # isort: skip

TOOLS = ROOT / "build/userspace/tools"
_SHOWN_LINES = 60
# The guest shell's message for a missing command in a line of the case itself.
_NOT_FOUND = re.compile(r"^(/overlay/vm/.*: not found)$", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """A case's result: a line for each check, and the whole output if something failed."""

    checks: list[str]
    output: str
    seconds: float
    # Failures of the machine itself: it was lost, or its kernel reported something.
    machine: list[str] = field(default_factory=list)

    @property
    def passed(self) -> int:
        return sum(line.startswith("ok") for line in self.checks)

    @property
    def failed(self) -> int:
        return sum(line.startswith("not ok") for line in self.checks)

    @property
    def skipped(self) -> list[tuple[str, str]]:
        """The parts that the case itself decided to skip, and why."""
        parts = [line.removeprefix("skipped - ") for line in self.checks if line[0] == "s"]
        return [(name, reason) for name, _, reason in (part.partition(": ") for part in parts)]

    @property
    def may_be_chance(self) -> bool:
        """Whether a check failed in a healthy guest, so that the case is worth a second try."""
        return self.failed > 0 and not self.machine

    def lines(self, prefix: str) -> list[str]:
        named = [line.replace(" - ", f" - {prefix}: ", 1) for line in self.checks]
        rest = [line for line in self.output.splitlines() if not CHECK.match(line)]
        return named + [f"# {line}" for line in rest[-_SHOWN_LINES:]]


def _foreign(kernel: str) -> Path:
    return ROOT / "build" / kernel / "foreign"


def foreign_build(kernel: str) -> list[str]:
    """The command that builds modules with an unknown ABI, which the case foreign_abi loads."""
    words = [str(ROOT / "scripts/build-modules"), "--kernel", kernel]
    return ["env", "GHOSTMEM_ABI=99", *words, "--out", str(_foreign(kernel))]


def _prepare(command: list[str], until: float) -> None:
    """Runs a command with its output on stderr; at `until`, ends it and raises TimeoutError."""
    with processes.Group(command, ROOT) as group:
        for line in group.lines(until):
            print(line, end="", file=sys.stderr)
    if group.status is None:
        raise TimeoutError(shlex.join(command))
    if group.status:
        raise subprocess.CalledProcessError(group.status, command)


def provide(kernel: str, until: float = math.inf) -> None:
    """Provides the kernel if it is missing; raises TimeoutError at `until` (of time.time())."""
    with progress.running("kernel", kernel):
        # Discard stdout, on which the kernel's directory is printed.
        quiet = ["sh", "-c", 'exec "$@" >/dev/null', "sh"]
        _prepare([*quiet, str(ROOT / "scripts/vm"), "--provide", kernel], until)


def build(kernel: str, cases: Iterable[Case], until: float = math.inf) -> None:
    """Builds leakctl, the tests' tools, and all modules that the cases need; `until` as above."""
    commands = [[str(ROOT / "scripts/build"), kernel]]
    if any(case.foreign for case in cases):
        commands.append(foreign_build(kernel))
    with progress.running("build", kernel):
        for command in commands:
            _prepare(command, until)


def _overlays(case: Case, kernel: str) -> list[Path]:
    packages = case.header("packages").split()
    extra = [extras.provide(packages)] if packages else []
    foreign = [_foreign(kernel) / "modules"] if case.foreign else []
    return [ROOT / "tests/vm", ROOT / "docs", TOOLS, *foreign, *extra]


def _boot_words(case: Case, kernel: str, pace: int) -> list[str]:
    if case.asks_kmemleak(short=pace < FULL_PACE) or not has(kernel, "CONFIG_DEBUG_KMEMLEAK"):
        return []
    return ["--append", "kmemleak=off"]


def _command(case: Case, kernel: str, pace: int, limit: float, report: Path) -> list[str]:
    return [
        str(ROOT / "scripts/vm"),
        *("--kernel", kernel, "--timeout", f"{limit:g}", "--report", str(report)),
        *(word for path in _overlays(case, kernel) for word in ("--overlay", str(path))),
        *_boot_words(case, kernel, pace),
        *(["--allow-taint"] if case.header("reports") else []),
        *shlex.split(case.header("vm")),
        *("--", "env", f"PACE={pace}", "sh", f"/overlay/vm/{case.place}"),
    ]


def _run(case: Case, kernel: str, pace: int, limit: float, report: Path) -> Result:
    started = time.monotonic()
    try:
        command = _command(case, kernel, pace, limit, report)
    except ProvisionError as problem:
        line = f"what it needs: {problem}"
        return Result([f"not ok - {line}"], "", 0.0, [line])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # A case may print that it skips a part that is impossible here.
    checks = [line for line in done.stdout.splitlines() if CHECK.match(line)]
    machine = read_json(report, {"findings": [f"no report, status {done.returncode}"]})["findings"]
    machine = case.unexpected(machine)
    # A missing command may have been part of a check, which may then have passed without testing.
    missing = _NOT_FOUND.findall(done.stderr)
    checks += [f"not ok - every command is there: {line}" for line in missing]
    checks += [f"not ok - the machine: {finding}" for finding in machine]
    bad = any(line.startswith("not ok") for line in checks)
    if done.returncode and not bad:
        checks.append(f"not ok - exit status {done.returncode}, though no check failed")
        bad = True
    seconds = time.monotonic() - started
    return Result(checks, done.stdout + done.stderr if bad else "", seconds, machine)


def run(case: Case, kernel: str, pace: int, at_most: float = float("inf")) -> Result:
    """Runs a case. pace is the percentage of its rounds that a case with rounds runs; at_most, in
    seconds, shortens the limit after which the guest is ended as lost."""
    limit = min(at_most, case.limit(kernel, soak=pace >= FULL_PACE))
    with (
        progress.running("case", f"{kernel} {case.name}"),
        tempfile.TemporaryDirectory(prefix="ghostmem-case.") as scratch,
    ):
        return _run(case, kernel, pace, limit, Path(scratch) / "report.json")
