"""Distribution packages, from the mirror that the apt of the host or of a root is configured for.

Nothing is installed: packages are resolved by apt-cache, fetched and verified by
`apt-get download`, and unpacked by dpkg-deb.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import paths
from .errors import ProvisionError
from .store import progress

_DEPENDENCY = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9+.-]*)(?:\s*\((?P<rel>[<>=]+)\s*(?P<ver>[^\s)]+)\))?"
)


# Commands that fetch are tried up to three times, each for at most this many seconds.
THRICE = (str(paths.REPO / "scripts" / "thrice"),)
_DOWNLOAD_LIMIT_S = 600


class UnknownPackage(ProvisionError):
    def __init__(self, name: str) -> None:
        super().__init__(f"apt offers no package '{name}': check the sources apt is configured for")


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    depends: tuple[tuple[str, str | None], ...]

    @property
    def spec(self) -> str:
        return f"{self.name}={self.version}"


def _parse_depends(field: str) -> tuple[tuple[str, str | None], ...]:
    found = []
    for clause in field.split(","):
        match = _DEPENDENCY.match(clause.strip())
        if match:
            pinned = match["ver"] if match["rel"] == "=" else None
            found.append((match["name"], pinned))
    return tuple(found)


def _parse_package(paragraph: str) -> Package | None:
    fields = dict(
        line.split(": ", 1)
        for line in paragraph.splitlines()
        if ": " in line and not line.startswith(" ")
    )
    if "Version" not in fields:
        return None
    depends = _parse_depends(fields.get("Depends", ""))
    return Package(fields["Package"], fields["Version"], depends)


def _reason(reply: subprocess.CompletedProcess[str]) -> str:
    return (reply.stderr.strip().splitlines() or ["no reason given"])[-1]


@dataclass(frozen=True)
class Apt:
    """The apt of the host, or of a root."""

    root: str | None = None
    # Changes made in a root are discarded, so the lists must be updated before each query.
    update_first: bool = False

    def _run(
        self, *words: str, cwd: Path | None = None, fetches: bool = False
    ) -> subprocess.CompletedProcess[str]:
        command = [*THRICE, str(_DOWNLOAD_LIMIT_S)] if fetches or self.update_first else []
        if self.root:
            command += [str(paths.REPO / "scripts" / "root"), self.root, "--"]
        if self.update_first:
            command += ["sh", "-c", 'apt-get update -q >&2 && exec "$@"', "sh"]
        environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.run(
            [*command, *words], cwd=cwd, env=environment, text=True, capture_output=True, check=False
        )

    def renewed(self) -> "Apt":
        """This apt, with its lists brought up to date."""
        if not self.root:
            update()
            return self
        return replace(self, update_first=True)

    def show(self, wanted: Sequence[tuple[str, str | None]]) -> list[Package]:
        """The packages wanted: in the version given, or else apt's candidate."""
        specs = [f"{name}={version}" if version else name for name, version in wanted]
        reply = self._run("apt-cache", "show", "--no-all-versions", *specs)
        found = [_parse_package(paragraph) for paragraph in reply.stdout.split("\n\n")]
        packages = {package.name: package for package in found if package}
        for name, _ in wanted:
            if name not in packages:
                raise UnknownPackage(name)
        return list(packages.values())

    def closure(self, metapackages: Iterable[str], wanted: re.Pattern[str]) -> list[Package]:
        """These packages and all that they depend on whose names match wanted. Where a dependency
        names an exact version, that version is taken."""
        found: dict[str, Package] = {}
        pending: dict[str, str | None] = dict.fromkeys(metapackages)
        while pending:
            # One query for all pending packages: apt reads its lists anew for each query.
            packages = self.show(list(pending.items()))
            found.update((package.name, package) for package in packages)
            entries = [entry for package in packages for entry in package.depends]
            pending = {
                name: version
                for name, version in entries
                if name not in found and wanted.match(name)
            }
        return list(found.values())

    def download(self, packages: Iterable[Package], into: Path) -> list[Path]:
        # Run as root, apt drops to a user who cannot write below a private cache directory.
        command = ["apt-get", "download", "-q", "-o", "APT::Sandbox::User=root"]
        specs = [package.spec for package in packages]
        reply = self._run(*command, *specs, cwd=into, fetches=True)
        if reply.returncode:
            raise ProvisionError(f"apt-get download failed ({_reason(reply)}): try again later")
        return sorted(into.glob("*.deb"))


def update() -> None:
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    if prefix and not shutil.which("sudo"):
        raise ProvisionError("package lists are missing or old: run 'apt-get update' as root")
    progress("updating package lists")
    reply = subprocess.run(
        [*THRICE, "300", *prefix, "env", "LC_ALL=C", "apt-get", "update", "-q"],
        text=True,
        capture_output=True,
        check=False,
    )
    if reply.returncode:
        problem = f"apt-get update failed ({_reason(reply)})"
        raise ProvisionError(f"{problem}: check the apt configuration")


def extract(deb: Path, into: Path) -> None:
    subprocess.run(["dpkg-deb", "-x", str(deb), str(into)], check=True)
