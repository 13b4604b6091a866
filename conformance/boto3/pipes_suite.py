"""EventBridge Pipes through boto3: from queues and streams to every kind of target."""

import gzip
import io
import json
import time
import zipfile

import boto3
from botocore.exceptions import ClientError

pipes = boto3.client("pipes")
sqs = boto3.client("sqs")
kinesis = boto3.client("kinesis")
dynamodb = boto3.client("dynamodb")
iam = boto3.client("iam")
awslambda = boto3.client("lambda")
stepfunctions = boto3.client("stepfunctions")
events = boto3.client("events")
logs = boto3.client("logs")
sns = boto3.client("sns")
s3 = boto3.client("s3")
firehose = boto3.client("firehose")

arn = "arn:aws:{}:us-east-1:000000000000:{}".format


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def role(name):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    statement["Principal"] = {"Service": ["pipes.amazonaws.com", "lambda.amazonaws.com", "states.amazonaws.com"]}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    found = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=policy)
    return found


def queue(name, **attributes):
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def reach(name, *states):
    for _ in range(100):
        state = pipes.describe_pipe(Name=name)
        if state["CurrentState"] in states:
            return state
        time.sleep(0.05)
    raise AssertionError(state)


def pipe(name, source, target, **more):
    given = {"Name": name, "RoleArn": role(name), "Source": source, "Target": target}
    created = pipes.create_pipe(**{**given, **more})
    assert created["CurrentState"] == "CREATING", created
    return reach(name, "RUNNING")


def bodies(url, count):
    found = []
    for _ in range(20):
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            found.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        if len(found) >= count:
            return found
    raise AssertionError(f"{count} messages were expected, these came: {found}")


def function(name, code):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", code)
    created = awslambda.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="index.handler",
        Role=role(f"{name}-function"),
        Code={"ZipFile": package.getvalue()},
    )
    awslambda.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    return created["FunctionArn"]


def test_messages_are_filtered_enriched_and_transformed(name):
    source, out = queue(name), queue(f"{name}-out")
    enrichment = function(name, "def handler(events, context):\n    return [{**event, 'price': 3} for event in events]\n")
    state = pipe(
        name,
        arn("sqs", name),
        arn("sqs", f"{name}-out"),
        SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": '{"body":{"kind":["order"]}}'}]}},
        Enrichment=enrichment,
        EnrichmentParameters={"InputTemplate": '{"id": <$.body.id>}'},
        TargetParameters={"InputTemplate": '{"text": "<$.id> costs <$.price>", "by": <aws.pipes.pipe-name>}'},
    )
    assert state["SourceParameters"]["SqsQueueParameters"] == {"BatchSize": 10}
    for body in ({"kind": "order", "id": "a"}, {"kind": "other", "id": "b"}):
        sqs.send_message(QueueUrl=source, MessageBody=json.dumps(body))
    assert [json.loads(body) for body in bodies(out, 1)] == [{"text": "a costs 3", "by": name}]


def test_a_stream_keeps_its_order(name):
    out = queue(f"{name}-out.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    kinesis.create_stream(StreamName=name, ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    pipe(
        name,
        arn("kinesis", f"stream/{name}"),
        arn("sqs", f"{name}-out.fifo"),
        SourceParameters={"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 10}},
        TargetParameters={
            "InputTemplate": "<$.data.key> <$.data.n>",
            "SqsQueueParameters": {"MessageGroupId": "$.partitionKey"},
        },
    )
    records = [
        {"Data": json.dumps({"key": key, "n": n}).encode(), "PartitionKey": key} for n in range(12) for key in "abc"
    ]
    kinesis.put_records(StreamName=name, Records=records)
    came = bodies(out, len(records))
    for key in "abc":
        assert [body for body in came if body.startswith(key)] == [f"{key} {n}" for n in range(12)]


def test_a_table_s_changes_start_an_express_workflow_and_are_logged(name):
    out = queue(f"{name}-out")
    logs.create_log_group(logGroupName=name)
    stream = dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]["LatestStreamArn"]
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": out, "MessageBody.$": "$[0].eventName"},
        "End": True,
    }
    machine = stepfunctions.create_state_machine(
        name=name,
        type="EXPRESS",
        roleArn=role(f"{name}-machine"),
        definition=json.dumps({"StartAt": "Send", "States": {"Send": send}}),
    )["stateMachineArn"]
    pipe(
        name,
        stream,
        machine,
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 1}},
        LogConfiguration={
            "Level": "INFO",
            "CloudwatchLogsLogDestination": {"LogGroupArn": arn("logs", f"log-group:{name}")},
        },
    )
    for n in "12":
        dynamodb.put_item(TableName=name, Item={"id": {"S": "x"}, "n": {"N": n}})
    assert sorted(bodies(out, 2)) == ["INSERT", "MODIFY"]
    for _ in range(50):
        found = [json.loads(each["message"]) for each in logs.filter_log_events(logGroupName=name)["events"]]
        if len(found) >= 8:
            break
        time.sleep(0.1)
    steps = ["EXECUTION_STARTED", "TARGET_STAGE_ENTERED", "TARGET_STAGE_SUCCEEDED", "EXECUTION_SUCCEEDED"]
    assert [record["messageType"] for record in found] == steps * 2


