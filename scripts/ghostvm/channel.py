"""Byte streams between guest and host: one virtio port and one socket pair each.

QEMU writes to a socket no faster than we read and blocks the guest meanwhile, so no data
is dropped. A stream ends with a marker that the guest writes last: end of file alone would
not do, because the stream of a lost guest ends that way, too.
"""

import secrets
import socket
import threading
from collections.abc import Callable

_CHUNK = 1 << 16


def new_marker() -> bytes:
    """The marker that ends each stream of one run. Text output rarely has a NUL, so partial
    matches are rare."""
    return b"\0" + secrets.token_hex(16).encode()


class Channel:
    """A named port; `remote` is the end that QEMU inherits."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.local, self.remote = socket.socketpair()

    def chardev(self) -> str:
        return f"socket,id={self.name},fd={self.remote.fileno()}"

    def filenos(self) -> list[int]:
        return [self.remote.fileno()]

    def close_remote(self) -> None:
        self.remote.close()

    def close(self) -> None:
        self.remote.close()
        self.local.close()


class Wire:
    """Joins two network cards of a guest; QEMU inherits both ends.

    It is a stream socket, so that a card waits for the other one instead of losing frames. QEMU's
    hub would need no socket, but there a card may wait forever once the other one was full.
    """

    def __init__(self, cards: tuple[str, str]) -> None:
        self._cards = cards
        self._ends = socket.socketpair()

    def arguments(self) -> list[str]:
        arguments = []
        for number, (card, end) in enumerate(zip(self._cards, self._ends), 1):
            arguments += ["-netdev", f"socket,id=wire{number},fd={end.fileno()}"]
            options = f"netdev=wire{number},mac=52:54:00:00:01:0{number}"
            if card.startswith("virtio-"):
                # With event_idx, a card that was full may miss that there is room and wait forever.
                options += ",event_idx=off"
            arguments += ["-device", f"{card},{options}"]
        return arguments

    def filenos(self) -> list[int]:
        return [end.fileno() for end in self._ends]

    def close_remote(self) -> None:
        for end in self._ends:
            end.close()


class MarkedReader:
    """Finds the end marker in arriving bytes; holds back what may be the beginning of one."""

    def __init__(self, marker: bytes) -> None:
        self._marker = marker
        self._held = b""
        self.ended = False

    def feed(self, data: bytes) -> bytes:
        if self.ended:
            return b""
        data = self._held + data
        end = data.find(self._marker)
        if end >= 0:
            self.ended = True
            self._held = b""
            return data[:end]
        keep = self._possible_start(data)
        self._held = data[len(data) - keep :]
        return data[: len(data) - keep]

    def flush(self) -> bytes:
        """Returns the bytes held back, once it is known that they do not begin a marker."""
        held, self._held = self._held, b""
        return held

    def _possible_start(self, data: bytes) -> int:
        """The length of the longest suffix of data that is a prefix of the marker."""
        start = data.find(self._marker[0], max(0, len(data) - len(self._marker) + 1))
        while start >= 0:
            if self._marker.startswith(data[start:]):
                return len(data) - start
            start = data.find(self._marker[0], start + 1)
        return 0


class Pump(threading.Thread):
    """Copies a channel into a sink until the marker arrives or either end is closed."""

    def __init__(
        self,
        channel: Channel,
        marker: bytes,
        sink: Callable[[bytes], None],
        done: Callable[[str, bool], None],
    ) -> None:
        super().__init__(name=f"pump-{channel.name}", daemon=True)
        self._channel = channel
        self._reader = MarkedReader(marker)
        self._sink = sink
        self._done = done

    def run(self) -> None:
        try:
            while not self._reader.ended:
                data = self._receive()
                if not data:
                    self._sink(self._reader.flush())
                    break
                self._sink(self._reader.feed(data))
        except BrokenPipeError:
            # The sink has recorded this; the session looks there.
            pass
        finally:
            self._done(self._channel.name, self._reader.ended)

    def _receive(self) -> bytes:
        try:
            return self._channel.local.recv(_CHUNK)
        except OSError:
            # When QEMU is killed while our data is unread in the socket, the connection is reset.
            return b""
