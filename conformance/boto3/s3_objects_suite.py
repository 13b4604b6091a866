"""What happens to objects in S3 beyond putting and getting them: encryption,
locks, archives, queries, browsers' forms, conditions of writes."""

import base64
import gzip
import hashlib
import os
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

once = Config(retries={"total_max_attempts": 1})
s3 = boto3.client("s3", config=once)
MEBIBYTE = 1024 * 1024


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def bucket_of(name, **parameters):
    s3.create_bucket(Bucket=name, **parameters)
    return name


def test_customer_keys(name):
    bucket_of(name)
    key, other = os.urandom(32), os.urandom(32)
    content = os.urandom(200_000)
    customer = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}
    put = s3.put_object(Bucket=name, Key="k", Body=content, **customer)
    assert put["SSECustomerAlgorithm"] == "AES256" and "ServerSideEncryption" not in put
    got = s3.get_object(Bucket=name, Key="k", **customer)
    assert got["Body"].read() == content
    part = s3.get_object(Bucket=name, Key="k", Range="bytes=70001-140002", **customer)
    assert part["Body"].read() == content[70001:140003]
    fails("InvalidRequest", s3.get_object, Bucket=name, Key="k")
    fails("400", s3.head_object, Bucket=name, Key="k")
    fails("AccessDenied", s3.get_object, Bucket=name, Key="k", SSECustomerAlgorithm="AES256", SSECustomerKey=other)
    s3.copy_object(
        Bucket=name,
        Key="copy",
        CopySource=f"{name}/k",
        CopySourceSSECustomerAlgorithm="AES256",
        CopySourceSSECustomerKey=key,
        ServerSideEncryption="AES256",
    )
    assert s3.get_object(Bucket=name, Key="copy")["Body"].read() == content


def test_default_encryption(name):
    bucket_of(name)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules == [rule], rules
    assert s3.put_object(Bucket=name, Key="k", Body=b"x")["ServerSideEncryption"] == "AES256"
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"
    response = fails(
        "InvalidArgument", s3.put_object, Bucket=name, Key="k", ServerSideEncryption="aws:nothing"
    )
    assert response["Error"]["ArgumentName"] == "x-amz-server-side-encryption"


def test_object_lock(name):
    bucket_of(name, ObjectLockEnabledForBucket=True)
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    until = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
    put = s3.put_object(
        Bucket=name, Key="k", Body=b"x", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until
    )
    version = {"Bucket": name, "Key": "k", "VersionId": put["VersionId"]}
    head = s3.head_object(**version)
    assert (head["ObjectLockMode"], head["ObjectLockRetainUntilDate"]) == ("GOVERNANCE", until)
    assert s3.get_object_retention(**version)["Retention"] == {"Mode": "GOVERNANCE", "RetainUntilDate": until}
    fails("AccessDenied", s3.delete_object, **version)
    s3.put_object_legal_hold(**version, LegalHold={"Status": "ON"})
    fails("AccessDenied", s3.delete_object, **version, BypassGovernanceRetention=True)
    s3.put_object_legal_hold(**version, LegalHold={"Status": "OFF"})
    s3.delete_object(**version, BypassGovernanceRetention=True)
    fails("InvalidBucketState", s3.put_bucket_versioning, Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    configuration = {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}},
    }
    s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=configuration)
    assert s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"] == configuration
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    assert s3.head_object(Bucket=name, Key="k")["ObjectLockMode"] == "COMPLIANCE"


def test_archived_objects(name):
    bucket_of(name)
    s3.put_object(Bucket=name, Key="k", Body=b"x", StorageClass="GLACIER")
    response = fails("InvalidObjectState", s3.get_object, Bucket=name, Key="k")
    assert response["Error"]["StorageClass"] == "GLACIER", response
    s3.restore_object(Bucket=name, Key="k", RestoreRequest={"Days": 1})
    assert s3.head_object(Bucket=name, Key="k")["Restore"] == 'ongoing-request="true"'
    fails("RestoreAlreadyInProgress", s3.restore_object, Bucket=name, Key="k", RestoreRequest={"Days": 1})
    fails("InvalidStorageClass", s3.put_object, Bucket=name, Key="k", StorageClass="COLD")


