"""build/times.json: how long each suite and each guest case took last, on this machine."""

from collections.abc import Iterable

from . import ROOT
from .case import Case
from .files import read_json, write_json

PATH = ROOT / "build/times.json"
# What has not been run here is expected to take as long as it may.
_UNKNOWN_S = 60.0


class Times:
    """Read when made; save() adds what was noted to what others have saved meanwhile."""

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
        """Kernels and cases, so that no processor idles at the end for one long case."""
        return sorted(jobs, key=lambda job: -self.expected(kind, f"{job[0]} {job[1].name}"))

    def save(self) -> None:
        merged = read_json(PATH, {})
        for kind, noted in self._noted.items():
            merged.setdefault(kind, {}).update(noted)
        write_json(PATH, merged)
