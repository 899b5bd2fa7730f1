"""The lines that suites and cases print, and what they add up to."""

import re
from dataclasses import dataclass

# A guest case's own lines.
CHECK = re.compile(r"(?:ok|not ok|skipped) - ")
# TAP, KTAP, and CTest's way of saying the same.
PASSED = re.compile(r"^\s*ok\b|^\s*\d+/\d+ Test\s+#\d+: .* Passed ")
FAILED = re.compile(r"^\s*not ok\b|^\s*\d+/\d+ Test\s+#\d+: .*\*\*\*")
FLAKY = re.compile(r"^flaky - ")
SLOW = re.compile(r"^slow - ")
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed$")


@dataclass
class Count:
    """Checks that passed and failed, cases that passed at the second try, cases over budget."""

    passed: int = 0
    failed: int = 0
    flaky: int = 0
    slow: int = 0

    def add(self, other: "Count") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.flaky += other.flaky
        self.slow += other.slow

    def note(self, line: str) -> bool:
        """Counts a line; whether it only says that something is as it should be."""
        good = bool(PASSED.match(line))
        self.passed += good
        self.failed += bool(FAILED.match(line))
        self.flaky += bool(FLAKY.match(line))
        self.slow += bool(SLOW.match(line))
        return good

    def closing(self) -> str:
        """The last lines of a run; the very last is the sum that everybody reads."""
        lines = []
        if self.slow:
            lines.append(f"slow: {self.slow} over their budgets")
        if self.flaky:
            lines.append(f"flaky: {self.flaky}, see build/flaky.json")
        return "\n".join([*lines, f"{self.passed} passed, {self.failed} failed"])
