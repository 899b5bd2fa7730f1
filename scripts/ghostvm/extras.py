"""Packages that a single test needs in its guest, unpacked into a directory for an overlay.

They are from the host's release, as the guest's libraries are. To get newer ones, remove
<cache>/extras.
"""

from collections.abc import Sequence
from pathlib import Path

from . import debs, paths
from .errors import ProvisionError
from .store import digest, locked, progress, publish_directory

# The name of the overlay in the guest.
NAME = "packages"


def _fill(work: Path, names: Sequence[str]) -> None:
    apt = debs.Apt()
    # As for kernels, empty or outdated package lists are updated once.
    for last in (False, True):
        try:
            files = apt.download(apt.show([(name, None) for name in names]), work)
            break
        except ProvisionError:
            if last:
                raise
            apt = apt.renewed()
    for deb in files:
        debs.extract(deb, work / NAME)
        deb.unlink()


def provide(names: Sequence[str]) -> Path:
    """Returns a directory with the files of these packages, without their dependencies."""
    entry = paths.cache() / "extras" / f"{names[0]}-{digest(sorted(names))}"
    if not (entry / NAME).exists():
        with locked(entry.with_name(f"{entry.name}.lock")):
            if not (entry / NAME).exists():
                progress(f"fetching {' '.join(names)} (once)")
                publish_directory(entry, lambda work: _fill(work, names))
    return entry / NAME