def test_a_bus_a_topic_and_a_log_group_are_targets(name):
    source, out = queue(name), queue(f"{name}-out")
    sink = arn("sqs", f"{name}-out")
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    events.put_rule(Name="all", EventBusName=name, EventPattern='{"source":["shop"]}')
    events.put_targets(Rule="all", EventBusName=name, Targets=[{"Id": "q", "Arn": sink}])
    pipe(
        name,
        arn("sqs", name),
        bus,
        TargetParameters={
            "InputTemplate": '{"id": <$.body.id>}',
            "EventBridgeEventBusParameters": {
                "Source": "shop",
                "DetailType": "$.body.kind",
                "Resources": ["$.messageId"],
                "Time": "$.body.at",
            },
        },
    )
    sent = sqs.send_message(QueueUrl=source, MessageBody='{"id":1,"kind":"Sold","at":"2024-02-03T04:05:06Z"}')
    event = json.loads(bodies(out, 1)[0])
    assert (event["source"], event["detail-type"], event["detail"]) == ("shop", "Sold", {"id": 1})
    assert (event["resources"], event["time"]) == ([sent["MessageId"]], "2024-02-03T04:05:06Z")

    topic = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=sink, Attributes={"RawMessageDelivery": "true"})
    pipes.update_pipe(Name=name, RoleArn=arn("iam", f"role/{name}").replace("us-east-1", ""), Target=topic, TargetParameters={"InputTemplate": "<$.body>"})
    reach(name, "RUNNING")
    sqs.send_message(QueueUrl=source, MessageBody="to the topic")
    assert bodies(out, 1) == ["to the topic"]


def objects(bucket, prefix):
    for _ in range(100):
        found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        if found:
            return [s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in found]
        time.sleep(0.1)
    raise AssertionError(f"nothing came to {prefix} of {bucket}")


def test_events_and_log_records_reach_buckets(name):
    source = queue(name)
    s3.create_bucket(Bucket=name)
    destination = {"RoleARN": role(f"{name}-delivery"), "BucketARN": f"arn:aws:s3:::{name}"}
    destination["BufferingHints"] = {"IntervalInSeconds": 1, "SizeInMBs": 1}
    for stream in ("events", "records"):
        firehose.create_delivery_stream(
            DeliveryStreamName=f"{name}-{stream}", ExtendedS3DestinationConfiguration={**destination, "Prefix": f"{stream}/"}
        )
    for _ in range(100):
        described = firehose.describe_delivery_stream(DeliveryStreamName=f"{name}-records")
        if described["DeliveryStreamDescription"]["DeliveryStreamStatus"] == "ACTIVE":
            break
        time.sleep(0.1)
    pipe(
        name,
        arn("sqs", name),
        arn("firehose", f"deliverystream/{name}-events"),
        TargetParameters={"InputTemplate": '{"n": <$.body>}'},
        LogConfiguration={
            "Level": "INFO",
            "FirehoseLogDestination": {"DeliveryStreamArn": arn("firehose", f"deliverystream/{name}-records")},
            "S3LogDestination": {"BucketName": name, "BucketOwner": "000000000000", "Prefix": "logs"},
        },
    )
    sqs.send_message(QueueUrl=source, MessageBody="1")
    assert objects(name, "events/") == [b'{"n": 1}']
    (kept,) = objects(name, "logs/AWSLogs/000000000000/vendedlogs/pipes/us-east-1/")
    records = [json.loads(line) for line in gzip.decompress(kept).decode().splitlines()]
    assert [record["messageType"] for record in records][-1] == "EXECUTION_SUCCEEDED"
    assert b"EXECUTION_STARTED" in b"".join(objects(name, "records/"))


def test_states_and_faults(name):
    source = queue(name)
    out = queue(f"{name}-out")
    assert fails("NotFoundException", pipes.describe_pipe, Name=name)["ResponseMetadata"]["HTTPStatusCode"] == 404
    pipe(name, arn("sqs", name), arn("sqs", f"{name}-out"), Tags={"a": "1"}, TargetParameters={"InputTemplate": "<$.body>"})
    given = {"Name": name, "RoleArn": arn("iam", "role/x").replace("us-east-1", ""), "Source": arn("sqs", name), "Target": arn("sqs", name)}
    conflict = fails("ConflictException", pipes.create_pipe, **given)
    assert (conflict["resourceId"], conflict["resourceType"]) == (name, "pipe")
    for wrong in ({"Source": "arn:aws:s3:::x"}, {"DesiredState": "SLEEPING"}, {"Target": "nothing"}):
        fails("ValidationException", pipes.create_pipe, **{**given, "Name": f"{name}-2", **wrong})
    fails("ValidationException", pipes.create_pipe, **{**given, "Name": f"{name}-2", "KmsKeyIdentifier": "alias/none"})
    fails("NotImplemented", pipes.create_pipe, **{**given, "Name": f"{name}-2", "Source": "smk://broker.example.com:9092"})
    assert pipes.stop_pipe(Name=name)["CurrentState"] == "STOPPING"
    reach(name, "STOPPED")
    sqs.send_message(QueueUrl=source, MessageBody="kept")
    assert [each["Name"] for each in pipes.list_pipes(NamePrefix=name, CurrentState="STOPPED")["Pipes"]] == [name]
    assert pipes.start_pipe(Name=name)["CurrentState"] == "STARTING"
    assert bodies(out, 1) == ["kept"]
    resource = pipes.describe_pipe(Name=name)["Arn"]
    pipes.tag_resource(resourceArn=resource, tags={"b": "2"})
    pipes.untag_resource(resourceArn=resource, tagKeys=["a"])
    assert pipes.list_tags_for_resource(resourceArn=resource)["tags"] == {"b": "2"}
    assert pipes.delete_pipe(Name=name)["DesiredState"] == "DELETED"
    for _ in range(100):
        try:
            pipes.describe_pipe(Name=name)
            time.sleep(0.05)
        except pipes.exceptions.NotFoundException:
            return
    raise AssertionError("the pipe is still there")
