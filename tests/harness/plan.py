"""tests/checks.json: how many checks each suite and each guest case has to print at least.

A suite that stops early, or a loop that does not loop, prints fewer and says nothing of it. What
is new raises the numbers by `tests/run --record`; what is removed shows in the file's diff.
"""

from . import ROOT
from .files import read_json, write_json

PATH = ROOT / "tests/checks.json"


class Plan:
    """Numbers by suite, and by kernel and case; only what `make test` runs is in it."""

    def __init__(self, recording: bool = False) -> None:
        """When recording, what is seen becomes what is wanted, and is never too little."""
        self._known: dict[str, dict[str, int]] = read_json(PATH, {})
        self._recording = recording
        self._seen: dict[str, dict[str, int]] = {}

    def problem(self, group: str, name: str, checks: int) -> str | None:
        """Notes how many checks there were, and says what is wrong if some are missing."""
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
