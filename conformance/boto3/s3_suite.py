"""S3 through boto3, which checks checksums and entity tags itself, follows
region redirects and cuts large files into parts."""

import base64
import hashlib
import io
import json
import os
import urllib.error
import urllib.request
import zlib

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

# boto3 tries a BadDigest again and again, waiting in between.
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


def bucket_of(name, *keys, versioning=False, **parameters):
    s3.create_bucket(Bucket=name, **parameters)
    if versioning:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for key in keys:
        s3.put_object(Bucket=name, Key=key, Body=key.encode())
    return name


def body(bucket, key, **parameters):
    return s3.get_object(Bucket=bucket, Key=key, **parameters)["Body"].read()


def keys(page):
    return [each["Key"] for each in page.get("Contents", [])]


def prefixes(page):
    return [each["Prefix"] for each in page.get("CommonPrefixes", [])]


def test_bucket_lives_and_dies(name):
    bucket_of(name)
    assert s3.head_bucket(Bucket=name)["BucketRegion"] == "us-east-1"
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] is None
    assert name in [each["Name"] for each in s3.list_buckets()["Buckets"]]
    s3.create_bucket(Bucket=name)
    s3.delete_bucket(Bucket=name)
    fails("404", s3.head_bucket, Bucket=name)
    response = fails("NoSuchBucket", s3.list_objects_v2, Bucket=name)
    assert response["Error"]["BucketName"] == name
    fails("NoSuchBucket", s3.delete_bucket, Bucket=name)


def test_bucket_names_are_checked(name):
    for bad in ["Upper", "a_b", "192.168.0.1", "end-", "two..dots", "xn--a", f"{name}-s3alias"]:
        fails("InvalidBucketName", s3.create_bucket, Bucket=bad)


def test_bucket_belongs_to_one_region_and_one_account(name):
    frankfurt = boto3.client("s3", region_name="eu-central-1")
    fails("IllegalLocationConstraintException", frankfurt.create_bucket, Bucket=name)
    there = {"LocationConstraint": "eu-central-1"}
    frankfurt.create_bucket(Bucket=name, CreateBucketConfiguration=there)
    fails("BucketAlreadyOwnedByYou", frankfurt.create_bucket, Bucket=name, CreateBucketConfiguration=there)
    other = boto3.client("s3", aws_access_key_id="111111111111", aws_secret_access_key="x")
    fails("BucketAlreadyExists", other.create_bucket, Bucket=name)
    # A client of another region is sent to the right one, and goes.
    s3.put_object(Bucket=name, Key="k", Body=b"far")
    assert body(name, "k") == b"far"
    assert frankfurt.get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-central-1"


def test_object_comes_back_as_it_was_put(name):
    bucket_of(name)
    content = os.urandom(100_000)
    put = s3.put_object(
        Bucket=name,
        Key="dir/päth +%&?.bin",
        Body=content,
        ContentType="image/x-noise",
        CacheControl="no-cache",
        ContentDisposition='attachment; filename="x"',
        ContentEncoding="identity",
        ContentLanguage="de",
        Metadata={"colour": "red", "empty": ""},
        Tagging="a=1&b=two%20words",
        StorageClass="STANDARD_IA",
    )
    assert put["ETag"] == f'"{hashlib.md5(content).hexdigest()}"'
    got = s3.get_object(Bucket=name, Key="dir/päth +%&?.bin", ChecksumMode="ENABLED")
    assert got["Body"].read() == content
    assert got["ContentType"] == "image/x-noise"
    assert got["Metadata"] == {"colour": "red", "empty": ""}
    assert (got["CacheControl"], got["ContentLanguage"], got["StorageClass"]) == ("no-cache", "de", "STANDARD_IA")
    assert got["TagCount"] == 2
    crc = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()
    assert got["ChecksumCRC32"] == put["ChecksumCRC32"] == crc
    head = s3.head_object(Bucket=name, Key="dir/päth +%&?.bin")
    assert head["ContentLength"] == len(content) and head["LastModified"] == got["LastModified"]
    override = s3.get_object(Bucket=name, Key="dir/päth +%&?.bin", ResponseContentType="text/x")
    assert override["ContentType"] == "text/x"


