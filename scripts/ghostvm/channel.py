"""Byte streams between guest and host: one virtio port and one socket pair each.

QEMU reads a socket no faster than we do and holds the guest back meanwhile, so nothing
is dropped on the way. The end of a stream is a marker that the guest writes last: end of
file would also be what a lost guest looks like.
"""

import secrets
import socket
import threading
from collections.abc import Callable

_CHUNK = 1 << 16


def new_marker() -> bytes:
    """What ends each stream of one run. The NUL makes a false start in text output rare."""
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

    A stream, so that a card waits for the other one instead of losing frames. QEMU's hub would
    do without a socket, but a card may wait there for good once the other one was full.
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
                # With event_idx a card that was full may miss that there is room, and wait for good.
                options += ",event_idx=off"
            arguments += ["-device", f"{card},{options}"]
        return arguments

    def filenos(self) -> list[int]:
        return [end.fileno() for end in self._ends]

    def close_remote(self) -> None:
        for end in self._ends:
            end.close()


class MarkedReader:
    """Splits arriving bytes into content and the end of it, holding back a possible marker."""

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
        """What was held back, once it is known that no marker will complete it."""
        held, self._held = self._held, b""
        return held

    def _possible_start(self, data: bytes) -> int:
        """The longest end of data with which the marker begins."""
        start = data.find(self._marker[0], max(0, len(data) - len(self._marker) + 1))
        while start >= 0:
            if self._marker.startswith(data[start:]):
                return len(data) - start
            start = data.find(self._marker[0], start + 1)
        return 0


class Pump(threading.Thread):
    """Copies a channel into a sink until the marker, or until either end is gone."""

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
            # The session finds out from the sink.
            pass
        finally:
            self._done(self._channel.name, self._reader.ended)

    def _receive(self) -> bytes:
        try:
            return self._channel.local.recv(_CHUNK)
        except OSError:
            # QEMU killed with unread data of ours in the socket resets it.
            return b""
