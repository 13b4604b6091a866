"""What DynamoDB does with whole tables: PartiQL over them, backups, recovery,
export and import, replicas, streams to Kinesis, policies."""

import gzip
import io
import json
import time
import zipfile

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.config import Config
from botocore.exceptions import ClientError

client = boto3.client("dynamodb")
streams = boto3.client("dynamodbstreams")
s3 = boto3.client("s3")
kinesis = boto3.client("kinesis")

deserialize = TypeDeserializer().deserialize


def table_of(name, region_client=client, **more):
    region_client.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], **more,
    )
    region_client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


def put(name, key, n, to=client):
    to.put_item(TableName=name, Item={"id": {"S": key}, "n": {"N": str(n)}})


def contents(name, of=client):
    pages = of.get_paginator("scan").paginate(TableName=name)
    return {item["id"]["S"]: int(item["n"]["N"]) for page in pages for item in page["Items"]}


def until(look, seconds=20):
    end = time.time() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.time() < end, "it did not come about"
        time.sleep(0.05)


def active(name, of=client):
    until(lambda: of.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")


def code_of(call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def recover(name):
    client.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )


def test_partiql_reads_and_writes(name):
    table_of(name)
    for at in range(5):
        client.execute_statement(
            Statement=f"INSERT INTO \"{name}\" VALUE {{'id': ?, 'n': ?, 'tags': <<'a'>>}}",
            Parameters=[{"S": f"k{at}"}, {"N": str(at)}],
        )
    assert code_of(client.execute_statement, Statement=f"INSERT INTO \"{name}\" VALUE {{'id': 'k1'}}") == "DuplicateItemException"
    client.execute_statement(Statement=f"UPDATE \"{name}\" SET n = n + 10 SET tags = set_add(tags, <<'b'>>) WHERE id = 'k1'")
    items = client.execute_statement(Statement=f"SELECT id, tags FROM \"{name}\" WHERE n > 3")["Items"]
    assert sorted((item["id"]["S"], sorted(item["tags"]["SS"])) for item in items) == [("k1", ["a", "b"]), ("k4", ["a"])]
    token, seen = None, []
    while True:
        page = client.execute_statement(Statement=f"SELECT * FROM \"{name}\"", Limit=2, **({"NextToken": token} if token else {}))
        seen += [item["id"]["S"] for item in page["Items"]]
        token = page.get("NextToken")
        if token is None:
            break
    assert sorted(seen) == [f"k{at}" for at in range(5)]
    responses = client.batch_execute_statement(Statements=[
        {"Statement": f"SELECT * FROM \"{name}\" WHERE id = 'k2'"}, {"Statement": f"SELECT * FROM \"{name}\" WHERE n = 2"},
    ])["Responses"]
    assert responses[0]["Item"]["n"] == {"N": "2"} and responses[1]["Error"]["Code"] == "ValidationError"
    try:
        client.execute_transaction(TransactStatements=[
            {"Statement": f"DELETE FROM \"{name}\" WHERE id = 'k2'"},
            {"Statement": f"EXISTS(SELECT * FROM \"{name}\" WHERE id = 'k3' AND n = 99)"},
        ])
    except client.exceptions.TransactionCanceledException as error:
        assert [reason["Code"] for reason in error.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    assert "k2" in contents(name)


def test_a_backup_is_restored(name):
    table_of(name)
    for at in range(30):
        put(name, f"k{at}", at)
    arn = client.create_backup(TableName=name, BackupName="backup")["BackupDetails"]["BackupArn"]
    put(name, "k1", -1)
    until(lambda: client.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"] == "AVAILABLE")
    client.delete_table(TableName=name)
    client.restore_table_from_backup(TargetTableName=f"{name}-2", BackupArn=arn)
    client.get_waiter("table_exists").wait(TableName=f"{name}-2", WaiterConfig={"Delay": 1})
    active(f"{name}-2")
    assert contents(f"{name}-2") == {f"k{at}": at for at in range(30)}
    assert [summary["BackupArn"] for summary in client.list_backups(TableName=name)["BackupSummaries"]] == [arn]


def test_a_table_is_restored_to_a_point_in_time(name):
    table_of(name)
    recover(name)
    put(name, "a", 1)
    time.sleep(1.1)
    description = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert description["PointInTimeRecoveryStatus"] == "ENABLED"
    then = description["LatestRestorableDateTime"]
    time.sleep(1.1)
    put(name, "a", 2)
    put(name, "b", 1)
    client.restore_table_to_point_in_time(SourceTableName=name, TargetTableName=f"{name}-2", RestoreDateTime=then)
    active(f"{name}-2")
    assert contents(f"{name}-2") == {"a": 1}, contents(f"{name}-2")


def test_an_export_is_imported_again(name):
    table_of(name)
    recover(name)
    for at in range(40):
        put(name, f"k{at}", at)
    s3.create_bucket(Bucket=name)
    arn = client.describe_table(TableName=name)["Table"]["TableArn"]
    export = client.export_table_to_point_in_time(TableArn=arn, S3Bucket=name, S3Prefix="out")["ExportDescription"]["ExportArn"]
    done = until(lambda: (lambda it: it["ExportStatus"] == "COMPLETED" and it)(client.describe_export(ExportArn=export)["ExportDescription"]))
    assert done["ItemCount"] == 40
    summary = json.load(s3.get_object(Bucket=name, Key=done["ExportManifest"])["Body"])
    files = [json.loads(line) for line in s3.get_object(Bucket=name, Key=summary["manifestFilesS3Key"])["Body"].read().splitlines()]
    lines = [
        json.loads(line)
        for file in files
        for line in gzip.open(io.BytesIO(s3.get_object(Bucket=name, Key=file["dataFileS3Key"])["Body"].read())).read().splitlines()
    ]
    assert len(lines) == 40 and set(lines[0]) == {"Item"}
    folder = files[0]["dataFileS3Key"].rsplit("/", 1)[0] + "/"
    imported = client.import_table(
        S3BucketSource={"S3Bucket": name, "S3KeyPrefix": folder}, InputFormat="DYNAMODB_JSON", InputCompressionType="GZIP",
        TableCreationParameters={
            "TableName": f"{name}-2", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        },
    )["ImportTableDescription"]["ImportArn"]
    done = until(lambda: (lambda it: it["ImportStatus"] != "IN_PROGRESS" and it)(client.describe_import(ImportArn=imported)["ImportTableDescription"]))
    assert (done["ImportStatus"], done["ImportedItemCount"]) == ("COMPLETED", 40), done
    assert contents(f"{name}-2") == contents(name)


def test_a_global_table_is_one_in_all_regions(name):
    europe = boto3.client("dynamodb", region_name="eu-west-1")
    table_of(name)
    put(name, "a", 1)
    client.update_table(TableName=name, ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
    until(lambda: client.describe_table(TableName=name)["Table"]["Replicas"][0]["ReplicaStatus"] == "ACTIVE")
    put(name, "b", 2, to=europe)
    put(name, "a", 3)
    until(lambda: contents(name) == contents(name, of=europe) == {"a": 3, "b": 2})
    client.update_table(TableName=name, ReplicaUpdates=[{"Delete": {"RegionName": "eu-west-1"}}])
    until(lambda: code_of(europe.describe_table, TableName=name) == "ResourceNotFoundException")


def test_changes_arrive_in_kinesis_and_in_the_stream(name):
    table_of(name, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    client.enable_kinesis_streaming_destination(TableName=name, StreamArn=arn)
    put(name, "a", 1)
    put(name, "a", 2)
    until(lambda: client.describe_kinesis_streaming_destination(TableName=name)["KinesisDataStreamDestinations"][0]["DestinationStatus"] == "ACTIVE")
    shard = kinesis.list_shards(StreamName=name)["Shards"][0]["ShardId"]
    start = kinesis.get_shard_iterator(StreamName=name, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    found = until(lambda: (lambda records: len(records) == 2 and records)(kinesis.get_records(ShardIterator=start)["Records"]))
    assert [json.loads(record["Data"])["eventName"] for record in found] == ["INSERT", "MODIFY"]
    stream = client.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    start = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    records = streams.get_records(ShardIterator=start)["Records"]
    assert [deserialize(record["dynamodb"]["NewImage"]["n"]) for record in records] == [1, 2]


def test_a_policy_is_kept_with_its_revision(name):
    table_of(name)
    arn = client.describe_table(TableName=name)["Table"]["TableArn"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "dynamodb:GetItem", "Resource": arn},
    ]})
    revision = client.put_resource_policy(ResourceArn=arn, Policy=policy)["RevisionId"]
    assert client.get_resource_policy(ResourceArn=arn)["RevisionId"] == revision
    assert client.delete_resource_policy(ResourceArn=arn)["RevisionId"] == revision
    assert code_of(client.get_resource_policy, ResourceArn=arn) == "PolicyNotFoundException"


def test_a_policy_lets_another_account_in(name):
    table_of(name)
    put(name, "a", 1)
    arn = client.describe_table(TableName=name)["Table"]["TableArn"]
    other = boto3.client("dynamodb", aws_access_key_id="222222222222", aws_secret_access_key="other")
    read = {"TableName": arn, "Key": {"id": {"S": "a"}}}
    assert code_of(other.get_item, **read) == "AccessDeniedException"
    client.put_resource_policy(ResourceArn=arn, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "dynamodb:GetItem", "Resource": arn},
    ]}))
    assert other.get_item(**read)["Item"]["n"] == {"N": "1"}
    assert code_of(other.put_item, TableName=arn, Item={"id": {"S": "b"}}) == "AccessDeniedException"