def test_empty_object(name):
    bucket_of(name)
    s3.put_object(Bucket=name, Key="empty")
    head = s3.head_object(Bucket=name, Key="empty")
    assert head["ContentLength"] == 0 and head["ContentType"] == "binary/octet-stream"
    assert body(name, "empty") == b""
    fails("InvalidRange", s3.get_object, Bucket=name, Key="empty", Range="bytes=0-0")


def test_missing_keys(name):
    bucket_of(name)
    assert fails("NoSuchKey", s3.get_object, Bucket=name, Key="k")["Error"]["Key"] == "k"
    fails("404", s3.head_object, Bucket=name, Key="k")
    s3.delete_object(Bucket=name, Key="k")
    fails("KeyTooLongError", s3.put_object, Bucket=name, Key="ä" * 513)


def test_ranges(name):
    bucket_of(name)
    s3.put_object(Bucket=name, Key="k", Body=b"0123456789")
    for asked, expected, told in [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=5-99", b"56789", "bytes 5-9/10"),
    ]:
        got = s3.get_object(Bucket=name, Key="k", Range=asked)
        assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert (got["Body"].read(), got["ContentRange"]) == (expected, told)
    whole = s3.get_object(Bucket=name, Key="k", Range="lines=1-2")
    assert whole["ResponseMetadata"]["HTTPStatusCode"] == 200 and whole["ContentLength"] == 10
    response = fails("InvalidRange", s3.get_object, Bucket=name, Key="k", Range="bytes=10-")
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 416


def test_conditional_reads(name):
    bucket_of(name)
    tag = s3.put_object(Bucket=name, Key="k", Body=b"x")["ETag"]
    modified = s3.head_object(Bucket=name, Key="k")["LastModified"]
    fails("304", s3.get_object, Bucket=name, Key="k", IfNoneMatch=tag)
    fails("304", s3.head_object, Bucket=name, Key="k", IfModifiedSince=modified)
    fails("PreconditionFailed", s3.get_object, Bucket=name, Key="k", IfMatch='"other"')
    assert body(name, "k", IfMatch=tag, IfUnmodifiedSince="2001-01-01") == b"x"
    fails("PreconditionFailed", s3.get_object, Bucket=name, Key="k", IfUnmodifiedSince="2001-01-01")


