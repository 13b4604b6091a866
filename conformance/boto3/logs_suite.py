"""CloudWatch Logs through boto3: subscriptions, queries, exports and what is kept of groups."""

import gzip
import json
import time

import boto3
from botocore.exceptions import ClientError

logs = boto3.client("logs")
kinesis = boto3.client("kinesis")
s3 = boto3.client("s3")

role = "arn:aws:iam::000000000000:role/logs"


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def eventually(look, seconds=20):
    deadline = time.time() + seconds
    while True:
        found = look()
        if found or time.time() > deadline:
            assert found, "it did not come about"
            return found
        time.sleep(0.1)


def group(name, *messages):
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="one")
    put(name, *messages)


def put(name, *messages):
    now = int(time.time() * 1000)
    events = [{"timestamp": now + at, "message": message} for at, message in enumerate(messages)]
    if events:
        logs.put_log_events(logGroupName=name, logStreamName="one", logEvents=events)


def test_a_stream_gets_the_events_that_match(name):
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    group(name)
    filter = {"logGroupName": name, "filterName": "f", "filterPattern": "ERROR", "destinationArn": arn, "roleArn": role}
    logs.put_subscription_filter(**filter)
    put(name, "ERROR one", "fine", "ERROR two")
    iterator = kinesis.get_shard_iterator(
        StreamName=name, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    seen = []

    def both():
        nonlocal iterator
        page = kinesis.get_records(ShardIterator=iterator)
        iterator = page["NextShardIterator"]
        seen.extend(json.loads(gzip.decompress(record["Data"])) for record in page["Records"])
        return len(seen) == 2

    eventually(both)
    assert [each["messageType"] for each in seen] == ["CONTROL_MESSAGE", "DATA_MESSAGE"]
    assert [event["message"] for event in seen[1]["logEvents"]] == ["ERROR one", "ERROR two"]
    shown = logs.describe_subscription_filters(logGroupName=name)["subscriptionFilters"]
    assert [(each["filterName"], each["distribution"]) for each in shown] == [("f", "ByLogStream")]
    logs.delete_subscription_filter(logGroupName=name, filterName="f")
    fails("InvalidParameterException", logs.put_subscription_filter, **{**filter, "destinationArn": arn + "x"})


def test_a_query_finds_events(name):
    group(name, '{"a":{"b":1},"who":"ann"}', '{"a":{"b":3},"who":"bob"}', "took 12 ms")
    times = {"startTime": int(time.time()) - 60, "endTime": int(time.time()) + 60}

    def ask(query):
        id = logs.start_query(logGroupNames=[name], queryString=query, **times)["queryId"]
        answer = eventually(lambda: (lambda a: a["status"] == "Complete" and a)(logs.get_query_results(queryId=id)))
        return [{field["field"]: field["value"] for field in row} for row in answer["results"]]

    assert ask("stats sum(a.b) as total, count(*) as n") == [{"total": "4", "n": "3"}]
    [row] = ask("parse @message 'took * ms' as took | filter ispresent(took) | display took, @logStream")
    assert row["took"] == "12" and row["@logStream"] == "one"
    record = logs.get_log_record(logRecordPointer=row["@ptr"])["logRecord"]
    assert record["@message"] == "took 12 ms"
    error = fails("MalformedQueryException", logs.start_query, logGroupName=name, queryString="nonsense", **times)
    assert error["queryCompileError"]["location"] == {"startCharOffset": 0, "endCharOffset": 8}


def test_events_are_exported(name):
    s3.create_bucket(Bucket=name)
    group(name, "one", "two")
    task = eventually(lambda: export(name))
    eventually(
        lambda: logs.describe_export_tasks(taskId=task)["exportTasks"][0]["status"]["code"] == "COMPLETED"
    )
    body = s3.get_object(Bucket=name, Key=f"exportedlogs/{task}/one/000000.gz")["Body"].read()
    assert [line.split(" ")[1] for line in gzip.decompress(body).decode().splitlines()] == ["one", "two"]


def export(name):
    try:
        until = int(time.time() * 1000) + 60_000
        return logs.create_export_task(logGroupName=name, fromTime=0, to=until, destination=name)["taskId"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "LimitExceededException", error.response
        return None


def test_filters_definitions_and_policies_are_kept(name):
    group(name)
    transformation = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    logs.put_metric_filter(logGroupName=name, filterName="f", filterPattern="x", metricTransformations=[transformation])
    assert logs.describe_metric_filters(logGroupName=name)["metricFilters"][0]["metricTransformations"] == [transformation]
    id = logs.put_query_definition(name=name, queryString="limit 1")["queryDefinitionId"]
    found = logs.describe_query_definitions(queryDefinitionNamePrefix=name)["queryDefinitions"]
    assert [each["queryDefinitionId"] for each in found] == [id]
    document = json.dumps({"Version": "2012-10-17", "Statement": []})
    logs.put_resource_policy(policyName=name, policyDocument=document)
    policies = logs.describe_resource_policies()["resourcePolicies"]
    assert document in [each["policyDocument"] for each in policies]
    logs.delete_resource_policy(policyName=name)