def selected(name, key, expression, **parameters):
    answer = s3.select_object_content(
        Bucket=name, Key=key, ExpressionType="SQL", Expression=expression, **parameters
    )
    events = list(answer["Payload"])
    assert "End" in events[-1]
    return b"".join(each["Records"]["Payload"] for each in events if "Records" in each)


def test_select(name):
    bucket_of(name)
    rows = "".join(f"{at},name {at}\n" for at in range(20_000))
    s3.put_object(Bucket=name, Key="csv", Body=gzip.compress(b"id,name\n" + rows.encode()))
    csv = {
        "InputSerialization": {"CSV": {"FileHeaderInfo": "USE"}, "CompressionType": "GZIP"},
        "OutputSerialization": {"CSV": {}},
    }
    assert selected(name, "csv", "SELECT * FROM S3Object", **csv) == rows.encode()
    count = "SELECT COUNT(*) FROM S3Object s WHERE CAST(s.id AS INT) % 2 = 0"
    assert selected(name, "csv", count, **csv) == b"10000\n"
    fails(
        "ParseUnexpectedToken",
        s3.select_object_content,
        Bucket=name,
        Key="csv",
        ExpressionType="SQL",
        Expression="SELECT",
        **csv,
    )


def post(target, content, filename="file.txt"):
    boundary = uuid.uuid4().hex
    body = b""
    for field, value in target["fields"].items():
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
    body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'.encode()
    body += content + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(target["url"], body, headers)) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_forms_of_browsers(name):
    bucket_of(name)
    for version in ["s3", "s3v4"]:
        signer = boto3.client("s3", config=Config(signature_version=version))
        target = signer.generate_presigned_post(
            name,
            f"{version}/${{filename}}",
            Fields={"success_action_status": "201", "x-amz-meta-colour": "red"},
            Conditions=[{"success_action_status": "201"}, ["starts-with", "$x-amz-meta-colour", "r"]],
        )
        status, body = post(target, b"z" * 300_000)
        assert status == 201 and f"<Key>{version}/file.txt</Key>" in body, body
        head = s3.head_object(Bucket=name, Key=f"{version}/file.txt")
        assert (head["ContentLength"], head["Metadata"]) == (300_000, {"colour": "red"})
        target["fields"]["acl"] = "private"
        status, body = post(target, b"x")
        assert status == 403 and "Extra input fields: acl" in body, body
        sized = signer.generate_presigned_post(name, "k", Conditions=[["content-length-range", 2, 3]])
        assert "EntityTooSmall" in post(sized, b"x")[1]
        assert "EntityTooLarge" in post(sized, b"xxxx")[1]
        assert post(sized, b"xxx")[0] == 204
        assert "Policy expired" in post(signer.generate_presigned_post(name, "k", ExpiresIn=-10), b"x")[1]
    status, body = post({"url": target["url"], "fields": {"key": "k"}}, b"x")
    assert status == 403 and "AccessDenied" in body


