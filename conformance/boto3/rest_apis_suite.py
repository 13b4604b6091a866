"""REST APIs as their callers meet them: built through boto3, asked over plain
HTTP, signed by botocore where a method wants it."""

import base64
import http.client
import http.server
import io
import json
import os
import threading
import time
import urllib.parse
import zipfile

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

apigateway = boto3.client("apigateway")
awslambda = boto3.client("lambda")
dynamodb = boto3.client("dynamodb")
events = boto3.client("events")
iam = boto3.client("iam")
logs = boto3.client("logs")
s3 = boto3.client("s3")
pipes = boto3.client("pipes")
sqs = boto3.client("sqs")
sfn = boto3.client("stepfunctions")

endpoint = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
everything = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


def role(name, service):
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=everything)
    return arn


def function(name, source):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", source)
    arn = awslambda.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="index.handler",
        Role=role(f"{name}-fn", "lambda.amazonaws.com"),
        Code={"ZipFile": package.getvalue()},
    )["FunctionArn"]
    awslambda.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    awslambda.add_permission(
        FunctionName=name, StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"


class Api:
    """An API in the making, and then deployed as `prod`."""

    def __init__(self, name, **more):
        api = apigateway.create_rest_api(name=name, **more)
        self.id = api["id"]
        self.resources = {"": api["rootResourceId"]}

    def resource(self, path):
        path = path.strip("/")
        if path not in self.resources:
            parent, _, part = path.rpartition("/")
            created = apigateway.create_resource(restApiId=self.id, parentId=self.resource(parent), pathPart=part)
            self.resources[path] = created["id"]
        return self.resources[path]

    def method(self, verb, path, integration, responses=None, **more):
        at = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": verb}
        apigateway.put_method(**at, **{"authorizationType": "NONE", **more})
        apigateway.put_integration(**at, **integration)
        for status, response in (responses or {}).items():
            declared = {name: False for name in response.get("responseParameters", {})}
            apigateway.put_method_response(**at, statusCode=status, responseParameters=declared)
            apigateway.put_integration_response(**at, statusCode=status, **response)
        return at

    def deploy(self, stage="prod", **more):
        return apigateway.create_deployment(restApiId=self.id, stageName=stage, **more)["id"]

    def ask(self, verb, path, body=None, headers=None, stage="prod", host=False, signer=None):
        target = f"/{stage}{path}" if host else f"/_execute-api/{self.id}/{stage}{path}"
        name = f"{self.id}.execute-api.us-east-1.localhost:{endpoint.port}" if host else endpoint.netloc
        return ask(verb, target, body, headers, name, signer)


def ask(verb, target, body=None, headers=None, host=endpoint.netloc, signer=None):
    headers = dict(headers or {})
    headers["Host"] = host
    if signer is not None:
        request = AWSRequest(method=verb, url=f"http://{host}{target}", data=body, headers=headers)
        SigV4Auth(signer, "execute-api", "us-east-1").add_auth(request)
        headers = dict(request.headers.items())
    connection = http.client.HTTPConnection(endpoint.hostname, endpoint.port, timeout=60)
    connection.request(verb, target, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content


def mock(template='{"statusCode": 200}'):
    return {"type": "MOCK", "requestTemplates": {"application/json": template}}


def answers(template, **more):
    return {"200": {"responseTemplates": {"application/json": template}, **more}}


def test_a_function_gets_the_request_and_gives_the_answer(name):
    source = """
import json
def handler(event, context):
    if event["path"] == "/boom":
        raise ValueError("boom")
    if event["path"] == "/image":
        return {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": "AP8B", "isBase64Encoded": True}
    return {"statusCode": 201, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "body": json.dumps(event)}
"""
    api = Api(name, binaryMediaTypes=["image/png"])
    api.method("ANY", "/{proxy+}", {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": function(name, source)})
    api.deploy(variables={"colour": "red"})
    status, headers, body = api.ask("POST", "/a/b?x=1&x=2", b"hi", {"X-Own": "1"}, host=True)
    event = json.loads(body)
    assert status == 201 and headers["content-type"] == "application/json", headers
    assert event["resource"] == "/{proxy+}" and event["path"] == "/a/b" and event["httpMethod"] == "POST", event
    assert event["pathParameters"] == {"proxy": "a/b"} and event["stageVariables"] == {"colour": "red"}, event
    assert event["queryStringParameters"] == {"x": "2"}, event
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}, event
    assert event["headers"]["X-Own"] == "1" and event["body"] == "hi" and event["isBase64Encoded"] is False, event
    context = event["requestContext"]
    assert context["stage"] == "prod" and context["apiId"] == api.id and context["path"] == "/prod/a/b", context
    assert headers["x-amzn-requestid"] == context["requestId"], headers
    assert headers["x-amz-apigw-id"] == context["extendedRequestId"], headers
    status, headers, body = api.ask("GET", "/boom")
    assert (status, body) == (502, b'{"message": "Internal server error"}'), body
    status, headers, body = api.ask("GET", "/image", headers={"Accept": "image/png"})
    assert (status, body) == (200, b"\x00\xff\x01"), body


def test_templates_answer_by_themselves(name):
    api = Api(name)
    # The body of a request is gone when a mock answers: users carry it over so.
    template = """#set($in = $util.parseJson($context.requestOverride.path.body))
{"all": [#foreach($each in $in.items)"$each.name"#if($foreach.hasNext),#end#end],
 "who": "$util.escapeJavaScript($input.params('who'))"}"""
    passing = '#set($context.requestOverride.path.body = $input.body){"statusCode": 200}'
    api.method("POST", "/echo", mock(passing), answers(template))
    cors = {
        "method.response.header.Access-Control-Allow-Origin": "'*'",
        "method.response.header.Access-Control-Allow-Methods": "'GET,OPTIONS'",
    }
    api.method("OPTIONS", "/echo", mock(), answers("", responseParameters=cors))
    api.deploy()
    status, headers, _ = api.ask("OPTIONS", "/echo", headers={"Origin": "http://localhost:3000"})
    assert status == 200 and headers["access-control-allow-origin"] == "*", headers
    status, _, body = api.ask("POST", "/echo?who=%22me%22", json.dumps({"items": [{"name": "a"}, {"name": "b"}]}))
    assert status == 200 and json.loads(body) == {"all": ["a", "b"], "who": '"me"'}, body
    status, headers, body = api.ask("GET", "/echo")
    assert (status, body) == (403, b'{"message":"Missing Authentication Token"}'), body
    assert headers["x-amzn-errortype"] == "MissingAuthenticationTokenException", headers


def test_services_are_called_by_path_and_by_action(name):
    sender = role(name, "apigateway.amazonaws.com")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    key = {"AttributeName": "id", "AttributeType": "S"}
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[key],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    s3.create_bucket(Bucket=name)
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}})
    machine = sfn.create_state_machine(name=name, definition=definition, roleArn=sender, type="EXPRESS")["stateMachineArn"]
    api = Api(name)

    def aws(uri, template=None, **more):
        templates = {} if template is None else {"requestTemplates": {"application/json": template}}
        return {
            "type": "AWS",
            "integrationHttpMethod": more.pop("verb", "POST"),
            "uri": f"arn:aws:apigateway:us-east-1:{uri}",
            "credentials": sender,
            **templates,
            **more,
        }

    form = {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"}
    message = "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"
    api.method("POST", "/queue", aws(f"sqs:path/000000000000/{name}", message, requestParameters=form),
               answers("$input.path('$.SendMessageResponse.SendMessageResult.MessageId')"))
    item = '{"TableName": "%s", "Key": {"id": {"S": "$input.params(\'id\')"}}}' % name
    api.method("GET", "/items/{id}", aws("dynamodb:action/GetItem", item), {
        "200": {"responseTemplates": {"application/json": "$input.path('$.Item.colour.S')"}},
        "400": {"selectionPattern": "4\\d{2}"},
    })
    mapped = {"integration.request.path.key": "method.request.path.key"}
    declared = {"method.request.path.key": True}
    api.method("GET", "/files/{key}", aws(f"s3:path/{name}/{{key}}", verb="GET", requestParameters=mapped),
               {"200": {}, "404": {"selectionPattern": "404"}}, requestParameters=declared)
    start = '{"stateMachineArn": "%s", "input": "$util.escapeJavaScript($input.json(\'$\'))"}' % machine
    api.method("POST", "/run", aws("states:action/StartSyncExecution", start), answers("$input.path('$.output')"))
    api.deploy()

    status, _, body = api.ask("POST", "/queue", "a & b = ü".encode())
    (received,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert status == 200 and received["Body"] == "a & b = ü" and received["MessageId"] == body.decode(), body
    dynamodb.put_item(TableName=name, Item={"id": {"S": "7"}, "colour": {"S": "red"}})
    assert api.ask("GET", "/items/7")[2] == b"red"
    s3.put_object(Bucket=name, Key="a.txt", Body=b"hello", ContentType="text/plain")
    status, headers, body = api.ask("GET", "/files/a.txt")
    assert (status, headers["content-type"], body) == (200, "text/plain", b"hello"), (headers, body)
    assert api.ask("GET", "/files/none")[0] == 404
    assert json.loads(api.ask("POST", "/run", b'{"a": 1}')[2]) == {"a": 1}


def test_http_endpoints_are_passed_requests(name):
    class Backend(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told = json.dumps({"path": self.path, "own": self.headers.get("X-Own"), "body": body.decode()})
            self.send_response(202)
            self.send_header("Content-Type", "application/json")
            self.send_header("Set-Cookie", "a=1")
            self.send_header("Set-Cookie", "b=2")
            self.end_headers()
            self.wfile.write(told.encode())

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Backend)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        base = f"http://127.0.0.1:{server.server_port}"
        api = Api(name)
        mapped = {"integration.request.path.proxy": "method.request.path.proxy"}
        api.method("ANY", "/proxy/{proxy+}", {
            "type": "HTTP_PROXY", "integrationHttpMethod": "ANY", "uri": base + "/{proxy}", "requestParameters": mapped,
        }, requestParameters={"method.request.path.proxy": True})
        api.method("POST", "/http", {
            "type": "HTTP", "integrationHttpMethod": "POST", "uri": base + "/fixed",
            "requestTemplates": {"application/json": '{"n": $input.json("$.name")}'},
        }, {"200": {"selectionPattern": "2\\d{2}", "responseTemplates": {"application/json": "$input.path('$.body')"}}})
        api.deploy()
        status, _, body = api.ask("POST", "/proxy/a/b?x=1", b"raw", {"X-Own": "1"})
        assert (status, json.loads(body)) == (202, {"path": "/a/b?x=1", "own": "1", "body": "raw"}), body
        status, _, body = api.ask("POST", "/http", b'{"name": "Ann"}', {"X-Own": "1"})
        assert (status, body) == (200, b'{"n": "Ann"}'), body
    finally:
        server.shutdown()


def test_signatures_and_policies_decide(name):
    api = Api(name)
    api.method("GET", "/me", mock(), answers("$context.identity.userArn"), authorizationType="AWS_IAM")
    api.method("POST", "/me", mock(), answers("posted"), authorizationType="AWS_IAM")
    api.method("GET", "/open", mock(), answers("open"))
    statements = [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"},
        {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/prod/GET/open"},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    apigateway.update_rest_api(
        restApiId=api.id, patchOperations=[{"op": "replace", "path": "/policy", "value": policy}]
    )
    api.deploy()
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=everything)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    known = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    assert api.ask("GET", "/me", signer=known)[2].decode().endswith(f":user/{name}")
    assert api.ask("POST", "/me?a=1", b'{"a": 1}', signer=known)[2] == b"posted"
    status, _, body = api.ask("GET", "/me")
    assert (status, body) == (403, b'{"message":"Missing Authentication Token"}'), body
    status, headers, body = api.ask("GET", "/me", signer=Credentials(key["AccessKeyId"], "wrong"))
    assert status == 403 and headers["x-amzn-errortype"] == "InvalidSignatureException", (headers, body)
    status, _, body = api.ask("GET", "/open")
    assert status == 403 and b"with an explicit deny" in body, body


def test_authorizers_let_pass_and_are_remembered(name):
    source = """
import time
def handler(event, context):
    token = event["authorizationToken"]
    if token == "nobody":
        raise Exception("Unauthorized")
    effect = "Allow" if token == "ann" else "Deny"
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": token, "policyDocument": policy, "context": {"at": str(time.time_ns())}}
"""
    api = Api(name)
    authorizer = apigateway.create_authorizer(
        restApiId=api.id,
        name="tokens",
        type="TOKEN",
        authorizerUri=function(name, source),
        identitySource="method.request.header.Authorization",
        authorizerResultTtlInSeconds=300,
    )["id"]
    template = "$context.authorizer.principalId $context.authorizer.at"
    api.method("GET", "/me", mock(), answers(template), authorizationType="CUSTOM", authorizerId=authorizer)
    api.deploy()
    ask = lambda token: api.ask("GET", "/me", headers={} if token is None else {"Authorization": token})
    status, _, first = ask("ann")
    assert status == 200 and first.startswith(b"ann "), first
    assert ask("ann")[2] == first
    apigateway.flush_stage_authorizers_cache(restApiId=api.id, stageName="prod")
    assert ask("ann")[2] != first
    assert ask(None)[0] == 401 and ask("nobody")[0] == 401
    status, _, body = ask("bob")
    assert (status, body) == (403, b'{"Message":"User is not authorized to access this resource with an explicit deny"}')
    tried = apigateway.test_invoke_authorizer(restApiId=api.id, authorizerId=authorizer, headers={"Authorization": "bob"})
    assert tried["principalId"] == "bob" and json.loads(tried["policy"])["Statement"][0]["Effect"] == "Deny", tried


def test_keys_count_and_run_out(name):
    api = Api(name)
    api.method("GET", "/", mock(), answers("$context.identity.apiKeyId"), apiKeyRequired=True)
    api.deploy()
    key = apigateway.create_api_key(name=name, enabled=True)
    stages = [{"apiId": api.id, "stage": "prod"}]
    plan = apigateway.create_usage_plan(name=name, apiStages=stages, quota={"limit": 3, "period": "MONTH"})["id"]
    apigateway.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
    statuses = [api.ask("GET", "/", headers={"X-Api-Key": key["value"]})[0] for _ in range(4)]
    assert statuses == [200, 200, 200, 429], statuses
    assert api.ask("GET", "/", headers={"X-Api-Key": key["value"]})[2] == b'{"message":"Limit Exceeded"}'
    assert api.ask("GET", "/")[2] == b'{"message":"Forbidden"}'
    today = time.strftime("%Y-%m-%d", time.gmtime())
    used = apigateway.get_usage(usagePlanId=plan, startDate=today, endDate=today)["items"][key["id"]]
    assert used == [[3, 0]], used


def test_requests_are_validated(name):
    api = Api(name)
    schema = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    apigateway.create_model(restApiId=api.id, name="Pet", contentType="application/json", schema=json.dumps(schema))
    validator = apigateway.create_request_validator(
        restApiId=api.id, name="all", validateRequestBody=True, validateRequestParameters=True
    )["id"]
    api.method("POST", "/", mock(), answers("ok"), requestValidatorId=validator,
               requestModels={"application/json": "Pet"}, requestParameters={"method.request.querystring.q": True})
    apigateway.put_gateway_response(
        restApiId=api.id,
        responseType="BAD_REQUEST_BODY",
        responseTemplates={"application/json": '{"why": "$context.error.validationErrorString"}'},
    )
    api.deploy()
    assert api.ask("POST", "/?q=1", b'{"name": "Rex"}')[2] == b"ok"
    status, _, body = api.ask("POST", "/", b'{"name": "Rex"}')
    assert (status, body) == (400, b'{"message":"Missing required request parameters: [q]"}'), body
    status, _, body = api.ask("POST", "/?q=1", b"{}")
    assert (status, body) == (400, b'{"why": "[object has missing required properties (["name"])]"}'), body


def test_canaries_take_their_share(name):
    api = Api(name)
    at = api.method("GET", "/", mock(), answers("old $stageVariables.v"))
    api.deploy(variables={"v": "1"})
    apigateway.update_integration_response(
        **at, statusCode="200",
        patchOperations=[{"op": "replace", "path": "/responseTemplates/application~1json", "value": "new $stageVariables.v"}],
    )
    assert api.ask("GET", "/")[2] == b"old 1"
    api.deploy(canarySettings={"percentTraffic": 100.0, "stageVariableOverrides": {"v": "2"}})
    assert api.ask("GET", "/")[2] == b"new 2"
    apigateway.update_stage(
        restApiId=api.id, stageName="prod", patchOperations=[{"op": "replace", "path": "/canarySettings/percentTraffic", "value": "0.0"}]
    )
    assert api.ask("GET", "/")[2] == b"old 1"


def test_access_logs_arrive(name):
    api = Api(name)
    api.method("GET", "/pets", mock(), answers("hello"))
    api.deploy()
    logs.create_log_group(logGroupName=name)
    writer = role(name, "apigateway.amazonaws.com")
    apigateway.update_account(patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": writer}])
    wanted = "$context.requestId $context.resourcePath $context.status $context.responseLength"
    apigateway.update_stage(restApiId=api.id, stageName="prod", patchOperations=[
        {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": f"arn:aws:logs:us-east-1:000000000000:log-group:{name}"},
        {"op": "replace", "path": "/accessLogSettings/format", "value": wanted},
    ])
    _, headers, _ = api.ask("GET", "/pets")
    for _ in range(600):
        found = [event["message"] for event in logs.filter_log_events(logGroupName=name)["events"]]
        if found:
            break
        time.sleep(0.1)
    assert found == [f"{headers['x-amzn-requestid']} /pets 200 5"], found


def test_a_method_can_be_tried(name):
    api = Api(name)
    at = api.method("POST", "/pets/{id}", mock(), answers("$input.params('id') $context.stage"))
    tried = apigateway.test_invoke_method(**at, pathWithQueryString="/pets/7?a=1", body="{}", headers={"X-A": "1"})
    assert tried["status"] == 200 and tried["body"] == "7 test-invoke-stage", tried
    assert "HTTP Method: POST, Resource Path: /pets/7" in tried["log"], tried["log"]
    assert "Method completed with status: 200" in tried["log"], tried["log"]


def test_domain_names_lead_to_stages(name):
    api = Api(name)
    api.method("GET", "/pets", mock(), answers("$context.domainName $context.path $context.customDomain.basePathMatched"))
    api.deploy()
    domain = f"{name}.example.test"
    apigateway.create_domain_name(
        domainName=domain,
        regionalCertificateArn="arn:aws:acm:us-east-1:000000000000:certificate/11111111-1111-1111-1111-111111111111",
        endpointConfiguration={"types": ["REGIONAL"]},
    )
    apigateway.create_base_path_mapping(domainName=domain, basePath="shop", restApiId=api.id, stage="prod")
    expected = f"{domain} /shop/pets shop".encode()
    assert ask("GET", "/shop/pets", host=domain)[2] == expected
    assert ask("GET", f"/_custom-domain/{domain}/shop/pets")[2] == expected
    assert ask("GET", "/other", host=domain)[0] == 403


def test_rules_deliver_to_apis(name):
    sender = role(name, "apigateway.amazonaws.com")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    api = Api(name)
    api.method("POST", "/in/{id}", {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "uri": f"arn:aws:apigateway:us-east-1:sqs:path/000000000000/{name}",
        "credentials": sender,
        "requestParameters": {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"},
        "requestTemplates": {
            "application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.params('id'))%20$util.urlEncode($input.json('$.detail'))"
        },
    }, {"200": {}}, authorizationType="AWS_IAM")
    api.deploy()
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{
        "Id": "api",
        "Arn": f"arn:aws:execute-api:us-east-1:000000000000:{api.id}/prod/POST/in/*",
        "RoleArn": role(f"{name}-rule", "events.amazonaws.com"),
        "HttpParameters": {"PathParameterValues": ["7"]},
    }])
    events.put_events(Entries=[{"Source": name, "DetailType": "t", "Detail": json.dumps({"a": 1})}])
    for _ in range(60):
        found = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", [])
        if found:
            break
    assert [message["Body"] for message in found] == ['7 {"a":1}'], found


def test_pipes_and_state_machines_ask_apis(name):
    actor = role(name, "states.amazonaws.com")
    source, target = [sqs.create_queue(QueueName=f"{name}-{end}")["QueueUrl"] for end in ("in", "out")]
    api = Api(name)
    kept = '#set($context.requestOverride.path.body = $input.json("$")){"statusCode": 200}'
    api.method("POST", "/enrich", mock(kept), answers('{"rich": $context.requestOverride.path.body}'), authorizationType="AWS_IAM")
    api.deploy()
    arn = "arn:aws:{}:us-east-1:000000000000:{}".format
    pipes.create_pipe(
        Name=name,
        RoleArn=actor,
        Source=arn("sqs", f"{name}-in"),
        Target=arn("sqs", f"{name}-out"),
        Enrichment=arn("execute-api", f"{api.id}/prod/POST/enrich"),
        EnrichmentParameters={"InputTemplate": '{"n": <$.body>}'},
    )
    sqs.send_message(QueueUrl=source, MessageBody="7")
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::apigateway:invoke",
        "Parameters": {
            "ApiEndpoint": f"{api.id}.execute-api.us-east-1.amazonaws.com",
            "Method": "POST",
            "Stage": "prod",
            "Path": "/enrich",
            "RequestBody": {"q": 1},
            "AuthType": "IAM_ROLE",
        },
        "End": True,
    }
    definition = json.dumps({"StartAt": "Ask", "States": {"Ask": state}})
    machine = sfn.create_state_machine(name=name, definition=definition, roleArn=actor)["stateMachineArn"]
    execution = sfn.start_execution(stateMachineArn=machine)["executionArn"]
    for _ in range(600):
        run = sfn.describe_execution(executionArn=execution)
        if run["status"] != "RUNNING":
            break
        time.sleep(0.1)
    assert run["status"] == "SUCCEEDED" and json.loads(run["output"])["ResponseBody"] == {"rich": {"q": 1}}, run
    for _ in range(60):
        found = sqs.receive_message(QueueUrl=target, WaitTimeSeconds=1).get("Messages", [])
        if found:
            break
    assert [json.loads(message["Body"]) for message in found] == [{"rich": {"n": 7}}], found
    pipes.delete_pipe(Name=name)
