"""Cumulet's runtime client for Python. It starts before it knows which
function it will be: it waits for its assignment, loads the handler, then
serves one invocation at a time until it is killed."""

import builtins
import json
import os
import struct
import sys

from cumulet_client import context, faults, frames, logs
from cumulet_client import handler as handlers


def _peak_memory_kilobytes():
    try:
        with open("/proc/self/status", "rb") as status:
            for line in status:
                if line.startswith(b"VmHWM:"):
                    return line.split()[1].decode()
    except OSError:
        pass
    return ""


def _marshal(result):
    try:
        return json.dumps(result, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(result).encode("utf-8")
    except Exception as error:
        raise faults.Fault("MarshalError", "Unable to marshal response: %s" % error) from None


def _unmarshal(text, what):
    try:
        return json.loads(text)
    except Exception as error:
        raise faults.Fault("UnmarshalError", "Unable to unmarshal %s: %s" % (what, error)) from None


def _invoke(handler, header, body):
    event = _unmarshal(body, "input")
    if isinstance(event, dict) and isinstance(event.get("ResponseURL"), str):
        from cumulet_client import response_url

        response_url.reach(event["ResponseURL"])
    context_of = event.get("requestContext") if isinstance(event, dict) else None
    if isinstance(context_of, dict) and "connectionId" in context_of:
        _reach_own()
    client = header.get("clientContext")
    identity = header.get("cognitoIdentity")
    return _marshal(
        handler(
            event,
            context.LambdaContext(
                header,
                identity and _unmarshal(identity, "identity"),
                client and _unmarshal(client, "client context"),
            ),
        )
    )


def _reach_own():
    from cumulet_client import own_https

    own_https.install()


def _serve(handler):
    while True:
        frames.write("N", _peak_memory_kilobytes())
        _, payload = frames.read()
        (size,) = struct.unpack_from("<I", payload)
        header = json.loads(payload[4 : 4 + size])
        request_id = logs.request_id = header["requestId"]
        if header.get("traceHeader"):
            os.environ["_X_AMZN_TRACE_ID"] = header["traceHeader"]
        else:
            os.environ.pop("_X_AMZN_TRACE_ID", None)
        try:
            result = _invoke(handler, header, payload[4 + size :])
        except Exception as error:
            description = faults.describe(error, request_id)
            faults.log(description, request_id)
            frames.write("E", json.dumps(description))
        else:
            sys.stdout.flush()
            frames.write("R", result)


def _site_builtins():
    """The names that `site` defines. Python starts without it (`-S`), so that
    nothing installed on the machine is seen; code still calls `exit()`."""

    def leave(code=None):
        raise SystemExit(code)

    builtins.exit = builtins.quit = leave


def main():
    frames.write("W", "")
    _, text = frames.read()
    assignment = json.loads(text)
    os.environ.update(assignment["environment"])
    os.chdir(assignment["taskRoot"])
    # The interpreter put this client's folder first; user code must not import from it.
    sys.path[:] = assignment["modulePath"] + sys.path[1:]
    _site_builtins()
    logs.install()
    if any("execute-api" in value for value in assignment["environment"].values()):
        _reach_own()
    try:
        handler = handlers.load(assignment["handler"])
    except Exception as error:
        description = faults.describe(error, "")
        faults.log(description, "")
        frames.write("I", json.dumps(description))
        sys.exit(1)
    _serve(handler)


if __name__ == "__main__":
    main()
