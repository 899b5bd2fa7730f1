"""A newc cpio archive, written without root so that it can hold device nodes."""

import stat
from pathlib import PurePosixPath
from typing import BinaryIO

# The kernel accepts concatenated archives if each starts on a four-byte boundary. A wider
# alignment costs nothing and keeps the parts legible in a hex dump.
_ALIGNMENT = 512


class Archive:
    """An archive being written. Adding a directory or a file again changes nothing; parents are
    added automatically."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._known: set[str] = {"."}
        self._inode = 0
        self._size = 0

    def directory(self, path: str, mode: int = 0o755) -> None:
        name = self._name(path)
        if name in self._known:
            return
        self._parents(name)
        self._known.add(name)
        self._entry(name, stat.S_IFDIR | mode, b"")

    def file(self, path: str, content: bytes, mode: int = 0o644) -> None:
        name = self._name(path)
        if name in self._known:
            return
        self._parents(name)
        self._known.add(name)
        self._entry(name, stat.S_IFREG | mode, content)

    def symlink(self, path: str, target: str) -> None:
        name = self._name(path)
        self._parents(name)
        self._known.add(name)
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def character_device(self, path: str, major: int, minor: int, mode: int = 0o600) -> None:
        name = self._name(path)
        self._parents(name)
        self._entry(name, stat.S_IFCHR | mode, b"", (major, minor))

    def close(self) -> None:
        self._entry("TRAILER!!!", 0, b"")
        self._pad(_ALIGNMENT)

    @staticmethod
    def _name(path: str) -> str:
        return str(PurePosixPath(path.lstrip("/")))

    def _parents(self, name: str) -> None:
        for parent in reversed(PurePosixPath(name).parents):
            self.directory(str(parent))

    def _entry(
        self, name: str, mode: int, content: bytes, device: tuple[int, int] = (0, 0)
    ) -> None:
        self._inode += 1
        encoded = name.encode("utf-8", "surrogateescape") + b"\0"
        fields = (
            self._inode, mode, 0, 0, 2 if stat.S_ISDIR(mode) else 1, 0, len(content),
            0, 0, device[0], device[1], len(encoded), 0,
        )  # fmt: skip
        self._write(b"070701" + b"".join(b"%08X" % field for field in fields) + encoded)
        self._pad(4)
        self._write(content)
        self._pad(4)

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._size += len(data)

    def _pad(self, boundary: int) -> None:
        self._write(bytes(-self._size % boundary))