def test_capacity_is_enforced_where_it_is_asked_for(name):
    client.create_table(
        TableName=name, ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        Tags=[{"Key": "cumulet:throttling", "Value": "on"}],
    )
    once = boto3.client("dynamodb", config=Config(retries={"max_attempts": 0}))
    # A unit each, five minutes of them at once.
    codes = {code_of(once.put_item, TableName=name, Item={"id": {"S": "a"}, "text": {"S": "x" * 100_000}}) for _ in range(10)}
    assert codes == {None, "ProvisionedThroughputExceededException"}, codes
    assert "Item" in once.get_item(TableName=name, Key={"id": {"S": "a"}})


def test_a_function_hears_of_changes(name):
    """Filtered, in batches that are halved around what fails, which goes to a queue in the end."""
    functions, queues, roles = boto3.client("lambda"), boto3.client("sqs"), boto3.client("iam")
    table_of(name, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    queue = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = roles.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))["Role"]["Arn"]
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    roles.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}))
    code = """exports.handler = async ({ Records }) => {
      if (Records.some(({ dynamodb }) => dynamodb.NewImage.n.N === "-1")) throw new Error("negative");
    };"""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.js", code)
    functions.create_function(FunctionName=name, Runtime="nodejs20.x", Role=role, Handler="index.handler", Code={"ZipFile": archive.getvalue()})
    stream = client.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    wanted = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"n": {"N": [{"anything-but": ["500"]}]}}}}
    functions.create_event_source_mapping(
        FunctionName=name, EventSourceArn=stream, StartingPosition="TRIM_HORIZON", BatchSize=100,
        BisectBatchOnFunctionError=True, MaximumRetryAttempts=0, FilterCriteria={"Filters": [{"Pattern": json.dumps(wanted)}]},
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    client.batch_write_item(RequestItems={name: [
        {"PutRequest": {"Item": {"id": {"S": f"k{at}"}, "n": {"N": str(n)}}}} for at, n in enumerate([1, 2, -1, 4, 500])
    ]})
    failed = until(lambda: queues.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages"))
    told = json.loads(failed[0]["Body"])
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted", told
    assert told["DDBStreamBatchInfo"]["streamArn"] == stream and told["DDBStreamBatchInfo"]["batchSize"] == 1, told
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    start = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="AT_SEQUENCE_NUMBER",
                                       SequenceNumber=told["DDBStreamBatchInfo"]["startSequenceNumber"])["ShardIterator"]
    record = streams.get_records(ShardIterator=start, Limit=1)["Records"][0]
    assert record["dynamodb"]["NewImage"]["n"] == {"N": "-1"}, record


def test_what_is_wrong_is_told_in_the_words_of_aws(name):
    table_of(name)
    once = "1 validation error detected: "
    key = {"id": {"S": "a"}}
    one = {":v": {"N": "1"}}
    repeated = {"SS": ["b", "a", "b"]}
    for call, parameters, message in [
        (client.update_item, {"UpdateExpression": "SET name = :v", "ExpressionAttributeValues": one, "Key": key},
         once + "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name"),
        (client.update_item, {"UpdateExpression": "SET a = :v, a.b = :v", "ExpressionAttributeValues": one, "Key": key},
         once + "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]"),
        (client.put_item, {"Item": {**key, "s": repeated}},
         once + 'One or more parameter values were invalid: Input collection ["a", "b", "b"] contains duplicates.'),
        (client.put_item, {"Item": key, "ConditionExpression": "a = :v", "ExpressionAttributeValues": {**one, ":w": {"N": "1"}}},
         once + "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"),
        (client.put_item, {"Item": {"id": {"N": "1"}}},
         "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"),
        (client.get_item, {"Key": key, "ProjectionExpression": "#a", "ExpressionAttributeNames": {"#b": "b"}},
         "Invalid ProjectionExpression: An expression attribute name used in the document path is not defined; attribute name: #a"),
        (client.query, {"KeyConditionExpression": "n = :v", "ExpressionAttributeValues": one},
         "Query condition missed key schema element: id"),
        (client.scan, {"FilterExpression": "a = :v", "ExpressionAttributeValues": {":v": repeated}},
         "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: Input collection [b, a, b] contains duplicates. for key :v"),
    ]:
        try:
            call(TableName=name, **parameters)
        except ClientError as error:
            assert error.response["Error"] == {"Code": "ValidationException", "Message": message}, error
        else:
            raise AssertionError(message)
