"""New namespaces for a command, so that what it mounts and starts ends with it.

A mount namespace begins as a copy, and by default `unshare` makes / private in it, so that no mount
made there propagates out of it. In a plain chroot, / is no mount point and cannot be made private.
Propagation then depends on the mount that / lies on, which cannot be inspected from within;
therefore a trial mount is made.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from . import paths
from .errors import ProvisionError

_MOUNTINFO = Path("/proc/self/mountinfo")


def enter(*options: str) -> list[str]:
    """Returns the words to put before a command to run it in new mount and PID namespaces, and in
    others named by `options` of unshare. When we end, the command is killed with all that it has
    started."""
    return [
        *("setpriv", "--pdeathsig", "KILL", "--", "unshare", "--mount", *_propagation()),
        *("--pid", "--fork", "--kill-child", *options, "--"),
    ]


def root_is_mounted() -> bool:
    """Whether / is a mount point. In a chroot to a directory that is no mount point, it is not."""
    lines = _MOUNTINFO.read_text("utf-8").splitlines()
    return any(line.split(" ")[4] == "/" for line in lines)


def _propagation() -> list[str]:
    if root_is_mounted():
        return []
    paths.cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".mount.", dir=paths.cache()) as place:
        _expect_private(place)
    return ["--propagation", "unchanged"]


def _expect_private(place: str) -> None:
    """Raises if a mount made at a place in a new mount namespace propagates out of it."""
    script = 'mount -t tmpfs probe "$1" && echo mounted && read -r _'
    command = ["unshare", "--mount", "--propagation", "unchanged", "sh", "-c", script, "sh", place]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as probe:
        assert probe.stdin and probe.stdout
        mounted = probe.stdout.readline() == b"mounted\n"
        shows = os.path.ismount(place)
        probe.stdin.close()
    if shows:
        subprocess.run(["umount", place], check=True)
    if shows or not mounted:
        raise ProvisionError(
            "/ is no mount point here (a chroot?), and mounts below it cannot be kept from the "
            "host: outside, run `mount --bind DIRECTORY DIRECTORY` before the chroot into it"
        )