def test_conditional_writes(name):
    bucket_of(name)
    tag = s3.put_object(Bucket=name, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    fails("PreconditionFailed", s3.put_object, Bucket=name, Key="k", Body=b"2", IfNoneMatch="*")
    fails("PreconditionFailed", s3.put_object, Bucket=name, Key="k", Body=b"2", IfMatch='"other"')
    fails("NoSuchKey", s3.put_object, Bucket=name, Key="none", Body=b"2", IfMatch=tag)
    s3.put_object(Bucket=name, Key="k", Body=b"2", IfMatch=tag)
    fails("PreconditionFailed", s3.delete_object, Bucket=name, Key="k", IfMatch=tag)
    assert body(name, "k") == b"2"


def test_checksums_are_computed_and_verified(name):
    bucket_of(name)
    for algorithm, known in [
        ("CRC32", "y/Q5Jg=="),
        ("CRC32C", "4waSgw=="),
        ("CRC64NVME", "rosUhgp5mIg="),
        ("SHA1", base64.b64encode(hashlib.sha1(b"123456789").digest()).decode()),
        ("SHA256", base64.b64encode(hashlib.sha256(b"123456789").digest()).decode()),
    ]:
        member = f"Checksum{algorithm}"
        put = s3.put_object(Bucket=name, Key=algorithm, Body=b"123456789", **{member: known})
        assert (put[member], put["ChecksumType"]) == (known, "FULL_OBJECT")
        got = s3.head_object(Bucket=name, Key=algorithm, ChecksumMode="ENABLED")
        assert got[member] == known
        wrong = {member: base64.b64encode(b"\x01" * len(base64.b64decode(known))).decode()}
        fails("BadDigest", s3.put_object, Bucket=name, Key="bad", Body=b"123456789", **wrong)
    fails("InvalidRequest", s3.put_object, Bucket=name, Key="bad", Body=b"1", ChecksumCRC32="xx")
    quiet = boto3.client("s3", config=once.merge(Config(request_checksum_calculation="when_required")))
    assert quiet.put_object(Bucket=name, Key="none", Body=b"123456789")["ChecksumCRC64NVME"] == "rosUhgp5mIg="
    fails("BadDigest", quiet.put_object, Bucket=name, Key="bad", Body=b"1",
          ContentMD5=base64.b64encode(hashlib.md5(b"2").digest()).decode())
    fails("InvalidDigest", quiet.put_object, Bucket=name, Key="bad", Body=b"1", ContentMD5="short")
    fails("404", s3.head_object, Bucket=name, Key="bad")


def test_lists_are_in_order_of_bytes_and_grouped(name):
    names = ["a", "a/b", "a/c/d", "a/c/e", "b", "z", "é", "\U00010000", "\uffee"]
    bucket_of(name, *names)
    assert keys(s3.list_objects_v2(Bucket=name)) == sorted(names, key=lambda each: each.encode())
    page = s3.list_objects_v2(Bucket=name, Delimiter="/")
    assert (prefixes(page), "a/b" in keys(page)) == (["a/"], False)
    page = s3.list_objects_v2(Bucket=name, Prefix="a/", Delimiter="/")
    assert (keys(page), prefixes(page), page["KeyCount"]) == (["a/b"], ["a/c/"], 2)
    assert keys(s3.list_objects_v2(Bucket=name, StartAfter="a/c/d", MaxKeys=2)) == ["a/c/e", "b"]
    # A common prefix that is not greater than StartAfter does not show.
    assert prefixes(s3.list_objects_v2(Bucket=name, StartAfter="a/c", Delimiter="/")) == []


def test_lists_page_by_page(name):
    names = [f"{folder}/{at:02}" for folder in "abc" for at in range(7)]
    bucket_of(name, *names)
    for size in [1, 2, 5, 21, 1000]:
        pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=name, PaginationConfig={"PageSize": size}))
        assert [key for page in pages for key in keys(page)] == names
        assert all(page["KeyCount"] <= size for page in pages) and len(pages) == max(1, -(-21 // size))
        old = list(s3.get_paginator("list_objects").paginate(Bucket=name, PaginationConfig={"PageSize": size}))
        assert [key for page in old for key in keys(page)] == names
        grouped = s3.get_paginator("list_objects_v2").paginate(
            Bucket=name, Delimiter="/", PaginationConfig={"PageSize": size})
        assert [each for page in grouped for each in prefixes(page)] == ["a/", "b/", "c/"]
    empty = s3.list_objects_v2(Bucket=name, MaxKeys=0)
    assert (empty["KeyCount"], empty["IsTruncated"]) == (0, False)
    fails("InvalidArgument", s3.list_objects_v2, Bucket=name, ContinuationToken="nonsense")


def test_names_that_xml_cannot_carry(name):
    odd = ["line\nbreak", "control\x01", "plus+space and&<>\"'", "tab\t"]
    bucket_of(name, *odd)
    assert sorted(keys(s3.list_objects_v2(Bucket=name))) == sorted(odd)
    deleted = s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "plus+space and&<>\"'"}]})
    assert [each["Key"] for each in deleted["Deleted"]] == ["plus+space and&<>\"'"]


