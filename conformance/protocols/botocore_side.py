"""Botocore's half of the protocol test: serializes inputs and parses responses.

Reads one JSON object a line and writes one a line. Values that JSON has not are
tagged: {"$t": milliseconds} is a timestamp, {"$b": base64} is bytes.
"""

import base64
import datetime
import json
import sys
import urllib.parse

import botocore.session
from botocore.awsrequest import HeadersDict
from botocore.parsers import PROTOCOL_PARSERS
from botocore.serialize import create_serializer
from botocore.utils import percent_encode_sequence

session = botocore.session.get_session()
models = {}


def untag(value):
    if isinstance(value, list):
        return [untag(each) for each in value]
    if isinstance(value, dict):
        if "$t" in value:
            return datetime.datetime.fromtimestamp(value["$t"] / 1000, datetime.timezone.utc)
        if "$b" in value:
            return base64.b64decode(value["$b"])
        return {key: untag(each) for key, each in value.items()}
    return value


def tag(value):
    if isinstance(value, datetime.datetime):
        return {"$t": round(value.timestamp() * 1000)}
    if isinstance(value, (bytes, bytearray)):
        return {"$b": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, list):
        return [tag(each) for each in value]
    if isinstance(value, dict):
        return {key: tag(each) for key, each in value.items()}
    return value


def label(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


def serialize(line, operation):
    params = untag(line["input"])
    members = operation.input_shape.members if operation.input_shape else {}
    labels = {
        shape.serialization.get("name", name): label(params[name])
        for name, shape in members.items()
        if shape.serialization.get("location") == "uri" and name in params
    }
    serializer = create_serializer(line["protocol"], include_validation=False)
    request = serializer.serialize_to_request(params, operation)
    body = request["body"]
    if isinstance(body, dict):
        body = urllib.parse.urlencode(body, doseq=True)
    if isinstance(body, str):
        body = body.encode()
    path, _, constant = request["url_path"].partition("?")
    query = percent_encode_sequence(request.get("query_string") or {})
    return {
        "method": request["method"],
        "path": path,
        "query": "&".join(part for part in (constant, query) if part),
        "headers": {key: str(value) for key, value in request["headers"].items()},
        "body": base64.b64encode(body).decode(),
        "labels": labels,
    }


def parse(line, operation):
    body = base64.b64decode(line["body"])
    parser = PROTOCOL_PARSERS[line["protocol"]]()
    response = {
        "headers": HeadersDict(line["headers"]),
        "status_code": line["status"],
        "body": body,
        "context": {"operation_name": operation.name},
    }
    parsed = parser.parse(response, operation.output_shape)
    metadata = parsed.pop("ResponseMetadata", {})
    if line["status"] >= 300:
        error = parsed["Error"]
        code = error.get("QueryErrorCode") or error["Code"]
        shapes = [each for each in operation.error_shapes if code in (each.error_code, each.name)]
        return {"shape": shapes[0].name if shapes else None, "message": error.get("Message")}
    return {"output": tag(parsed), "requestId": metadata.get("RequestId")}


def answer(line):
    model = models.get(line["service"])
    if model is None:
        model = models.setdefault(line["service"], session.get_service_model(line["service"]))
    operation = model.operation_model(line["operation"])
    return parse(line, operation) if "body" in line else serialize(line, operation)


for text in sys.stdin:
    try:
        result = answer(json.loads(text))
    except Exception as error:
        result = {"error": repr(error)}
    print(json.dumps(result))
