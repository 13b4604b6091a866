"""Calls one operation of each service, as JSON lines {"service", "operation"}
say, and prints for each what botocore makes of the answer."""

import json
import socket
import sys

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

resolve = socket.getaddrinfo
# S3 Control puts the account before the host, and glibc resolves no names below localhost.
socket.getaddrinfo = lambda host, *rest, **named: resolve(
    "localhost" if host.endswith(".localhost") else host, *rest, **named
)

session = botocore.session.get_session()
config = Config(
    retries={"total_max_attempts": 1},
    parameter_validation=False,
    inject_host_prefix=False,
    s3={"addressing_style": "path"},
)


def least(shape, depth=0):
    """The least that the operation's shape asks for."""
    kind = shape.type_name
    if kind == "structure":
        if depth > 4:
            return {}
        names = list(shape.required_members)
        if not names and getattr(shape, "is_tagged_union", False):
            names = list(shape.members)[:1]
        return {name: least(shape.members[name], depth + 1) for name in names}
    if kind == "list":
        return [least(shape.member, depth + 1)] if shape.metadata.get("min") else []
    if kind == "map":
        return {}
    if kind == "string":
        return shape.enum[0] if shape.enum else "123456789012"[: shape.metadata.get("max", 12)].ljust(shape.metadata.get("min", 1), "0")
    return {"boolean": True, "blob": b"x", "timestamp": 0, "float": 1.5, "double": 1.5}.get(kind, max(1, shape.metadata.get("min", 1)))


for line in sys.stdin:
    asked = json.loads(line)
    outcome = dict(asked)
    try:
        client = session.create_client(asked["service"], config=config)
        method = {name: python for python, name in client.meta.method_to_api_mapping.items()}[asked["operation"]]
        shape = client.meta.service_model.operation_model(asked["operation"]).input_shape
        outcome["protocol"] = client.meta.service_model.resolved_protocol
        answer = getattr(client, method)(**(least(shape) if shape else {}))
        outcome["answer"] = str(answer)[:300]
    except ClientError as error:
        outcome["code"] = error.response["Error"].get("Code")
        outcome["message"] = error.response["Error"].get("Message")
        outcome["status"] = error.response["ResponseMetadata"]["HTTPStatusCode"]
        outcome["requestId"] = error.response["ResponseMetadata"].get("RequestId")
    except Exception as error:
        outcome["problem"] = repr(error)[:300]
    print(json.dumps(outcome), flush=True)
