"""The guest's test cases: what one says of itself, and which kernels and tiers it is for.

A case is a script in a folder of tests/vm/cases, which is its subject; its name is the file's, and
no two have the same. Lines at its head say more:

  # vm: OPTIONS              for scripts/vm
  # kernel: NAME...          the kernels it is for, where it is not for all
  # not NAME...: REASON      why it is left out on some
  # needs: CONFIG_NAME...    what a kernel must have, as module or built in
  # tier: soak [on NAME...]  too long for `make test`, on these kernels or on all
  # soak-limit: SECONDS      in all its rounds it may take this long (900)
  # kmemleak: soak          what it asks kmemleak it asks in all its rounds only
  # waits: yes             it waits most of its time: it may run beside others that do not
  # packages: NAME...        of the host's release, to be unpacked under /overlay/packages
  # reports: REGEX           kernel reports that it provokes; all others fail it as ever
  # modules: foreign         also ours with an ABI that nobody speaks, in /overlay/modules
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import ROOT

from ghostvm import kernels, paths  # isort: skip

CASES = ROOT / "tests/vm/cases"

# Seconds of the host's time that a case may take in `make test`: past this it is reported as slow.
BUDGET_S = 30.0
CHECKING_BUDGET_S = 60.0
# Past this many times its budget its guest is given up.
_PATIENCE = 4
_SOAK_LIMIT_S = 900.0

# Percent of its rounds that a case goes: enough to prove each thing once, or all of them.
SHORT_PACE = 5
FULL_PACE = 100


@dataclass(frozen=True)
class Case:
    """A script for the guest, and what it says of itself."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def place(self) -> str:
        """Its path below tests/vm, which is /overlay/vm in the guest."""
        return str(self.path.relative_to(CASES.parent))

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def header(self, word: str) -> str:
        found = re.search(rf"^# {word}: (.*)$", self.text, re.MULTILINE)
        return found.group(1) if found else ""

    @property
    def foreign(self) -> bool:
        """Whether it wants the modules that speak another ABI."""
        return self.header("modules") == "foreign"

    def unexpected(self, findings: list[str]) -> list[str]:
        """What was found about the machine, without what the case provokes."""
        provoked = self.header("reports")
        if not provoked:
            return findings
        ours = re.compile(rf"kernel report: .*{provoked}")
        left = [finding for finding in findings if not ours.match(finding)]
        if len(left) == len(findings):
            return findings
        # Each warning is a report of its own, so this tells nothing more.
        return [finding for finding in left if finding != "the kernel is tainted: W (warning)"]

    def soaked(self, kernel: str) -> bool:
        """Whether only `make soak` and `make matrix` have the time for it on this kernel."""
        tier, _, names = self.header("tier").partition(" on ")
        return tier == "soak" and (not names or kernel in names.split())

    @property
    def has_long_form(self) -> bool:
        """Whether it does more in all its rounds than in few."""
        return bool(re.search(r"\$\(paced |^\s*if short;", self.text, re.MULTILINE))

    @property
    def waits(self) -> bool:
        return self.header("waits") == "yes"

    def asks_kmemleak(self, short: bool) -> bool:
        """Whether kmemleak is to watch, which takes half of a checking kernel's time."""
        asked = bool(re.search(r"\bnothing_leaked ", self.text))
        return asked and not (short and self.header("kmemleak") == "soak")

    def limit(self, kernel: str, soak: bool) -> float:
        """Seconds of the host's time until its guest is given up as lost."""
        if soak or self.soaked(kernel):
            return float(self.header("soak-limit") or _SOAK_LIMIT_S)
        return _PATIENCE * budget(kernel)

    def why_not(self, kernel: str) -> str | None:
        """The reason to leave the case out on a kernel (that has been provided)."""
        only = self.header("kernel").split()
        if only and kernel not in only:
            return f"only for {', '.join(only)}"
        for names, reason in re.findall(r"^# not ([^:]+): (.*)$", self.text, re.MULTILINE):
            if kernel in names.split():
                return str(reason)
        missing = [name for name in self.header("needs").split() if not has(kernel, name)]
        return f"the kernel has no {', '.join(missing)}" if missing else None


def budget(kernel: str) -> float:
    """Seconds that a case may take on a kernel in `make test`."""
    return CHECKING_BUDGET_S if kernel in kernels.OF_THE_TESTS else BUDGET_S


def all_cases() -> list[Case]:
    """In the order of their names, whatever their subjects."""
    return [Case(path) for path in sorted(CASES.glob("*/*.sh"), key=lambda path: path.stem)]


def has(kernel: str, symbol: str) -> bool:
    config = paths.cache() / "kernels" / kernel / "build" / ".config"
    return bool(re.search(rf"^{symbol}=[ym]$", config.read_text("utf-8"), re.MULTILINE))
