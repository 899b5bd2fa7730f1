"""The guest's test cases: which are for a kernel, how one is run, what it said.

A case is a script in tests/vm/cases. Lines at its head say more:

  # vm: OPTIONS              for scripts/vm
  # kernel: NAME...          the kernels it is for, where it is not for all
  # not NAME...: REASON      why it is left out on some
  # needs: CONFIG_NAME...    what a kernel must have, as module or built in
  # tier: soak [on NAME...]  too long for `make test`, on these kernels or on all
  # packages: NAME...        of the host's release, to be unpacked under /overlay/packages
  # modules: foreign         also ours with an ABI that nobody speaks, in /overlay/modules
"""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests/vm/cases"
TOOLS = ROOT / "build/userspace/tools"
# How long each case took last, so that the longest are begun first.
TIMES = ROOT / "build/vm-times.json"
# Of what has not been run here: a case that has patience for long is long.
_PATIENCE_S = 300.0
_OF_PATIENCE = 0.25
_CHECK = re.compile(r"(?:ok|not ok|skipped) - ")
# Percent of its rounds that a case goes where it is not soaked: enough to prove each thing once.
SHORT_PACE = 5
FULL_PACE = 100

sys.path.insert(0, str(ROOT / "scripts"))

from ghostvm import extras, paths  # noqa: E402
from ghostvm.errors import ProvisionError  # noqa: E402


@dataclass(frozen=True)
class Case:
    """A script for the guest, and what it says of itself."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    def header(self, word: str) -> str:
        text = self.path.read_text(encoding="utf-8")
        found = re.search(rf"^# {word}: (.*)$", text, re.MULTILINE)
        return found.group(1) if found else ""

    @property
    def foreign(self) -> bool:
        """Whether it wants the modules that speak another ABI."""
        return self.header("modules") == "foreign"

    def patience(self) -> float:
        """Seconds until its machine is given up."""
        found = re.search(r"--timeout (\d+)", self.header("vm"))
        return float(found.group(1)) if found else _PATIENCE_S

    def soaked(self, kernel: str) -> bool:
        """Whether only `make soak` and `make matrix` have the time for it on this kernel."""
        tier, _, names = self.header("tier").partition(" on ")
        return tier == "soak" and (not names or kernel in names.split())

    def why_not(self, kernel: str) -> str | None:
        """The reason to leave the case out on a kernel (that has been provided)."""
        only = self.header("kernel").split()
        if only and kernel not in only:
            return f"only for {', '.join(only)}"
        text = self.path.read_text(encoding="utf-8")
        for names, reason in re.findall(r"^# not ([^:]+): (.*)$", text, re.MULTILINE):
            if kernel in names.split():
                return str(reason)
        missing = [name for name in self.header("needs").split() if not has(kernel, name)]
        return f"the kernel has no {', '.join(missing)}" if missing else None


def all_cases() -> list[Case]:
    return [Case(path) for path in sorted(CASES.glob("*.sh"))]


def has(kernel: str, symbol: str) -> bool:
    config = paths.cache() / "kernels" / kernel / "build" / ".config"
    return bool(re.search(rf"^{symbol}=[ym]$", config.read_text("utf-8"), re.MULTILINE))


@dataclass(frozen=True)
class Result:
    """What a case said: a line for each check, and all of it if something was wrong."""

    checks: list[str]
    output: str
    seconds: float

    @property
    def passed(self) -> int:
        return sum(line.startswith("ok") for line in self.checks)

    @property
    def failed(self) -> int:
        return sum(line.startswith("not ok") for line in self.checks)

    @property
    def skipped(self) -> list[tuple[str, str]]:
        """What the case left out by its own judgement, and why."""
        found = (re.match(r"skipped - (.*?): (.*)", line) for line in self.checks)
        return [(match[1], match[2]) for match in found if match]

    def lines(self, prefix: str) -> list[str]:
        named = [line.replace(" - ", f" - {prefix}: ", 1) for line in self.checks]
        rest = [line for line in self.output.splitlines() if not _CHECK.match(line)]
        return named + [f"# {line}" for line in rest[-60:]]


def _foreign(kernel: str) -> Path:
    return ROOT / "build" / kernel / "foreign"


def foreign_build(kernel: str) -> list[str]:
    """Modules that speak an ABI nobody else does: what the case foreign_abi loads."""
    words = [str(ROOT / "scripts/build-modules"), "--kernel", kernel]
    return ["env", "GHOSTMEM_ABI=99", *words, "--out", str(_foreign(kernel))]


def _overlays(case: Case, kernel: str) -> list[Path]:
    packages = case.header("packages").split()
    extra = [extras.provide(packages)] if packages else []
    foreign = [_foreign(kernel) / "modules"] if case.foreign else []
    return [ROOT / "tests/vm", ROOT / "docs", TOOLS, *foreign, *extra]


def provide(kernel: str) -> None:
    """The kernel itself, if it is not here yet."""
    command = [str(ROOT / "scripts/vm"), "--provide", kernel]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def build(kernel: str, cases: Iterable[Case]) -> None:
    """All modules that the cases want."""
    commands = [[str(ROOT / "scripts/build-modules"), "--kernel", kernel]]
    if any(case.foreign for case in cases):
        commands.append(foreign_build(kernel))
    for command in commands:
        subprocess.run(command, check=True, stdout=sys.stderr)


def _boot_words(case: Case, kernel: str) -> list[str]:
    """kmemleak takes half of a debug kernel's time, and is only of use to who asks it."""
    if not has(kernel, "CONFIG_DEBUG_KMEMLEAK"):
        return []
    asked = "/sys/kernel/debug/kmemleak" in case.path.read_text(encoding="utf-8")
    return [] if asked else ["--append", "kmemleak=off"]