def test_delete_many(name):
    bucket_of(name, "a", "b", "c")
    answer = s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "a"}, {"Key": "nothing"}]})
    assert {each["Key"] for each in answer["Deleted"]} == {"a", "nothing"}
    answer = s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "b"}], "Quiet": True})
    assert "Deleted" not in answer
    answer = s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "c", "VersionId": "nonsense"}]})
    assert [each["Code"] for each in answer["Errors"]] == ["InvalidArgument"]
    assert keys(s3.list_objects_v2(Bucket=name)) == ["c"]
    fails("BucketNotEmpty", s3.delete_bucket, Bucket=name)
    fails("MalformedXML", s3.delete_objects, Bucket=name, Delete={"Objects": [{"Key": "k"}] * 1001})


def test_versions_cover_and_uncover_each_other(name):
    bucket_of(name, versioning=True)
    first = s3.put_object(Bucket=name, Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=name, Key="k", Body=b"2")["VersionId"]
    assert (body(name, "k"), body(name, "k", VersionId=first)) == (b"2", b"1")
    gone = s3.delete_object(Bucket=name, Key="k")
    assert gone["DeleteMarker"] is True
    missing = fails("NoSuchKey", s3.get_object, Bucket=name, Key="k")
    assert missing["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"
    fails("405", s3.head_object, Bucket=name, Key="k", VersionId=gone["VersionId"])
    assert keys(s3.list_objects_v2(Bucket=name)) == []
    page = s3.list_object_versions(Bucket=name)
    assert [(each["VersionId"], each["IsLatest"]) for each in page["Versions"]] == [(second, False), (first, False)]
    assert [(each["VersionId"], each["IsLatest"]) for each in page["DeleteMarkers"]] == [(gone["VersionId"], True)]
    assert s3.delete_object(Bucket=name, Key="k", VersionId=gone["VersionId"])["DeleteMarker"] is True
    assert body(name, "k") == b"2"
    s3.delete_object(Bucket=name, Key="k", VersionId=second)
    assert body(name, "k") == b"1"
    fails("NoSuchVersion", s3.get_object, Bucket=name, Key="k", VersionId=second)
    fails("InvalidArgument", s3.get_object, Bucket=name, Key="k", VersionId="nonsense")
    fails("BucketNotEmpty", s3.delete_bucket, Bucket=name)
    s3.delete_object(Bucket=name, Key="k", VersionId=first)
    s3.delete_bucket(Bucket=name)


def test_suspended_versioning_keeps_one_null_version(name):
    bucket_of(name, "k")
    assert "Status" not in s3.get_bucket_versioning(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=name, Key="k", Body=b"v")["VersionId"]
    assert body(name, "k", VersionId="null") == b"k"
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    assert s3.put_object(Bucket=name, Key="k", Body=b"n")["VersionId"] == "null"
    listed = [each["VersionId"] for each in s3.list_object_versions(Bucket=name)["Versions"]]
    assert listed == ["null", version]
    assert s3.delete_object(Bucket=name, Key="k")["VersionId"] == "null"
    page = s3.list_object_versions(Bucket=name)
    assert [each["VersionId"] for each in page["Versions"]] == [version]
    assert [each["VersionId"] for each in page["DeleteMarkers"]] == ["null"]


def test_versions_page_by_page_while_they_are_deleted(name):
    bucket_of(name, versioning=True)
    for at in range(4):
        for key in ["a", "b/c", "d"]:
            s3.put_object(Bucket=name, Key=key, Body=str(at))
        s3.delete_object(Bucket=name, Key="d")
    paginator = s3.get_paginator("list_object_versions")
    listed = [
        (each["Key"], each["VersionId"])
        for page in paginator.paginate(Bucket=name, PaginationConfig={"PageSize": 3})
        for each in page.get("Versions", []) + page.get("DeleteMarkers", [])
    ]
    assert len(listed) == len(set(listed)) == 16
    deleted = 0
    for page in paginator.paginate(Bucket=name, PaginationConfig={"PageSize": 3}):
        for each in page.get("Versions", []) + page.get("DeleteMarkers", []):
            s3.delete_object(Bucket=name, Key=each["Key"], VersionId=each["VersionId"])
            deleted += 1
    assert deleted == 16
    s3.delete_bucket(Bucket=name)


def test_copy(name):
    bucket_of(name, versioning=True)
    version = s3.put_object(Bucket=name, Key="from äö+", Body=b"x" * 1000, ContentType="text/x",
                            Metadata={"a": "1"}, Tagging="t=1")["VersionId"]
    answer = s3.copy_object(Bucket=name, Key="to", CopySource={"Bucket": name, "Key": "from äö+"})
    assert answer["CopySourceVersionId"] == version
    got = s3.get_object(Bucket=name, Key="to")
    assert (got["Metadata"], got["ContentType"], got["TagCount"]) == ({"a": "1"}, "text/x", 1)
    s3.copy_object(Bucket=name, Key="to", CopySource=f"{name}/to", MetadataDirective="REPLACE", Metadata={"b": "2"})
    assert s3.head_object(Bucket=name, Key="to")["Metadata"] == {"b": "2"}
    fails("InvalidRequest", s3.copy_object, Bucket=name, Key="to", CopySource=f"{name}/to")
    fails("NoSuchKey", s3.copy_object, Bucket=name, Key="to", CopySource=f"{name}/none")
    fails("PreconditionFailed", s3.copy_object, Bucket=name, Key="to", CopySource=f"{name}/to",
          CopySourceIfMatch='"other"')
    s3.put_object(Bucket=name, Key="from äö+", Body=b"new")
    s3.copy_object(Bucket=name, Key="old", CopySource={"Bucket": name, "Key": "from äö+", "VersionId": version})
    assert body(name, "old") == b"x" * 1000


def test_large_file_in_parts(name):
    bucket_of(name)
    content = os.urandom(17 * MEBIBYTE + 5)
    config = TransferConfig(multipart_threshold=8 * MEBIBYTE, multipart_chunksize=8 * MEBIBYTE)
    s3.upload_fileobj(io.BytesIO(content), name, "large", Config=config)
    head = s3.head_object(Bucket=name, Key="large", ChecksumMode="ENABLED")
    digests = [hashlib.md5(content[at:at + 8 * MEBIBYTE]).digest() for at in range(0, len(content), 8 * MEBIBYTE)]
    assert head["ETag"] == f'"{hashlib.md5(b"".join(digests)).hexdigest()}-3"'
    assert head["ChecksumType"] == "FULL_OBJECT" or head["ChecksumCRC32"].endswith("-3")
    received = io.BytesIO()
    s3.download_fileobj(name, "large", received, Config=config)
    assert received.getvalue() == content
    at = 8 * MEBIBYTE - 3
    assert body(name, "large", Range=f"bytes={at}-{at + 9}") == content[at:at + 10]
    part = s3.get_object(Bucket=name, Key="large", PartNumber=3)
    assert part["PartsCount"] == 3 and part["Body"].read() == content[16 * MEBIBYTE:]
    fails("InvalidPartNumber", s3.get_object, Bucket=name, Key="large", PartNumber=4)
    s3.copy({"Bucket": name, "Key": "large"}, name, "copy", Config=config)
    assert body(name, "copy") == content


def test_multipart_step_by_step(name):
    bucket_of(name)
    upload = {"Bucket": name, "Key": "k"}
    upload["UploadId"] = s3.create_multipart_upload(**upload, Metadata={"m": "1"}, ChecksumAlgorithm="SHA256")["UploadId"]
    large, small = os.urandom(5 * MEBIBYTE), b"end"
    first = s3.upload_part(**upload, PartNumber=2, Body=large, ChecksumAlgorithm="SHA256")
    last = s3.upload_part(**upload, PartNumber=5, Body=small, ChecksumAlgorithm="SHA256")
    s3.upload_part(**upload, PartNumber=7, Body=b"unused", ChecksumAlgorithm="SHA256")
    fails("InvalidRequest", s3.upload_part, **upload, PartNumber=9, Body=b"x", ChecksumAlgorithm="CRC32")
    listed = s3.list_parts(**upload, MaxParts=2)
    assert [each["PartNumber"] for each in listed["Parts"]] == [2, 5] and listed["IsTruncated"]
    uploads = s3.list_multipart_uploads(Bucket=name)["Uploads"]
    assert [(each["Key"], each["UploadId"]) for each in uploads] == [("k", upload["UploadId"])]
    fails("NoSuchKey", s3.get_object, Bucket=name, Key="k")

    def parts(*given):
        return {"Parts": [{"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}
                          for number, part in given]}

    complete = s3.complete_multipart_upload
    fails("InvalidPartOrder", complete, **upload, MultipartUpload=parts((5, last), (2, first)))
    fails("InvalidPart", complete, **upload, MultipartUpload=parts((2, last)))
    fails("InvalidPart", complete, **upload, MultipartUpload=parts((3, first)))
    fails("EntityTooSmall", complete, **upload, MultipartUpload=parts((5, last), (7, s3.upload_part(
        **upload, PartNumber=7, Body=b"unused", ChecksumAlgorithm="SHA256"))))
    answer = complete(**upload, MultipartUpload=parts((2, first), (5, last)))
    digests = [hashlib.sha256(piece).digest() for piece in [large, small]]
    composite = base64.b64encode(hashlib.sha256(b"".join(digests)).digest()).decode()
    assert (answer["ChecksumSHA256"], answer["ChecksumType"]) == (f"{composite}-2", "COMPOSITE")
    got = s3.get_object(Bucket=name, Key="k")
    assert got["Body"].read() == large + small and got["Metadata"] == {"m": "1"}
    attributes = s3.get_object_attributes(Bucket=name, Key="k", ObjectAttributes=[
        "ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"])
    assert attributes["ObjectSize"] == 5 * MEBIBYTE + 3 and attributes["ObjectParts"]["TotalPartsCount"] == 2
    assert attributes["ETag"] == answer["ETag"].strip('"')
    fails("NoSuchUpload", s3.list_parts, **upload)


def test_multipart_checksum_of_the_whole(name):
    bucket_of(name)
    upload = {"Bucket": name, "Key": "k"}
    begun = s3.create_multipart_upload(**upload, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    upload["UploadId"] = begun["UploadId"]
    pieces = [os.urandom(5 * MEBIBYTE), os.urandom(1234)]
    sent = [s3.upload_part(**upload, PartNumber=at, Body=piece) for at, piece in enumerate(pieces, 1)]
    whole = base64.b64encode(zlib.crc32(b"".join(pieces)).to_bytes(4, "big")).decode()
    parts = {"Parts": [{"PartNumber": at, "ETag": part["ETag"]} for at, part in enumerate(sent, 1)]}
    fails("BadDigest", s3.complete_multipart_upload, **upload, MultipartUpload=parts, ChecksumCRC32="AAAAAA==")
    answer = s3.complete_multipart_upload(**upload, MultipartUpload=parts, ChecksumCRC32=whole)
    assert (answer["ChecksumCRC32"], answer["ChecksumType"]) == (whole, "FULL_OBJECT")


def test_abandoned_upload_leaves_nothing(name):
    bucket_of(name)
    upload = {"Bucket": name, "Key": "k"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    s3.upload_part(**upload, PartNumber=1, Body=b"x")
    s3.abort_multipart_upload(**upload)
    fails("NoSuchUpload", s3.upload_part, **upload, PartNumber=2, Body=b"x")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=name)
    s3.create_multipart_upload(**{"Bucket": name, "Key": "k"})
    s3.delete_bucket(Bucket=name)


def test_presigned_addresses(name):
    bucket_of(name)
    # Left alone, boto3 signs addresses for us-east-1 with version 2.
    for version in [None, "s3v4"]:
        signer = boto3.client("s3", config=Config(signature_version=version))
        place = {"Bucket": name, "Key": f"a b {version}"}
        put = signer.generate_presigned_url("put_object", Params={**place, "ContentType": "text/x"})
        request = urllib.request.Request(put, data=b"signed", method="PUT", headers={"Content-Type": "text/x"})
        urllib.request.urlopen(request)
        assert s3.head_object(**place)["ContentType"] == "text/x"
        get = signer.generate_presigned_url("get_object", Params={**place, "ResponseContentType": "a/b"})
        answer = urllib.request.urlopen(get)
        assert (answer.read(), answer.headers["Content-Type"]) == (b"signed", "a/b")
    try:
        urllib.request.urlopen(get.split("?")[0])
        raise AssertionError("an unsigned read was served")
    except urllib.error.HTTPError as error:
        assert error.code == 403


def test_tags(name):
    bucket_of(name, "k")
    fails("NoSuchTagSet", s3.get_bucket_tagging, Bucket=name)
    tags = [{"Key": "team", "Value": "ä b"}, {"Key": "cost", "Value": ""}]
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == tags
    s3.delete_bucket_tagging(Bucket=name)
    fails("NoSuchTagSet", s3.get_bucket_tagging, Bucket=name)
    s3.put_object_tagging(Bucket=name, Key="k", Tagging={"TagSet": tags})
    assert s3.get_object_tagging(Bucket=name, Key="k")["TagSet"] == tags
    s3.delete_object_tagging(Bucket=name, Key="k")
    assert s3.get_object_tagging(Bucket=name, Key="k")["TagSet"] == []
    twice = {"TagSet": [{"Key": "a", "Value": "1"}] * 2}
    fails("InvalidTag", s3.put_object_tagging, Bucket=name, Key="k", Tagging=twice)
    many = {"TagSet": [{"Key": str(at), "Value": ""} for at in range(11)]}
    fails("BadRequest", s3.put_object_tagging, Bucket=name, Key="k", Tagging=many)


def test_what_a_new_bucket_says_of_itself(name):
    bucket_of(name)
    for code, call in [
        ("NoSuchBucketPolicy", s3.get_bucket_policy),
        ("NoSuchCORSConfiguration", s3.get_bucket_cors),
        ("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration),
        ("NoSuchWebsiteConfiguration", s3.get_bucket_website),
        ("ReplicationConfigurationNotFoundError", s3.get_bucket_replication),
        ("ObjectLockConfigurationNotFoundError", s3.get_object_lock_configuration),
    ]:
        fails(code, call, Bucket=name)
    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]
    assert encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert s3.get_bucket_request_payment(Bucket=name)["Payer"] == "BucketOwner"
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket=name)
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=name)
    assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())
    controls = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]
    assert controls["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    acl = s3.get_bucket_acl(Bucket=name)
    assert [each["Permission"] for each in acl["Grants"]] == ["FULL_CONTROL"]
    fails("AccessControlListNotSupported", s3.put_bucket_acl, Bucket=name, ACL="public-read")


def test_bucket_policy(name):
    bucket_of(name)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    public = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    fails("AccessDenied", s3.put_bucket_policy, Bucket=name, Policy=public)
    s3.delete_public_access_block(Bucket=name)
    s3.put_bucket_policy(Bucket=name, Policy=public)
    assert s3.get_bucket_policy(Bucket=name)["Policy"] == public
    assert s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"]["IsPublic"] is True
    s3.delete_bucket_policy(Bucket=name)
    fails("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=name)
    fails("MalformedPolicy", s3.put_bucket_policy, Bucket=name, Policy="no")
    elsewhere = public.replace(name, f"{name}-other")
    fails("MalformedPolicy", s3.put_bucket_policy, Bucket=name, Policy=elsewhere)
