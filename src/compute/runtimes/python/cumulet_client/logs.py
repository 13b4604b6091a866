"""`print` and `logging` as AWS's Python runtime sets them up: unbuffered
output, and a root handler whose every record is one log event."""

import json
import logging
import os
import sys
import time
import traceback

from . import frames

_LEVELS = {"TRACE": 5, "DEBUG": 10, "INFO": 20, "WARN": 30, "ERROR": 40, "FATAL": 50}
_STANDARD = frozenset(vars(logging.makeLogRecord({})))

#: The invocation that records belong to; empty while the module loads.
request_id = ""


def is_json():
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


def timestamp(seconds=None):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class _RequestIdFilter(logging.Filter):
    def filter(self, record):
        record.aws_request_id = request_id
        return True


class _JsonFormatter(logging.Formatter):
    def format(self, record):
        entry = {
            "timestamp": timestamp(record.created),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[0]:
            kind, value, trace = record.exc_info
            entry["stackTrace"] = traceback.format_tb(trace)
            entry["errorType"] = kind.__name__
            entry["errorMessage"] = str(value)
            entry["location"] = "%s:%s:%d" % (record.pathname, record.funcName, record.lineno)
        if record.stack_info:
            entry["stackTrace"] = record.stack_info
        entry["requestId"] = request_id
        for name, value in vars(record).items():
            if name not in _STANDARD and name != "aws_request_id":
                entry[name] = value
        return json.dumps(
            {name: value for name, value in entry.items() if value not in (None, "")},
            ensure_ascii=False,
            default=str,
        )


class _FrameHandler(logging.Handler):
    def emit(self, record):
        try:
            sys.stdout.flush()
            frames.write("L", self.format(record))
        except Exception:
            self.handleError(record)


def install():
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    handler = _FrameHandler()
    if is_json():
        handler.setFormatter(_JsonFormatter())
    else:
        # AWS's own format: the milliseconds are not padded there either.
        formatter = logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s",
            "%Y-%m-%dT%H:%M:%S",
        )
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
    handler.addFilter(_RequestIdFilter())
    root = logging.getLogger()
    root.addHandler(handler)
    level = _LEVELS.get(os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper())
    if level is not None and is_json():
        root.setLevel(level)
    elif is_json():
        root.setLevel(logging.INFO)