def _command(case: Case, kernel: str, pace: int) -> list[str]:
    return [
        str(ROOT / "scripts/vm"),
        # Generous: a case that hangs is caught all the same, and a busy host is no failure.
        *("--kernel", kernel, "--timeout", "900"),
        *(word for path in _overlays(case, kernel) for word in ("--overlay", str(path))),
        *_boot_words(case, kernel),
        *shlex.split(case.header("vm")),
        *("--", "env", f"PACE={pace}", "sh", f"/overlay/vm/cases/{case.path.name}"),
    ]


def run(case: Case, kernel: str, pace: int) -> Result:
    """Pace is how many percent of its rounds a case that goes in rounds shall go."""
    started = time.monotonic()
    try:
        command = _command(case, kernel, pace)
    except ProvisionError as problem:
        return Result([f"not ok - what it needs: {problem}"], "", 0.0)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # A case may find that a part of it cannot be done here, and say so.
    checks = [line for line in done.stdout.splitlines() if _CHECK.match(line)]
    counted = [line for line in checks if not line.startswith("skipped")]
    lost = done.returncode and not any(line.startswith("not ok") for line in checks)
    if lost or not counted:
        checks.append(f"not ok - the machine's verdict: status {done.returncode}")
    bad = any(line.startswith("not ok") for line in checks)
    seconds = time.monotonic() - started
    return Result(checks, done.stdout + done.stderr if bad else "", seconds)


class Times:
    """What is known of how long cases take; a guess for the others."""

    def __init__(self) -> None:
        try:
            self._known: dict[str, float] = json.loads(TIMES.read_text("utf-8"))
        except (OSError, ValueError):
            self._known = {}

    def longest_first(self, jobs: Iterable[tuple[str, Case]]) -> list[tuple[str, Case]]:
        return sorted(jobs, key=lambda job: -self._expected(*job))

    def note(self, kernel: str, case: Case, result: Result) -> None:
        self._known[f"{kernel} {case.name}"] = round(result.seconds, 1)

    def save(self) -> None:
        work = TIMES.with_name(f".{TIMES.name}.{os.getpid()}")
        work.write_text(json.dumps(self._known, indent=1, sort_keys=True), encoding="utf-8")
        work.rename(TIMES)

    def _expected(self, kernel: str, case: Case) -> float:
        elsewhere = [
            seconds for name, seconds in self._known.items() if name.split()[1] == case.name
        ]
        guess = max(elsewhere, default=case.patience() * _OF_PATIENCE)
        return self._known.get(f"{kernel} {case.name}", guess)
