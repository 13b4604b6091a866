"""Data Firehose through boto3: streams, records, destinations and refusals."""

import base64
import gzip
import json
import time

import boto3
from botocore.exceptions import ClientError

firehose = boto3.client("firehose")
kinesis = boto3.client("kinesis")
s3 = boto3.client("s3")

role = "arn:aws:iam::000000000000:role/firehose"
at_once = {"SizeInMBs": 1, "IntervalInSeconds": 0}


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} was expected")


def eventually(look, seconds=20):
    deadline = time.time() + seconds
    while True:
        found = look()
        if found or time.time() > deadline:
            assert found, "it did not come about"
            return found
        time.sleep(0.1)


def active(name):
    def look():
        stream = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
        return stream["DeliveryStreamStatus"] == "ACTIVE" and stream

    return eventually(look)


def create(name, extended=None, **more):
    s3.create_bucket(Bucket=name)
    configuration = {"RoleARN": role, "BucketARN": f"arn:aws:s3:::{name}", "BufferingHints": at_once, **(extended or {})}
    firehose.create_delivery_stream(DeliveryStreamName=name, ExtendedS3DestinationConfiguration=configuration, **more)
    return active(name)


def objects(bucket, prefix=""):
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed}


def test_records_arrive_in_a_bucket(name):
    stream = create(name, {"Prefix": "logs/", "CompressionFormat": "GZIP"}, Tags=[{"Key": "team", "Value": "a"}])
    assert stream["DeliveryStreamARN"] == f"arn:aws:firehose:us-east-1:000000000000:deliverystream/{name}"
    assert stream["VersionId"] == "1"
    answer = firehose.put_record_batch(DeliveryStreamName=name, Records=[{"Data": f"{at}\n".encode()} for at in range(500)])
    assert answer["FailedPutCount"] == 0 and len(answer["RequestResponses"]) == 500 and answer["Encrypted"] is False
    key, body = eventually(lambda: objects(name)).popitem()
    assert key.startswith(time.strftime("logs/%Y/", time.gmtime())) and key.endswith(".gz"), key
    assert gzip.decompress(body).decode().split() == [str(at) for at in range(500)]


def test_all_bytes_arrive_as_they_went(name):
    create(name)
    data = bytes(range(256)) * 4000
    assert len(firehose.put_record(DeliveryStreamName=name, Record={"Data": data})["RecordId"]) == 224
    assert list(eventually(lambda: objects(name)).values()) == [data]


def test_records_are_parted_by_a_query(name):
    processors = [
        {
            "Type": "MetadataExtraction",
            "Parameters": [
                {"ParameterName": "MetadataExtractionQuery", "ParameterValue": "{customer: .customer.id}"},
                {"ParameterName": "JsonParsingEngine", "ParameterValue": "JQ-1.6"},
            ],
        },
        {"Type": "AppendDelimiterToRecord", "Parameters": [{"ParameterName": "Delimiter", "ParameterValue": "\\n"}]},
    ]
    create(
        name,
        {
            "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 0},
            "Prefix": "customer=!{partitionKeyFromQuery:customer}/",
            "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/",
            "DynamicPartitioningConfiguration": {"Enabled": True},
            "ProcessingConfiguration": {"Enabled": True, "Processors": processors},
        },
    )
    ann, bob = ({"Data": json.dumps({"customer": {"id": who}}).encode()} for who in ("ann", "bob"))
    firehose.put_record_batch(DeliveryStreamName=name, Records=[ann, bob, ann, {"Data": b"broken"}])
    found = eventually(lambda: len(objects(name)) >= 3 and objects(name))
    folders = {key.rsplit("/", 1)[0]: body for key, body in found.items()}
    assert folders["customer=ann"] == (ann["Data"] + b"\n") * 2
    assert folders["customer=bob"] == bob["Data"] + b"\n"
    failure = json.loads(folders["errors/processing-failed"])
    assert base64.b64decode(failure["rawData"]) == b"broken"


