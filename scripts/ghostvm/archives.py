"""Debian's archives, at the mirrors that the host's own apt is configured for."""

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import ProvisionError

_HELPER = "/usr/lib/apt/apt-helper"
# Prefix of a URI that names a file with a list of mirrors, as Debian's cloud images use it.
_MIRROR_FILE = "mirror+file:"


@dataclass(frozen=True)
class Archives:
    """URIs of the archive with the releases and of the one with their security updates."""

    main: str
    security: str | None


def _ask(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )


def _location(uri: str) -> str:
    if not uri.startswith(_MIRROR_FILE):
        return uri.rstrip("/")
    listing = Path("/" + uri.removeprefix(_MIRROR_FILE).strip("/"))
    lines = (line.split("#")[0].split() for line in listing.read_text("utf-8").splitlines())
    return next(words[0] for words in lines if words).rstrip("/")


def configured() -> Archives | None:
    """The archives that apt uses for Debian itself; None before its lists have been fetched."""
    reply = _ask("apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)")
    found: dict[str, str] = {}
    for line in reply.stdout.splitlines():
        origin, label, uri = line.split("|", 2)
        if origin == "Debian":
            found.setdefault(label, _location(uri))
    if "Debian" not in found:
        return None
    return Archives(found["Debian"], found.get("Debian-Security"))


def has(archive: str, suite: str) -> bool:
    """Whether the archive (still) has a suite. Raises ProvisionError if that cannot be determined."""
    with tempfile.TemporaryDirectory(prefix="ghostvm.") as scratch:
        reply = _ask(
            *(_HELPER, "-o", "APT::Sandbox::User=root", "download-file"),
            *(f"{archive}/dists/{suite}/InRelease", f"{scratch}/InRelease"),
        )
    if reply.returncode == 0:
        return True
    if "  404  " in reply.stderr or "File not found" in reply.stderr:
        return False
    reason = (reply.stderr.strip().splitlines() or ["no reason given"])[0]
    raise ProvisionError(f"{archive} does not answer for {suite} ({reason}): check the network")


def proxies() -> list[str]:
    """The apt options that configure the host's proxies in a root."""
    reply = _ask("apt-config", "dump", "--format", '%F "%v";%n')
    return [
        line
        for line in reply.stdout.splitlines()
        if line.startswith("Acquire::") and "::proxy " in line.lower() and '""' not in line
    ]
