"""checkpatch.pl as it is in a kernel's source: no package of a distribution's headers has it."""

import re
import subprocess
from pathlib import Path

from . import debs, paths
from .errors import ProvisionError
from .kernels import Kernel
from .store import locked, progress, publish_directory

# What it reads beside itself.
_FILES = ("checkpatch.pl", "const_structs.checkpatch", "spelling.txt")


def provide(kernel: Kernel) -> Path:
    """Its path; the first time, the whole source is fetched for it."""
    built = kernel.build / "scripts" / _FILES[0]
    if built.exists():
        return built
    version = re.match(r"\d+\.\d+", kernel.release)
    if not version:
        raise ProvisionError(f"{kernel.release} is no release of a distribution's kernel")
    name = f"linux-source-{version[0]}"
    target = paths.cache() / "checkpatch" / name
    with locked(target.with_name(f"{name}.lock")):
        if not target.exists():
            progress(f"fetching {name} for its checkpatch (once)")
            publish_directory(target, lambda work: _fill(kernel.root, name, work))
    return target / _FILES[0]


def _fill(root: str | None, name: str, work: Path) -> None:
    apt = debs.Apt(root)
    (deb,) = apt.download(apt.show([(name, None)]), work)
    members = " ".join(f"{name}/scripts/{file}" for file in _FILES)
    # An archive in the archive: 1 GB that nobody wants, and so is never written.
    script = (
        f'dpkg-deb --fsys-tarfile "$1" | tar -xO ./usr/src/{name}.tar.xz | '
        f"tar -xJ --no-same-owner --strip-components=2 {members}"
    )
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script, "bash", str(deb)], cwd=work, check=False
    )
    deb.unlink()
    if done.returncode:
        raise ProvisionError(f"{name} has no {', '.join(_FILES)}: see above")
