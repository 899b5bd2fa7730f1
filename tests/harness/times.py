"""build/times.json: the last duration of each suite and each guest case on this machine."""

from collections.abc import Iterable

from . import ROOT
from .case import Case
from .files import read_json, write_json

PATH = ROOT / "build/times.json"
# The expected time of what has not been run on this machine.
_UNKNOWN_S = 60.0


class Times:
    """Loaded when constructed; save() merges the noted times into what others saved meanwhile."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, float]] = read_json(PATH, {})
        self._noted: dict[str, dict[str, float]] = {}

    def note(self, kind: str, name: str, seconds: float) -> None:
        self._noted.setdefault(kind, {})[name] = round(seconds, 1)

    def expected(self, kind: str, name: str, otherwise: float = _UNKNOWN_S) -> float:
        return self._known.get(kind, {}).get(name, otherwise)

    def longest_first(
        self, kind: str, jobs: Iterable[tuple[str, Case]]
    ) -> list[tuple[str, Case]]:
        """Sorts pairs of kernel and case by expected time, longest first, so that no processor idles
        at the end because of one long case."""
        return sorted(jobs, key=lambda job: -self.expected(kind, f"{job[0]} {job[1].name}"))

    def save(self) -> None:
        merged = read_json(PATH, {})
        for kind, noted in self._noted.items():
            merged.setdefault(kind, {}).update(noted)
        write_json(PATH, merged)