def test_a_stream_is_read(name):
    kinesis.create_stream(StreamName=name, ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    source = {"KinesisStreamARN": arn, "RoleARN": role}
    create(name, DeliveryStreamType="KinesisStreamAsSource", KinesisStreamSourceConfiguration=source)
    for at in range(10):
        kinesis.put_record(StreamName=name, PartitionKey=str(at), Data=f"{at}\n".encode())
    lines = lambda: sorted(b"".join(objects(name).values()).split())
    eventually(lambda: lines() == sorted(str(at).encode() for at in range(10)))
    message = fails("InvalidArgumentException", firehose.put_record, DeliveryStreamName=name, Record={"Data": b"x"})
    assert message == "This operation is not permitted on KinesisStreamAsSource delivery stream type."


def test_a_destination_is_changed_by_whoever_knows_its_version(name):
    stream = create(name)
    change = {
        "DeliveryStreamName": name,
        "DestinationId": stream["Destinations"][0]["DestinationId"],
        "CurrentDeliveryStreamVersionId": "1",
        "ExtendedS3DestinationUpdate": {"Prefix": "new/"},
    }
    firehose.update_destination(**change)
    fails("ConcurrentModificationException", firehose.update_destination, **change)
    stream = active(name)
    assert stream["VersionId"] == "2" and "LastUpdateTimestamp" in stream
    assert stream["Destinations"][0]["ExtendedS3DestinationDescription"]["Prefix"] == "new/"


def test_streams_are_listed_tagged_encrypted_and_deleted(name):
    create(name)
    assert name in firehose.list_delivery_streams(Limit=10000)["DeliveryStreamNames"]
    firehose.tag_delivery_stream(DeliveryStreamName=name, Tags=[{"Key": "a", "Value": "1"}])
    assert firehose.list_tags_for_delivery_stream(DeliveryStreamName=name)["Tags"] == [{"Key": "a", "Value": "1"}]
    firehose.start_delivery_stream_encryption(DeliveryStreamName=name)
    encryption = lambda: active(name)["DeliveryStreamEncryptionConfiguration"]
    eventually(lambda: encryption() == {"KeyType": "AWS_OWNED_CMK", "Status": "ENABLED"})
    assert firehose.put_record(DeliveryStreamName=name, Record={"Data": b"x"})["Encrypted"] is True
    firehose.delete_delivery_stream(DeliveryStreamName=name)

    def gone():
        try:
            return not firehose.describe_delivery_stream(DeliveryStreamName=name)
        except ClientError as error:
            return error.response["Error"]["Code"] == "ResourceNotFoundException"

    eventually(gone)


def test_what_cannot_be_is_refused(name):
    absent = fails("ResourceNotFoundException", firehose.describe_delivery_stream, DeliveryStreamName=name)
    assert absent == f"Firehose {name} under account 000000000000 not found."
    create(name)
    existing = fails(
        "ResourceInUseException",
        firehose.create_delivery_stream,
        DeliveryStreamName=name,
        S3DestinationConfiguration={"RoleARN": role, "BucketARN": f"arn:aws:s3:::{name}"},
    )
    assert existing == f"Firehose {name} under accountId 000000000000 already exists"
    many = [{"Data": bytes(1_000_000)}] * 5
    fails("InvalidArgumentException", firehose.put_record_batch, DeliveryStreamName=name, Records=many)
    fails("ValidationException", firehose.put_record, DeliveryStreamName=name, Record={"Data": bytes(1_024_001)})
    redshift = {
        "RoleARN": role,
        "ClusterJDBCURL": "jdbc:redshift://c.x.us-east-1.redshift.amazonaws.com:5439/db",
        "CopyCommand": {"DataTableName": "t"},
        "S3Configuration": {"RoleARN": role, "BucketARN": f"arn:aws:s3:::{name}"},
    }
    message = fails(
        "NotImplemented",
        firehose.create_delivery_stream,
        DeliveryStreamName=f"{name}-r",
        RedshiftDestinationConfiguration=redshift,
    )
    assert "RedshiftDestinationConfiguration" in message
