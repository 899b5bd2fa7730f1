"""tests/checks.json: the minimum number of checks that each suite and each guest case must print.

A suite that stops early, or a loop that does not loop, silently prints fewer. After adding checks,
`tests/run --record` raises the numbers; removed checks show in the file's diff.
"""

from . import ROOT
from .files import read_json, write_json

PATH = ROOT / "tests/checks.json"


class Plan:
    """Numbers of checks by suite, and by kernel and case; only for what `make test` runs."""

    def __init__(self, recording: bool = False) -> None:
        """When recording, the numbers seen become the expected ones, and no number is too low."""
        self._known: dict[str, dict[str, int]] = read_json(PATH, {})
        self._recording = recording
        self._seen: dict[str, dict[str, int]] = {}

    def problem(self, group: str, name: str, checks: int) -> str | None:
        """Notes the number of checks; returns a message if some are missing."""
        self._seen.setdefault(group, {})[name] = checks
        wanted = self._known.get(group, {}).get(name, 1)
        if self._recording or checks >= wanted:
            return None
        return f"{checks} checks were printed, {wanted} have to be (tests/checks.json)"

    def save(self) -> None:
        if not self._recording:
            return
        merged = read_json(PATH, {})
        for group, seen in self._seen.items():
            merged.setdefault(group, {}).update(seen)
        write_json(PATH, merged)
