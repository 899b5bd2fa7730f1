"""What is derived from a kernel so that it boots fast, and the initramfs of one run.

Derived once per kernel: the bare vmlinux, a squashfs of all its modules, and the few
modules that must be loaded before that squashfs can be mounted. Derived once per build
of our modules: an overlay layer with them and a module index that covers both.
"""

import gzip
import lzma
import os
import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import paths, store, userland
from .cpio import Archive
from .errors import ProvisionError
from .kernels import Kernel

# In the order in which the guest wants them; dependencies are found, and a kernel that
# has one of them built in just lacks the file.
_EARLY = ("virtio_pci", "virtio_console", "virtio_blk", "squashfs", "overlay")
_INDEX_FILES = (
    "modules.alias.bin",
    "modules.builtin",
    "modules.builtin.alias.bin",
    "modules.builtin.bin",
    "modules.builtin.modinfo",
    "modules.dep",
    "modules.dep.bin",
    "modules.devname",
    "modules.order",
    "modules.softdep",
    "modules.symbols.bin",
)
LAYER = "usr/lib/ghostvm/modules"


@dataclass(frozen=True)
class Image:
    """Everything QEMU needs from a kernel."""

    boot: Path
    bzimage: Path
    modules: Path
    early: Path
    layer: Path
    append: str


def _decompress(payload: bytes) -> bytes | None:
    if payload.startswith(b"\xfd7zXZ"):
        return lzma.LZMADecompressor().decompress(payload)
    if payload.startswith(b"\x1f\x8b"):
        return gzip.decompress(payload)
    for magic, tool in ((b"\x28\xb5\x2f\xfd", "zstd"), (b"\x02\x21\x4c\x18", "lz4")):
        if payload.startswith(magic) and shutil.which(tool):
            # Both tools complain about the length word that follows the stream.
            done = subprocess.run([tool, "-dcq"], input=payload, capture_output=True, check=False)
            return done.stdout
    return None


