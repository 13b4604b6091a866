"""HTTP APIs as their callers meet them: built through boto3, asked over plain
HTTP, signed by botocore where a route wants it."""

import http.client
import io
import json
import os
import time
import urllib.parse
import zipfile

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

gateway = boto3.client("apigatewayv2")
awslambda = boto3.client("lambda")
iam = boto3.client("iam")
logs = boto3.client("logs")

endpoint = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])

source = """
import json, time
def handler(event, context):
    path = event["rawPath"]
    if path == "/boom":
        raise ValueError("boom")
    if path == "/slow":
        time.sleep(5)
    if path == "/cookies":
        return {"statusCode": 201, "cookies": ["a=1", "b=2"], "headers": {"X-Own": "1"}, "body": "made"}
    return event
"""


def function(name):
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", source)
    arn = awslambda.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": package.getvalue()},
    )["FunctionArn"]
    awslambda.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    awslambda.add_permission(
        FunctionName=name, StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    return arn


def ask(api, verb, path, body=None, headers=None, signer=None):
    host = f"{api}.execute-api.us-east-1.localhost:{endpoint.port}"
    headers = {**(headers or {}), "Host": host}
    if signer is not None:
        request = AWSRequest(method=verb, url=f"http://{host}{path}", data=body, headers=headers)
        SigV4Auth(signer, "execute-api", "us-east-1").add_auth(request)
        headers = dict(request.headers.items())
    connection = http.client.HTTPConnection(endpoint.hostname, endpoint.port, timeout=60)
    connection.request(verb, path, body, headers)
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer.status, answer.getheaders(), content


def fails(code, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error.response["Error"]["Message"]
    raise AssertionError(f"{call} did not fail")


def test_a_function_behind_an_http_api(name):
    api = gateway.create_api(Name=name, ProtocolType="HTTP", Target=function(name))
    id = api["ApiId"]
    assert api["ApiEndpoint"] == f"http://{id}.execute-api.us-east-1.localhost:{endpoint.port}", api
    status, headers, body = ask(id, "POST", "/a/b?x=1&x=2", b'{"n": 1}', {"Content-Type": "application/json"})
    event = json.loads(body)
    assert status == 200 and dict(headers)["content-type"] == "application/json", headers
    assert event["version"] == "2.0" and event["rawPath"] == "/a/b", event
    assert event["queryStringParameters"] == {"x": "1,2"} and event["body"] == '{"n": 1}', event
    assert event["requestContext"]["http"]["method"] == "POST", event
    assert dict(headers)["apigw-requestid"] == event["requestContext"]["requestId"]
    status, headers, body = ask(id, "GET", "/cookies")
    assert (status, body) == (201, "made")
    assert [value for key, value in headers if key == "set-cookie"] == ["a=1", "b=2"], headers
    status, _, body = ask(id, "GET", "/boom")
    assert (status, body) == (500, '{"message":"Internal Server Error"}')

    integration = gateway.get_integrations(ApiId=id)["Items"][0]
    gateway.update_integration(ApiId=id, IntegrationId=integration["IntegrationId"], TimeoutInMillis=200)
    status, _, body = ask(id, "GET", "/slow")
    assert (status, body) == (503, '{"message":"Service Unavailable"}'), (status, body)
    gateway.delete_api(ApiId=id)
    assert ask(id, "GET", "/")[0] == 403


def test_signatures_throttling_and_access_logs(name):
    arn = function(name)
    id = gateway.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
    made = gateway.create_integration(
        ApiId=id, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
    )
    target = f"integrations/{made['IntegrationId']}"
    gateway.create_route(ApiId=id, RouteKey="GET /signed", Target=target, AuthorizationType="AWS_IAM")
    gateway.create_route(ApiId=id, RouteKey="GET /once", Target=target)
    logs.create_log_group(logGroupName=name)
    gateway.create_stage(
        ApiId=id,
        StageName="$default",
        AutoDeploy=True,
        RouteSettings={"GET /once": {"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 0.001}},
        AccessLogSettings={
            "DestinationArn": f"arn:aws:logs:us-east-1:000000000000:log-group:{name}",
            "Format": "$context.requestId $context.routeKey $context.status",
        },
    )
    status, _, body = ask(id, "GET", "/signed")
    assert (status, body) == (403, '{"message":"Forbidden"}'), (status, body)
    status, _, body = ask(id, "GET", "/signed", signer=Credentials("test", "test"))
    assert json.loads(body)["requestContext"]["authorizer"]["iam"]["accountId"] == "000000000000", body
    assert [ask(id, "GET", "/once")[0] for _ in range(2)] == [200, 429]
    wanted = ["GET /signed 403", "GET /signed 200", "GET /once 200", "GET /once 429"]
    deadline = time.monotonic() + 60
    while True:
        events = logs.filter_log_events(logGroupName=name)["events"]
        lines = [event["message"].split(" ", 1)[1] for event in events]
        if sorted(lines) == sorted(wanted):
            break
        assert time.monotonic() < deadline, lines
        time.sleep(0.2)


def test_refusals_are_those_of_aws(name):
    missing = {"ApiId": "abcdefghij"}
    text = fails("NotFoundException", gateway.get_api, **missing)
    assert text == "Invalid API identifier specified 000000000000:abcdefghij", text
    id = gateway.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
    fails("BadRequestException", gateway.create_route, ApiId=id, RouteKey="/pets")
    fails("BadRequestException", gateway.create_deployment, ApiId=id)
    gateway.create_route(ApiId=id, RouteKey="GET /pets")
    fails("ConflictException", gateway.create_route, ApiId=id, RouteKey="GET /pets")
    fails("NotFoundException", gateway.get_stage, ApiId=id, StageName="dev")
    fails("BadRequestException", gateway.create_integration, ApiId=id, IntegrationType="MOCK")
    gateway.create_stage(ApiId=id, StageName="dev")
    fails("ConflictException", gateway.create_stage, ApiId=id, StageName="dev")
    pages = gateway.get_paginator("get_routes").paginate(ApiId=id, PaginationConfig={"PageSize": 1})
    assert [item["RouteKey"] for page in pages for item in page["Items"]] == ["GET /pets"]