def test_conditions_of_writes(name):
    bucket_of(name)
    first = s3.put_object(Bucket=name, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    response = fails("PreconditionFailed", s3.put_object, Bucket=name, Key="k", Body=b"2", IfNoneMatch="*")
    assert response["Error"]["Condition"] == "If-None-Match"
    second = s3.put_object(Bucket=name, Key="k", Body=b"2", IfMatch=first)["ETag"]
    response = fails("PreconditionFailed", s3.put_object, Bucket=name, Key="k", Body=b"3", IfMatch=first)
    assert response["Error"]["Condition"] == "If-Match"
    fails("NoSuchKey", s3.put_object, Bucket=name, Key="missing", Body=b"3", IfMatch=first)
    fails("PreconditionFailed", s3.copy_object, Bucket=name, Key="copy", CopySource=f"{name}/k", CopySourceIfMatch=first)
    fails("PreconditionFailed", s3.delete_object, Bucket=name, Key="k", IfMatch=first)
    upload = s3.create_multipart_upload(Bucket=name, Key="k")["UploadId"]
    part = s3.upload_part(Bucket=name, Key="k", UploadId=upload, PartNumber=1, Body=b"4")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": part}]}
    complete = {"Bucket": name, "Key": "k", "UploadId": upload, "MultipartUpload": parts}
    fails("PreconditionFailed", s3.complete_multipart_upload, **complete, IfNoneMatch="*")
    s3.complete_multipart_upload(**complete, IfMatch=second)
    etag = s3.head_object(Bucket=name, Key="k")["ETag"]
    s3.delete_object(Bucket=name, Key="k", IfMatch=etag)
    fails("404", s3.head_object, Bucket=name, Key="k")


def test_attributes_of_parts(name):
    bucket_of(name)
    upload = s3.create_multipart_upload(Bucket=name, Key="k", ChecksumAlgorithm="SHA256")["UploadId"]
    parts = []
    for number in range(1, 4):
        body = bytes([number]) * (5 * MEBIBYTE if number < 3 else 10)
        sent = s3.upload_part(
            Bucket=name, Key="k", UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256"
        )
        assert sent["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(body).digest()).decode()
        parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": sent["ChecksumSHA256"]})
    listed = s3.list_parts(Bucket=name, Key="k", UploadId=upload, MaxParts=2)
    assert (listed["IsTruncated"], listed["NextPartNumberMarker"]) == (True, 2)
    rest = s3.list_parts(Bucket=name, Key="k", UploadId=upload, PartNumberMarker=2)
    assert [each["PartNumber"] for each in rest["Parts"]] == [3]
    s3.complete_multipart_upload(Bucket=name, Key="k", UploadId=upload, MultipartUpload={"Parts": parts})
    wanted = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
    told = s3.get_object_attributes(Bucket=name, Key="k", ObjectAttributes=wanted, MaxParts=2)
    assert told["ObjectSize"] == 10 * MEBIBYTE + 10 and told["StorageClass"] == "STANDARD"
    assert told["Checksum"]["ChecksumType"] == "COMPOSITE"
    found = told["ObjectParts"]
    assert (found["TotalPartsCount"], found["IsTruncated"], found["NextPartNumberMarker"]) == (3, True, 2)
    assert [each["Size"] for each in found["Parts"]] == [5 * MEBIBYTE] * 2
    second = s3.get_object(Bucket=name, Key="k", PartNumber=2, ChecksumMode="ENABLED")
    assert second["Body"].read() == bytes([2]) * 5 * MEBIBYTE and second["PartsCount"] == 3
    fails("InvalidPartNumber", s3.get_object, Bucket=name, Key="k", PartNumber=4)


def test_limits(name):
    bucket_of(name)
    key = "ä" * 512
    s3.put_object(Bucket=name, Key=key, Body=b"x")
    assert s3.list_objects_v2(Bucket=name)["Contents"][0]["Key"] == key
    response = fails("MetadataTooLarge", s3.put_object, Bucket=name, Key="k", Metadata={"m": "x" * 2048})
    assert (response["Error"]["Size"], response["Error"]["MaxSizeAllowed"]) == ("2049", "2048")
    fails("InvalidDigest", s3.put_object, Bucket=name, Key="k", Body=b"x", ContentMD5="AAAA")
    fails("MalformedXML", s3.delete_objects, Bucket=name, Delete={"Objects": [{"Key": str(at)} for at in range(1001)]})
    upload = s3.create_multipart_upload(Bucket=name, Key="k")["UploadId"]
    fails("InvalidArgument", s3.upload_part, Bucket=name, Key="k", UploadId=upload, PartNumber=10_001, Body=b"x")
    sent = [
        s3.upload_part(Bucket=name, Key="k", UploadId=upload, PartNumber=at, Body=b"x")["ETag"] for at in (1, 2)
    ]
    parts = [{"PartNumber": at + 1, "ETag": etag} for at, etag in enumerate(sent)]
    complete = {"Bucket": name, "Key": "k", "UploadId": upload}
    response = fails("EntityTooSmall", s3.complete_multipart_upload, **complete, MultipartUpload={"Parts": parts})
    assert response["Error"]["MinSizeAllowed"] == str(5 * MEBIBYTE)
    fails("InvalidPartOrder", s3.complete_multipart_upload, **complete, MultipartUpload={"Parts": parts[::-1]})
    wrong = [{"PartNumber": 1, "ETag": sent[0]}, {"PartNumber": 3, "ETag": sent[1]}]
    fails("InvalidPart", s3.complete_multipart_upload, **complete, MultipartUpload={"Parts": wrong})
    fails("NotImplemented", s3.rename_object, Bucket=name, Key="new", RenameSource=f"{name}/k")
