"""Lambda through boto3: what becomes of asynchronous events, and what event
source mappings do with queues and streams."""

import io
import json
import time
import zipfile

import boto3
from botocore.exceptions import ClientError

awslambda = boto3.client("lambda")
iam = boto3.client("iam")
sqs = boto3.client("sqs")
sns = boto3.client("sns")
s3 = boto3.client("s3")
events = boto3.client("events")
kinesis = boto3.client("kinesis")

arn = "arn:aws:{}:us-east-1:000000000000:{}".format

code = """
import json

def handler(event, context):
    if event.get("fail"):
        raise ValueError("as told")
    return {"seen": event}
"""


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def function(name, source=code, **more):
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=policy)
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", source)
    given = {"FunctionName": name, "Runtime": "python3.11", "Handler": "index.handler", "Role": role}
    created = awslambda.create_function(**given, Code={"ZipFile": package.getvalue()}, **more)
    awslambda.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    return created["FunctionArn"]


def queue(name, **attributes):
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def messages(url, count):
    found = []
    for _ in range(20):
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]
        )
        for message in answer.get("Messages", []):
            found.append(message)
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        if len(found) >= count:
            return found
    raise AssertionError(f"{count} messages were expected, these came: {found}")


def bodies(url, count):
    return [json.loads(message["Body"]) for message in messages(url, count)]


def eventually(look):
    for _ in range(100):
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def mapping(**given):
    created = awslambda.create_event_source_mapping(**given)
    identity = {"UUID": created["UUID"]}
    eventually(lambda: awslambda.get_event_source_mapping(**identity)["State"] == "Enabled")
    return awslambda.get_event_source_mapping(**identity)


def invoke(name, event):
    payload = json.dumps(event).encode()
    assert awslambda.invoke(FunctionName=name, InvocationType="Event", Payload=payload)["StatusCode"] == 202


def test_a_success_reaches_every_kind_of_destination(name):
    function(name)
    url = queue(name)
    sink = arn("sqs", name)
    topic = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=sink, Attributes={"RawMessageDelivery": "true"})
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    events.put_rule(Name="all", EventBusName=name, EventPattern='{"source":["lambda"]}')
    events.put_targets(Rule="all", EventBusName=name, Targets=[{"Id": "q", "Arn": sink}])
    function(f"{name}-next", f"""
import boto3, json
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl="{url}", MessageBody=json.dumps(event))
""")
    following = arn("lambda", f"function:{name}-next")
    for destination in (sink, topic, bus, following):
        awslambda.put_function_event_invoke_config(
            FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": destination}}
        )
        invoke(name, {"to": destination})
        record = bodies(url, 1)[0]
        if destination == bus:
            assert record["detail-type"] == "Lambda Function Invocation Result - Success", record
            record = record["detail"]
        assert record["version"] == "1.0"
        assert record["requestContext"]["condition"] == "Success"
        assert record["requestContext"]["functionArn"] == arn("lambda", f"function:{name}:$LATEST")
        assert record["requestContext"]["approximateInvokeCount"] == 1
        assert record["requestPayload"] == {"to": destination}
        assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
        assert record["responsePayload"] == {"seen": {"to": destination}}


def test_a_failure_reaches_a_bucket_and_the_dead_letter_queue(name):
    dead = queue(f"{name}-dead")
    s3.create_bucket(Bucket=name)
    function(name, DeadLetterConfig={"TargetArn": arn("sqs", f"{name}-dead")})
    config = awslambda.put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=0,
        MaximumEventAgeInSeconds=60,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:s3:::{name}"}},
    )
    assert (config["MaximumRetryAttempts"], config["MaximumEventAgeInSeconds"]) == (0, 60)
    fails(
        "InvalidParameterValueException",
        awslambda.put_function_event_invoke_config,
        FunctionName=name,
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:dynamodb:us-east-1:000000000000:table/t"}},
    )
    invoke(name, {"fail": True})
    letter = messages(dead, 1)[0]
    assert json.loads(letter["Body"]) == {"fail": True}
    attributes = {key: value["StringValue"] for key, value in letter["MessageAttributes"].items()}
    assert (attributes["ErrorCode"], attributes["ErrorMessage"]) == ("200", "as told")
    found = eventually(lambda: s3.list_objects_v2(Bucket=name, Prefix=f"aws/lambda/async/{name}/").get("Contents"))
    record = json.loads(s3.get_object(Bucket=name, Key=found[0]["Key"])["Body"].read())
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorType"] == "ValueError"


