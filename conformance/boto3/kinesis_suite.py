"""Kinesis through boto3: records, shards, consumers and the stream of a table."""

import time

import boto3
from botocore.exceptions import ClientError

kinesis = boto3.client("kinesis")
dynamodb = boto3.client("dynamodb")
streams = boto3.client("dynamodbstreams")


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def create(name, shards=1):
    kinesis.create_stream(StreamName=name, ShardCount=shards)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]


def read_all(name, shard, kind="TRIM_HORIZON", **more):
    iterator = kinesis.get_shard_iterator(StreamName=name, ShardId=shard, ShardIteratorType=kind, **more)["ShardIterator"]
    return kinesis.get_records(ShardIterator=iterator)


def test_records_come_back_as_they_went(name):
    arn = create(name, 2)
    data = bytes(range(256))
    records = [{"Data": data, "PartitionKey": f"schlüssel {at}"} for at in range(20)]
    answer = kinesis.put_records(StreamARN=arn, Records=records)
    assert answer["FailedRecordCount"] == 0
    seen = []
    for shard in kinesis.list_shards(StreamName=name)["Shards"]:
        page = read_all(name, shard["ShardId"])
        assert page["MillisBehindLatest"] == 0
        numbers = [int(record["SequenceNumber"]) for record in page["Records"]]
        assert numbers == sorted(numbers)
        seen += [(record["PartitionKey"], record["Data"], record["SequenceNumber"]) for record in page["Records"]]
        assert all(abs(record["ApproximateArrivalTimestamp"].timestamp() - time.time()) < 60 for record in page["Records"])
    expected = [(record["PartitionKey"], data, result["SequenceNumber"]) for record, result in zip(records, answer["Records"])]
    assert sorted(seen) == sorted(expected)


def test_a_split_is_followed_to_the_children(name):
    create(name)
    put = kinesis.put_record(StreamName=name, Data=b"a", PartitionKey="p")
    assert put["ShardId"] == "shardId-000000000000"
    kinesis.split_shard(StreamName=name, ShardToSplit=put["ShardId"], NewStartingHashKey=str(2**127))
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    page = read_all(name, put["ShardId"], "AT_SEQUENCE_NUMBER", StartingSequenceNumber=put["SequenceNumber"])
    assert [record["Data"] for record in page["Records"]] == [b"a"]
    assert "NextShardIterator" not in page
    assert [child["ParentShards"] for child in page["ChildShards"]] == [[put["ShardId"]]] * 2
    open_shards = kinesis.list_shards(StreamName=name, ShardFilter={"Type": "AT_LATEST"})["Shards"]
    assert len(open_shards) == 2
    low, high = (shard["ShardId"] for shard in open_shards)
    kinesis.merge_shards(StreamName=name, ShardToMerge=low, AdjacentShardToMerge=high)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    assert kinesis.describe_limits()["OpenShardCount"] >= 1


def test_a_subscription_is_an_event_stream(name):
    arn = create(name)
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="c")["Consumer"]["ConsumerARN"]
    for _ in range(50):
        if kinesis.describe_stream_consumer(ConsumerARN=consumer)["ConsumerDescription"]["ConsumerStatus"] == "ACTIVE":
            break
        time.sleep(0.1)
    kinesis.put_record(StreamName=name, Data=b"a", PartitionKey="p")
    events = kinesis.subscribe_to_shard(
        ConsumerARN=consumer, ShardId="shardId-000000000000", StartingPosition={"Type": "TRIM_HORIZON"}
    )["EventStream"]
    event = next(iter(events))["SubscribeToShardEvent"]
    assert [record["Data"] for record in event["Records"]] == [b"a"]
    assert event["ContinuationSequenceNumber"] == event["Records"][-1]["SequenceNumber"]
    events.close()


def test_errors_are_awss(name):
    missing = fails("ResourceNotFoundException", kinesis.describe_stream, StreamName=name)
    assert missing["Error"]["Message"].startswith(f"Stream {name} under account "), missing
    create(name)
    fails("ResourceInUseException", kinesis.create_stream, StreamName=name, ShardCount=1)
    fails("InvalidArgumentException", kinesis.get_records, ShardIterator="x")
    fails("ResourceNotFoundException", kinesis.get_shard_iterator, StreamName=name, ShardId="shardId-000000000007", ShardIteratorType="LATEST")
    fails("InvalidArgumentException", kinesis.increase_stream_retention_period, StreamName=name, RetentionPeriodHours=9000)
    records = [{"Data": b"", "PartitionKey": "p"}] * 500
    for _ in range(3):
        answer = kinesis.put_records(StreamName=name, Records=records)
    assert answer["FailedRecordCount"] > 0
    assert answer["Records"][-1]["ErrorCode"] == "ProvisionedThroughputExceededException", answer["Records"][-1]


def test_tags_retention_encryption_and_deletion(name):
    arn = create(name)
    kinesis.add_tags_to_stream(StreamName=name, Tags={"a": "1", "b": "2"})
    kinesis.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert kinesis.list_tags_for_stream(StreamName=name)["Tags"] == [{"Key": "b", "Value": "2"}]
    kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=48)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId="alias/aws/kinesis")
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    described = kinesis.describe_stream(StreamName=name)["StreamDescription"]
    assert (described["RetentionPeriodHours"], described["EncryptionType"]) == (48, "KMS"), described
    assert name in [found for page in kinesis.get_paginator("list_streams").paginate() for found in page["StreamNames"]]
    kinesis.delete_stream(StreamName=name)
    kinesis.get_waiter("stream_not_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})


def test_a_tables_changes_are_a_stream(name):
    table = dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    arn = table["LatestStreamArn"]
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    dynamodb.put_item(TableName=name, Item={"id": {"S": "a"}, "n": {"N": "1"}})
    dynamodb.put_item(TableName=name, Item={"id": {"S": "a"}, "n": {"N": "2"}})
    dynamodb.delete_item(TableName=name, Key={"id": {"S": "a"}})
    assert arn in [each["StreamArn"] for each in streams.list_streams(TableName=name)["Streams"]]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert records[1]["dynamodb"]["OldImage"] == {"id": {"S": "a"}, "n": {"N": "1"}}
    assert records[1]["dynamodb"]["NewImage"]["n"] == {"N": "2"}
    fails("ResourceNotFoundException", streams.describe_stream, StreamArn=arn[:-1] + "x")
