"""QMP: the runner's own monitor, and the port through which the guest uses it."""

import itertools
import json
import queue
import socket
import threading
import time
from typing import Any

_REPLY_TIMEOUT_S = 30.0

Message = dict[str, Any]


def _error(kind: str, description: str) -> Message:
    return {"error": {"class": kind, "desc": description}}


class Monitor:
    """A QMP session. Any thread may issue commands; events go to all subscribers."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._replies: dict[int, queue.Queue[Message]] = {}
        self._subscribers: list[queue.Queue[Message]] = []
        threading.Thread(target=self._read, name="qmp", daemon=True).start()
        self._negotiated = False

    def execute(self, command: str, arguments: Message | None = None) -> Message:
        with self._lock:
            if not self._negotiated:
                self._negotiated = True
                self._send("qmp_capabilities", {})
            identity, waiting = self._send(command, arguments or {})
        try:
            reply = waiting.get(timeout=_REPLY_TIMEOUT_S)
        except queue.Empty:
            return _error("Timeout", f"no reply to {command} from QEMU")
        finally:
            self._replies.pop(identity, None)
        return {key: value for key, value in reply.items() if key != "id"}

    def subscribe(self) -> "queue.Queue[Message]":
        events: queue.Queue[Message] = queue.Queue()
        with self._lock:
            self._subscribers.append(events)
        return events

    def unsubscribe(self, events: "queue.Queue[Message]") -> None:
        with self._lock:
            self._subscribers.remove(events)

    def _send(self, command: str, arguments: Message) -> tuple[int, "queue.Queue[Message]"]:
        identity = next(self._ids)
        waiting: queue.Queue[Message] = queue.Queue()
        self._replies[identity] = waiting
        request = {"execute": command, "arguments": arguments, "id": identity}
        try:
            self._connection.sendall(json.dumps(request).encode() + b"\n")
        except OSError as problem:
            waiting.put(_error("Disconnected", str(problem)))
        return identity, waiting

    def _read(self) -> None:
        try:
            with self._connection.makefile("rb") as stream:
                for line in stream:
                    self._dispatch(json.loads(line))
        except (OSError, ValueError):
            pass

    def _dispatch(self, message: Message) -> None:
        if "event" in message:
            with self._lock:
                for events in self._subscribers:
                    events.put(message)
        elif "id" in message and (waiting := self._replies.get(message["id"])):
            waiting.put(message)


class GuestPort(threading.Thread):
    """Serves the guest's `qmp` helper, one request line at a time.

    Each answer line is "<id> <ok|error|more> <json>"; "more" announces another line.
    """

    def __init__(self, connection: socket.socket, monitor: Monitor) -> None:
        super().__init__(name="qmp-guest", daemon=True)
        self._connection = connection
        self._monitor = monitor

    def run(self) -> None:
        try:
            with self._connection.makefile("rb") as stream:
                for line in stream:
                    self._connection.sendall(self._answer(line))
        except OSError:
            pass

    def _answer(self, line: bytes) -> bytes:
        try:
            request = json.loads(line)
            identity = request["id"]
            messages = self._serve(request)
        except (ValueError, KeyError, TypeError) as problem:
            # A helper killed while writing leaves half a line, to which the next helper's is added.
            identity, messages = "-", [_error("BadRequest", str(problem))]
        words = ["more"] * (len(messages) - 1) + ["error" if "error" in messages[-1] else "ok"]
        return b"".join(
            f"{identity} {word} {json.dumps(message)}\n".encode()
            for word, message in zip(words, messages)
        )

    def _serve(self, request: Message) -> list[Message]:
        wanted = request["event"]
        arguments = request["arguments"]
        if not wanted:
            return [self._monitor.execute(request["command"], arguments)]
        # Subscribe before the command is sent: its event may arrive before the reply.
        events = self._monitor.subscribe()
        try:
            reply = self._monitor.execute(request["command"], arguments)
            if "error" in reply:
                return [reply]
            return [reply, self._await(events, wanted, arguments.get("id"), request["timeout"])]
        finally:
            self._monitor.unsubscribe(events)

    @staticmethod
    def _await(
        events: "queue.Queue[Message]", wanted: str, device: str | None, timeout: float
    ) -> Message:
        deadline = time.monotonic() + timeout
        while True:
            try:
                event = events.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return _error("Timeout", f"no event {wanted} within {timeout} s")
            if event["event"] == wanted and device in (None, event.get("data", {}).get("device")):
                return event
