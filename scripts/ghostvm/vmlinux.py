"""Extracts the kernel from a bzImage, and decompresses other files of a kernel's packages."""

import gzip
import lzma
import shutil
import struct
import subprocess


def decompress(payload: bytes) -> bytes | None:
    if payload.startswith(b"\xfd7zXZ"):
        return lzma.LZMADecompressor().decompress(payload)
    if payload.startswith(b"\x1f\x8b"):
        return gzip.decompress(payload)
    for magic, tool in ((b"\x28\xb5\x2f\xfd", "zstd"), (b"\x02\x21\x4c\x18", "lz4")):
        if payload.startswith(magic) and shutil.which(tool):
            # The exit status is ignored: both tools object to the length word after the stream.
            done = subprocess.run([tool, "-dcq"], input=payload, capture_output=True, check=False)
            return done.stdout
    return None


def extract(bzimage: bytes) -> bytes | None:
    """The ELF kernel inside a bzImage, or None if it cannot be found by the boot protocol."""
    if bzimage[0x202:0x206] != b"HdrS":
        return None
    setup_sectors = bzimage[0x1F1] or 4
    offset, length = struct.unpack_from("<II", bzimage, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    vmlinux = decompress(bzimage[start : start + length])
    return vmlinux if vmlinux and vmlinux.startswith(b"\x7fELF") else None
