"""Distribution packages, from whatever mirror the host's apt is configured for.

Nothing is installed: packages are resolved by apt-cache, fetched and verified by
`apt-get download`, and unpacked by dpkg-deb.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .errors import ProvisionError
from .store import progress

_DEPENDENCY = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9+.-]*)(?:\s*\((?P<rel>[<>=]+)\s*(?P<ver>[^\s)]+)\))?"
)


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


def _apt(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        args, cwd=cwd, env=environment, text=True, capture_output=True, check=False
    )


def _parse_depends(field: str) -> tuple[tuple[str, str | None], ...]:
    found = []
    for clause in field.split(","):
        match = _DEPENDENCY.match(clause.strip())
        if match:
            pinned = match["ver"] if match["rel"] == "=" else None
            found.append((match["name"], pinned))
    return tuple(found)


def show(name: str, version: str | None = None) -> Package | None:
    spec = f"{name}={version}" if version else name
    reply = _apt("apt-cache", "show", "--no-all-versions", spec)
    fields = dict(
        line.split(": ", 1)
        for line in reply.stdout.split("\n\n")[0].splitlines()
        if ": " in line and not line.startswith(" ")
    )
    if "Version" not in fields:
        return None
    return Package(name, fields["Version"], _parse_depends(fields.get("Depends", "")))


def closure(roots: Iterable[str], wanted: re.Pattern[str]) -> list[Package]:
    """The roots and all they depend on, as far as names match wanted; pins are followed."""
    found: dict[str, Package] = {}
    pending: list[tuple[str, str | None]] = [(root, None) for root in roots]
    while pending:
        name, version = pending.pop()
        if name in found:
            continue
        package = show(name, version)
        if package is None:
            raise UnknownPackage(name)
        found[name] = package
        pending.extend(entry for entry in package.depends if wanted.match(entry[0]))
    return list(found.values())


def update() -> None:
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    if prefix and not shutil.which("sudo"):
        raise ProvisionError("package lists are missing or old: run 'apt-get update' as root")
    progress("updating package lists")
    reply = _apt(*prefix, "apt-get", "update", "-q")
    if reply.returncode:
        reason = (reply.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ProvisionError(f"apt-get update failed ({reason}): check the apt configuration")


def download(packages: Iterable[Package], into: Path) -> list[Path]:
    # As root apt would drop to a user who cannot write below a private cache directory.
    command = ["apt-get", "download", "-q", "-o", "APT::Sandbox::User=root"]
    reply = _apt(*command, *(package.spec for package in packages), cwd=into)
    if reply.returncode:
        reason = (reply.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ProvisionError(f"apt-get download failed ({reason}): run 'apt-get update', try again")
    return sorted(into.glob("*.deb"))


def extract(deb: Path, into: Path) -> None:
    subprocess.run(["dpkg-deb", "-x", str(deb), str(into)], check=True)