def test_a_queue_is_filtered_and_its_failures_named(name):
    dead, url = queue(f"{name}-dead"), None
    policy = json.dumps({"deadLetterTargetArn": arn("sqs", f"{name}-dead"), "maxReceiveCount": 1})
    url = queue(name, RedrivePolicy=policy, VisibilityTimeout="3")
    source = """
import json
def handler(event, context):
    bad = [r["messageId"] for r in event["Records"] if json.loads(r["body"])["n"] % 2]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}
"""
    function(name, source)
    made = mapping(
        EventSourceArn=arn("sqs", name),
        FunctionName=name,
        BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig={"MaximumConcurrency": 2},
        FilterCriteria={"Filters": [{"Pattern": '{"body":{"kind":["a"]}}'}]},
        MetricsConfig={"Metrics": ["EventCount"]},
        Tags={"team": "x"},
    )
    assert made["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert made["MetricsConfig"] == {"Metrics": ["EventCount"]}
    assert awslambda.list_tags(Resource=made["EventSourceMappingArn"])["Tags"] == {"team": "x"}
    for n in range(6):
        body = json.dumps({"n": n, "kind": "b" if n == 5 else "a"})
        sqs.send_message(QueueUrl=url, MessageBody=body)
    assert sorted(body["n"] for body in bodies(dead, 2)) == [1, 3]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    eventually(
        lambda: all(
            value == "0"
            for value in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()
        )
    )


def test_a_stream_s_consumer_is_a_source_and_what_fails_is_told(name):
    url = queue(name)
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    stream = arn("kinesis", f"stream/{name}")
    consumer = kinesis.register_stream_consumer(StreamARN=stream, ConsumerName="fast")["Consumer"]["ConsumerARN"]
    source = """
import base64
def handler(event, context):
    texts = [base64.b64decode(r["kinesis"]["data"]).decode() for r in event["Records"]]
    if "bad" in texts:
        raise ValueError(",".join(texts))
"""
    function(name, source)
    made = mapping(
        EventSourceArn=consumer,
        FunctionName=name,
        StartingPosition="TRIM_HORIZON",
        MaximumRetryAttempts=0,
        BisectBatchOnFunctionError=True,
        ParallelizationFactor=2,
        DestinationConfig={"OnFailure": {"Destination": arn("sqs", name)}},
    )
    assert made["EventSourceArn"] == consumer
    records = [{"Data": text.encode(), "PartitionKey": "p"} for text in ("a", "b", "bad", "c")]
    put = kinesis.put_records(StreamName=name, Records=records)["Records"]
    record = bodies(url, 1)[0]
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    info = record["KinesisBatchInfo"]
    assert (info["batchSize"], info["startSequenceNumber"]) == (1, put[2]["SequenceNumber"])


def test_a_function_that_sends_itself_messages_is_stopped(name):
    dead = queue(f"{name}-dead")
    policy = json.dumps({"deadLetterTargetArn": arn("sqs", f"{name}-dead"), "maxReceiveCount": 1})
    url = queue(name, RedrivePolicy=policy, VisibilityTimeout="3")
    source = f"""
import boto3
sqs = boto3.client("sqs")
def handler(event, context):
    for record in event["Records"]:
        sqs.send_message(QueueUrl="{url}", MessageBody=str(int(record["body"]) + 1))
"""
    function(name, source)
    mapping(EventSourceArn=arn("sqs", name), FunctionName=name)
    sqs.send_message(QueueUrl=url, MessageBody="0")
    assert messages(dead, 1)[0]["Body"] == "16"
