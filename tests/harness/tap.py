"""Parses and counts the lines that suites and cases print."""

import re
from dataclasses import dataclass

# The lines that guest cases print.
CHECK = re.compile(r"(?:ok|not ok|skipped) - ")
# The formats of TAP, KTAP and CTest.
PASSED = re.compile(r"^\s*ok\b|^\s*\d+/\d+ Test\s+#\d+: .* Passed ")
FAILED = re.compile(r"^\s*not ok\b|^\s*\d+/\d+ Test\s+#\d+: .*\*\*\*")
FLAKY = re.compile(r"^flaky - ")
SLOW = re.compile(r"^slow - ")
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed$")


@dataclass
class Count:
    """Numbers of checks that passed and failed, of cases that passed at the second try, and of cases
    over budget."""

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
        """Counts a line; returns whether it reports nothing but success."""
        good = bool(PASSED.match(line))
        self.passed += good
        self.failed += bool(FAILED.match(line))
        self.flaky += bool(FLAKY.match(line))
        self.slow += bool(SLOW.match(line))
        return good

    def closing(self) -> str:
        """The closing lines of a run; the very last one is the total."""
        lines = []
        if self.slow:
            lines.append(f"slow: {self.slow} over their budgets")
        if self.flaky:
            lines.append(f"flaky: {self.flaky}, see build/flaky.json")
        return "\n".join([*lines, f"{self.passed} passed, {self.failed} failed"])
