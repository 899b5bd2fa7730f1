"""checkpatch.pl of a kernel's own source: the distributions' packages of headers lack it."""

import re
import subprocess
from pathlib import Path

from . import debs, paths
from .errors import ProvisionError
from .kernels import Kernel
from .store import locked, progress, publish_directory

# checkpatch.pl and the files that it reads from its own directory.
_FILES = ("checkpatch.pl", "const_structs.checkpatch", "spelling.txt")


def provide(kernel: Kernel) -> Path:
    """Returns the path of checkpatch.pl; the first time, fetches the whole source for it."""
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
    # The source is a tarball inside the package. It unpacks to 1 GB of which only these files are
    # needed, so both are read through pipes and nothing else is written.
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
