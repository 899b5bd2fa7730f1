"""The guest's test cases: their header lines, and the kernels and tiers that each runs on.

A case is a script in a folder of tests/vm/cases; the folder is its subject. Its name is the file's,
which is unique. Lines at its head are directives:

  # vm: OPTIONS              options for scripts/vm
  # kernel: NAME...          the kernels it runs on, if not on all
  # not NAME...: REASON      kernels that it is skipped on, and why
  # needs: CONFIG_NAME...    options that the kernel must have, as module or built in
  # tier: soak [on NAME...]  too long for `make test`, on these kernels or on all
  # soak-limit: SECONDS      time limit when it runs in full length (900)
  # kmemleak: soak           checks kmemleak only when it runs in full length
  # waits: yes               waits most of its time, so it may run beside cases that do not
  # packages: NAME...        packages of the host's release, unpacked under /overlay/packages
  # reports: REGEX           kernel reports that it provokes; all others still fail it
  # modules: foreign         adds our modules built with an unknown ABI, in /overlay/modules
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import ROOT

from ghostvm import kernels, paths  # isort: skip

CASES = ROOT / "tests/vm/cases"

# A case that takes more seconds than this on the host in `make test` is reported as slow.
BUDGET_S = 30.0
CHECKING_BUDGET_S = 60.0
# After this many times its budget the guest is ended as lost.
_PATIENCE = 4
_SOAK_LIMIT_S = 900.0

# Percent of its rounds that a case runs: enough to test each thing once, or all of them.
SHORT_PACE = 5
FULL_PACE = 100


@dataclass(frozen=True)
class Case:
    """A script for the guest, with its directives."""

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
        """Whether it needs our modules built with an unknown ABI."""
        return self.header("modules") == "foreign"

    def unexpected(self, findings: list[str]) -> list[str]:
        """The findings about the machine that the case does not provoke on purpose."""
        provoked = self.header("reports")
        if not provoked:
            return findings
        ours = re.compile(rf"kernel report: .*{provoked}")
        left = [finding for finding in findings if not ours.match(finding)]
        if len(left) == len(findings):
            return findings
        # Each warning is a finding already, so the taint adds no information.
        return [finding for finding in left if finding != "the kernel is tainted: W (warning)"]

    def soaked(self, kernel: str) -> bool:
        """Whether it runs only in `make soak` and `make matrix` on this kernel."""
        tier, _, names = self.header("tier").partition(" on ")
        return tier == "soak" and (not names or kernel in names.split())

    @property
    def has_long_form(self) -> bool:
        """Whether it does more in full length than in a short run."""
        return bool(re.search(r"\$\(paced |^\s*if short;", self.text, re.MULTILINE))

    @property
    def waits(self) -> bool:
        return self.header("waits") == "yes"

    def asks_kmemleak(self, short: bool) -> bool:
        """Whether to enable kmemleak, which takes half the time on a debug kernel."""
        asked = bool(re.search(r"\bnothing_leaked ", self.text))
        return asked and not (short and self.header("kmemleak") == "soak")

    def limit(self, kernel: str, soak: bool) -> float:
        """Seconds on the host after which the guest is ended as lost."""
        if soak or self.soaked(kernel):
            return float(self.header("soak-limit") or _SOAK_LIMIT_S)
        return _PATIENCE * budget(kernel)

    def why_not(self, kernel: str) -> str | None:
        """The reason to skip the case on a kernel, or None. The kernel must have been provided."""
        only = self.header("kernel").split()
        if only and kernel not in only:
            return f"only for {', '.join(only)}"
        for names, reason in re.findall(r"^# not ([^:]+): (.*)$", self.text, re.MULTILINE):
            if kernel in names.split():
                return str(reason)
        missing = [name for name in self.header("needs").split() if not has(kernel, name)]
        return f"the kernel has no {', '.join(missing)}" if missing else None


def budget(kernel: str) -> float:
    """The seconds after which a case on this kernel counts as slow in `make test`."""
    return CHECKING_BUDGET_S if kernel in kernels.OF_THE_TESTS else BUDGET_S


def all_cases() -> list[Case]:
    """All cases, sorted by name regardless of their subjects."""
    return [Case(path) for path in sorted(CASES.glob("*/*.sh"), key=lambda path: path.stem)]


def has(kernel: str, symbol: str) -> bool:
    config = paths.cache() / "kernels" / kernel / "build" / ".config"
    return bool(re.search(rf"^{symbol}=[ym]$", config.read_text("utf-8"), re.MULTILINE))