def _extract_vmlinux(bzimage: bytes) -> bytes | None:
    """The ELF kernel inside a bzImage, or None if this boot protocol hides it from us."""
    if bzimage[0x202:0x206] != b"HdrS":
        return None
    setup_sectors = bzimage[0x1F1] or 4
    offset, length = struct.unpack_from("<II", bzimage, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    vmlinux = _decompress(bzimage[start : start + length])
    return vmlinux if vmlinux and vmlinux.startswith(b"\x7fELF") else None


def _enters_directly(kernel: Kernel) -> bool:
    """A KASAN kernel does not: its PVH entry is checked against shadow memory not yet there."""
    try:
        return "\nCONFIG_KASAN=y\n" not in (kernel.build / ".config").read_text(encoding="utf-8")
    except OSError:
        return True


def _squashfs(tree: Path, target: Path, *options: str) -> None:
    command = ["mksquashfs", str(tree), str(target), "-noappend", "-all-root", "-no-progress"]
    made = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    if made.returncode:
        reason = (made.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ProvisionError(f"mksquashfs of {tree} failed: {reason}")


def overlay_disk(tree: Path, target: Path) -> None:
    # Made anew for each run, so the time to compress would be paid every time.
    _squashfs(tree, target, "-noI", "-noD", "-noF", "-noX")


def _depmod(base: Path, release: str) -> None:
    done = subprocess.run(
        ["depmod", "-b", str(base), release], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ProvisionError(f"depmod failed for {release}: {done.stderr.strip()}")


def _index(kernel: Kernel, ours: list[Path], base: Path) -> Path:
    """A tree below base that depmod has seen: the stock modules by reference, ours by copy."""
    tree = base / "lib" / "modules" / kernel.release
    (tree / "updates").mkdir(parents=True)
    for entry in kernel.modules.iterdir():
        if entry.is_dir():
            (tree / entry.name).symlink_to(entry)
        elif entry.name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
            shutil.copy(entry, tree)
    for module in ours:
        shutil.copy(module, tree / "updates")
    _depmod(base, kernel.release)
    return tree


def _load_order(dependencies: dict[str, list[str]], wanted: tuple[str, ...]) -> list[str]:
    by_name = {Path(path).name.split(".ko")[0].replace("-", "_"): path for path in dependencies}
    order: list[str] = []
    for name in wanted:
        if name not in by_name:
            continue
        path = by_name[name]
        # modules.dep lists what must be there first last.
        order += [entry for entry in [*reversed(dependencies[path]), path] if entry not in order]
    return order


def _plain_module(path: Path) -> bytes:
    """Decompressed here, where it is quick, and so loadable by any insmod."""
    content = path.read_bytes()
    return (_decompress(content) or content) if path.suffix != ".ko" else content


def _write_early(kernel: Kernel, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="ghostvm.") as scratch:
        tree = _index(kernel, [], Path(scratch))
        lines = (tree / "modules.dep").read_text(encoding="ascii").splitlines()
    dependencies = {key: rest.split() for key, _, rest in (line.partition(":") for line in lines)}
    with open(target, "wb") as stream:
        archive = Archive(stream)
        archive.directory("usr/lib/ghostvm/early")
        for number, path in enumerate(_load_order(dependencies, _EARLY)):
            name = Path(path).name.split(".ko")[0]
            content = _plain_module(kernel.modules / path)
            archive.file(f"usr/lib/ghostvm/early/{number:02}-{name}.ko", content)
        archive.close()


def _write_layer(kernel: Kernel, ours: list[Path], target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="ghostvm.") as scratch:
        tree = _index(kernel, ours, Path(scratch))
        with open(target, "wb") as stream:
            archive = Archive(stream)
            archive.directory(LAYER)
            for name in _INDEX_FILES:
                if (tree / name).exists():
                    archive.file(f"{LAYER}/{name}", (tree / name).read_bytes())
            for module in sorted((tree / "updates").iterdir()):
                archive.file(f"{LAYER}/updates/{module.name}", module.read_bytes())
            archive.close()


def _derive(kernel: Kernel, work: Path) -> None:
    store.progress(f"preparing kernel {kernel.name} (once)")
    if _enters_directly(kernel) and (vmlinux := _extract_vmlinux(kernel.vmlinuz.read_bytes())):
        (work / "vmlinux").write_bytes(vmlinux)
    _squashfs(kernel.modules, work / "modules.squashfs", "-comp", "lz4")
    _write_early(kernel, work / "early.cpio")


def lock_path() -> Path:
    return paths.cache() / "images.lock"


def derive(kernel: Kernel) -> Image:
    """The kernel's image, current. Call with the images' lock held."""
    family = paths.cache() / "images" / kernel.name
    identity = [kernel.release, store.stamp(kernel.vmlinuz), store.stamp(kernel.complete)]
    entry = family / store.digest([*identity, Path(__file__).read_bytes()])
    if not entry.exists():
        store.publish_directory(entry, lambda work: _derive(kernel, work))
        store.prune(family, entry)
    ours = sorted((paths.build(kernel.name) / "modules").glob("*.ko"))
    layer = entry / f"layer-{store.digest(store.stamp(module) for module in ours)}.cpio"
    if not layer.exists():
        store.publish_file(layer, lambda work: _write_layer(kernel, ours, work))
    for used in (entry, layer):
        os.utime(used)
    _prune_layers(entry, layer)
    vmlinux = entry / "vmlinux"
    return Image(
        boot=vmlinux if vmlinux.exists() else kernel.vmlinuz,
        bzimage=kernel.vmlinuz,
        modules=entry / "modules.squashfs",
        early=entry / "early.cpio",
        layer=layer,
        append=kernel.append,
    )


def _prune_layers(entry: Path, current: Path) -> None:
    """Each build of our modules leaves a layer; runs copy theirs under the lock."""
    for layer in entry.glob("layer-*.cpio"):
        if layer != current:
            layer.unlink()


def assemble(image: Image, run_script: str, target: Path) -> None:
    """The initramfs of one run: cached parts end to end, and what this run is to do."""
    with open(target, "wb") as stream:
        for part in [*userland.archives(), image.early, image.layer]:
            with open(part, "rb") as source:
                shutil.copyfileobj(source, stream, 1 << 20)
        archive = Archive(stream)
        archive.file("usr/lib/ghostvm/run", run_script.encode("utf-8", "surrogateescape"), 0o755)
        archive.close()
