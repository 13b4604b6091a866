"""The errors that AWS's Python runtime raises itself, and the form in which
any exception is told: as JSON to the caller, as lines to the log."""

import json
import os
import sys
import traceback

from . import frames


class Fault(Exception):
    """An error of the runtime's own: its type, message and stack are given."""

    def __init__(self, kind, message, stack=()):
        super().__init__(message)
        self.kind = "Runtime." + kind
        self.message = message
        self.stack = list(stack)


def describe(error, request_id):
    """What the caller receives."""
    if isinstance(error, Fault):
        kind, message, stack = error.kind, error.message, error.stack
    else:
        kind, message = type(error).__name__, str(error)
        stack = traceback.format_list(_user_frames(error))
    return {
        "errorMessage": message,
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": stack,
    }


def _user_frames(error):
    """The stack without the runtime's own frames at its top."""
    entries = traceback.extract_tb(error.__traceback__)
    own = (os.path.dirname(os.path.dirname(__file__)), "<frozen importlib")
    while entries and (
        entries[0].filename.startswith(own) or "/importlib/" in entries[0].filename
    ):
        entries = entries[1:]
    return entries


def log(description, request_id):
    """Writes the error as one log event, in the text or the JSON log format."""
    from .logs import is_json, timestamp

    if is_json():
        entry = {
            "timestamp": timestamp(),
            "log_level": "ERROR",
            "errorMessage": description["errorMessage"],
            "errorType": description["errorType"],
            "requestId": request_id,
            "stackTrace": description["stackTrace"],
        }
        frames.write("L", json.dumps(entry))
        return
    lines = ["[ERROR] %s: %s" % (description["errorType"], description["errorMessage"])]
    lines.append("Traceback (most recent call last):")
    lines.extend(line.rstrip("\n") for line in description["stackTrace"])
    sys.stdout.flush()
    frames.write("L", "\n".join(lines))
