"""The function's end of the wire to Cumulet: frames over the socket that was
inherited as descriptor 3. Both directions block: between invocations the
process stands still, as AWS's freeze makes it."""

import os
import struct

_DESCRIPTOR = 3
_HEADER = struct.Struct("<IB")


def _read_exactly(size):
    parts = []
    while size > 0:
        part = os.read(_DESCRIPTOR, min(size, 1 << 20))
        if not part:
            # Cumulet has gone, and so must the function.
            os.kill(os.getpid(), 9)
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def read():
    """Blocks until the next frame has come: its type and payload."""
    size, kind = _HEADER.unpack(_read_exactly(_HEADER.size))
    return chr(kind), _read_exactly(size) if size else b""


def write(kind, payload):
    """Returns when the socket has taken the whole frame."""
    if isinstance(payload, str):
        payload = payload.encode("utf-8", "backslashreplace")
    frame = memoryview(_HEADER.pack(len(payload), ord(kind)) + payload)
    while frame:
        frame = frame[os.write(_DESCRIPTOR, frame) :]
