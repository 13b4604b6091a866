"""Who gets into a bucket, and what a bucket does on its own, through boto3."""

import json
import os
import socket
import time
import urllib.error
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

# S3 Control's clients put the account before the host; names below localhost resolve in browsers, not everywhere else.
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *others, **more: resolve("localhost" if str(host).endswith(".localhost") else host, *others, **more)

once = Config(retries={"total_max_attempts": 1})
s3 = boto3.client("s3", config=once)
sqs = boto3.client("sqs", config=once)
control = boto3.client("s3control", config=once)
nobody = boto3.client("s3", config=once.merge(Config(signature_version=UNSIGNED)))
stranger = boto3.client("s3", config=once, aws_access_key_id="222222222222", aws_secret_access_key="x")
ACCOUNT = boto3.client("sts", config=once).get_caller_identity()["Account"]


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def bucket_of(name, *keys, opened=False):
    s3.create_bucket(Bucket=name)
    if opened:
        s3.delete_public_access_block(Bucket=name)
    for key in keys:
        s3.put_object(Bucket=name, Key=key, Body=key.encode())
    return name


def allow(name, action="s3:GetObject", resource="/*", principal="*", **more):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    statement["Resource"] = f"arn:aws:s3:::{name}{resource}"
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def fetch(path, method="GET", **headers):
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + path, method=method, headers=headers)
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, dict(answer.headers), answer.read().decode()


def test_a_public_policy_lets_everybody_in_once_it_is_not_blocked(name):
    bucket_of(name, "k")
    fails("AccessDenied", nobody.get_object, Bucket=name, Key="k")
    fails("AccessDenied", s3.put_bucket_policy, Bucket=name, Policy=allow(name))
    s3.delete_public_access_block(Bucket=name)
    s3.put_bucket_policy(Bucket=name, Policy=allow(name))
    assert nobody.get_object(Bucket=name, Key="k")["Body"].read() == b"k"
    fails("AccessDenied", nobody.list_objects_v2, Bucket=name)
    fails("AccessDenied", nobody.put_object, Bucket=name, Key="x")
    assert fetch(f"/{name}/k")[0] == 200
    block = {"RestrictPublicBuckets": True}
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
    fails("AccessDenied", nobody.get_object, Bucket=name, Key="k")


def test_another_account_gets_in_by_name(name):
    bucket_of(name, "k")
    fails("AccessDenied", stranger.get_object, Bucket=name, Key="k")
    s3.put_bucket_policy(Bucket=name, Policy=allow(name, principal={"AWS": "222222222222"}))
    assert stranger.get_object(Bucket=name, Key="k")["Body"].read() == b"k"
    fails("AccessDenied", stranger.get_object, Bucket=name, Key="missing")
    fails("403", stranger.head_bucket, Bucket=name)


def test_malformed_policies_are_told_apart(name):
    bucket_of(name, opened=True)
    for policy, message in [
        ("no", "Policies must be valid JSON and the first byte must be '{'"),
        (allow(name, resource="-other/*"), "Policy has invalid resource"),
        (allow(name, action="s3:Fetch"), "Policy has invalid action"),
        (allow(name, principal={"AWS": "ann"}), "Invalid principal in policy"),
        (allow(name, action="s3:ListBucket"), "Action does not apply to any resource(s) in statement"),
    ]:
        error = fails("MalformedPolicy", s3.put_bucket_policy, Bucket=name, Policy=policy)
        assert error["Error"]["Message"] == message, error


def test_access_control_lists(name):
    bucket_of(name, opened=True)
    fails("AccessControlListNotSupported", s3.put_object, Bucket=name, Key="k", ACL="public-read")
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=rules)
    s3.put_object(Bucket=name, Key="k", Body=b"k", ACL="public-read")
    assert nobody.get_object(Bucket=name, Key="k")["Body"].read() == b"k"
    grants = s3.get_object_acl(Bucket=name, Key="k")["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL", "READ"]
    s3.put_object_acl(Bucket=name, Key="k", ACL="private")
    fails("AccessDenied", nobody.get_object, Bucket=name, Key="k")
    owner = s3.get_bucket_acl(Bucket=name)["Owner"]
    grant = {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}
    s3.put_bucket_acl(Bucket=name, AccessControlPolicy={"Owner": owner, "Grants": [grant]})
    assert nobody.list_objects_v2(Bucket=name)["KeyCount"] == 1


def test_requester_pays(name):
    bucket_of(name, "k")
    s3.put_bucket_policy(Bucket=name, Policy=allow(name, principal={"AWS": "222222222222"}))
    s3.put_bucket_request_payment(Bucket=name, RequestPaymentConfiguration={"Payer": "Requester"})
    fails("AccessDenied", stranger.get_object, Bucket=name, Key="k")
    assert stranger.get_object(Bucket=name, Key="k", RequestPayer="requester")["RequestCharged"] == "requester"
    assert "RequestCharged" not in s3.get_object(Bucket=name, Key="k")


def test_cors(name):
    bucket_of(name, "k")
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://*.example.com"], "AllowedHeaders": ["x-*"], "MaxAgeSeconds": 60}
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})
    assert s3.get_bucket_cors(Bucket=name)["CORSRules"] == [rule]
    asking = {"Origin": "https://a.example.com", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "X-One"}
    status, headers, _ = fetch(f"/{name}/k", "OPTIONS", **asking)
    assert (status, headers["access-control-allow-origin"]) == (200, "https://a.example.com"), headers
    assert headers["access-control-allow-headers"] == "x-one"
    status, _, text = fetch(f"/{name}/k", "OPTIONS", **{**asking, "Access-Control-Request-Method": "PUT"})
    assert status == 403 and "<Code>AccessForbidden</Code>" in text, text
    s3.delete_bucket_cors(Bucket=name)
    fails("NoSuchCORSConfiguration", s3.get_bucket_cors, Bucket=name)


def test_website(name):
    bucket_of(name, "index.html", "docs/index.html", "error.html", opened=True)
    s3.put_bucket_policy(Bucket=name, Policy=allow(name))
    website = {
        "IndexDocument": {"Suffix": "index.html"},
        "ErrorDocument": {"Key": "error.html"},
        "RoutingRules": [{"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "docs/"}}],
    }
    s3.put_bucket_website(Bucket=name, WebsiteConfiguration=website)
    found = s3.get_bucket_website(Bucket=name)
    assert {key: found[key] for key in website} == website
    host = {"Host": f"{name}.s3-website-us-east-1.localhost"}
    assert fetch("/", **host)[2] == "index.html"
    assert fetch("/docs", **host)[2] == "docs/index.html"  # urllib follows
    assert fetch(f"/_s3-website/{name}/docs/")[2] == "docs/index.html"
    status, headers, text = fetch("/none", **host)
    assert (status, text, headers["x-amz-error-code"]) == (403, "error.html", "AccessDenied")
    fails("InvalidArgument", s3.put_bucket_website, Bucket=name, WebsiteConfiguration={"IndexDocument": {"Suffix": "a/b"}})


def test_notifications(name):
    bucket_of(name)
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    rules = [{"Name": "prefix", "Value": "in/"}]
    queue = {"Id": "mine", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": rules}}}
    configuration = {"QueueConfigurations": [queue]}
    put = s3.put_bucket_notification_configuration
    error = fails("InvalidArgument", put, Bucket=name, NotificationConfiguration=configuration)
    assert error["Error"]["Message"] == "Unable to validate the following destination configurations"
    condition = {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{name}"}}
    statement = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn, "Condition": condition}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    put(Bucket=name, NotificationConfiguration=configuration)
    assert s3.get_bucket_notification_configuration(Bucket=name)["QueueConfigurations"] == [queue]
    s3.put_object(Bucket=name, Key="in/a b", Body=b"1")
    s3.put_object(Bucket=name, Key="out/a", Body=b"1")
    bodies = []
    deadline = time.monotonic() + 10
    while len(bodies) < 2 and time.monotonic() < deadline:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2).get("Messages", [])
        bodies += [json.loads(message["Body"]) for message in messages]
    assert [body["Event"] for body in bodies if "Event" in body] == ["s3:TestEvent"]
    [record] = [record for body in bodies for record in body.get("Records", [])]
    assert (record["eventName"], record["s3"]["object"]["key"]) == ("ObjectCreated:Put", "in/a+b")


def test_lifecycle(name):
    bucket_of(name)
    fails("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration, Bucket=name)
    rules = [
        {
            "ID": "logs",
            "Status": "Enabled",
            "Filter": {"And": {"Prefix": "logs/", "Tags": [{"Key": "a", "Value": "b"}]}},
            "Expiration": {"Days": 365},
            "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
            "NoncurrentVersionExpiration": {"NoncurrentDays": 7, "NewerNoncurrentVersions": 2},
        },
        {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3}},
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"] == rules
    s3.put_object(Bucket=name, Key="k")
    assert 'rule-id="all"' in s3.head_object(Bucket=name, Key="k")["Expiration"]
    s3.delete_bucket_lifecycle(Bucket=name)
    fails("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration, Bucket=name)


def test_replication(name):
    target = f"{name}-replica"
    for bucket in (bucket_of(name), bucket_of(target)):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    fails("ReplicationConfigurationNotFoundError", s3.get_bucket_replication, Bucket=name)
    rule = {
        "ID": "r",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{target}"},
    }
    configuration = {"Role": f"arn:aws:iam::{ACCOUNT}:role/r", "Rules": [rule]}
    s3.put_bucket_replication(Bucket=name, ReplicationConfiguration=configuration)
    assert s3.get_bucket_replication(Bucket=name)["ReplicationConfiguration"] == configuration
    version = s3.put_object(Bucket=name, Key="k", Body=b"body")["VersionId"]
    deadline = time.monotonic() + 10
    while s3.head_object(Bucket=name, Key="k")["ReplicationStatus"] == "PENDING" and time.monotonic() < deadline:
        time.sleep(0.05)
    replica = s3.get_object(Bucket=target, Key="k")
    assert (replica["VersionId"], replica["ReplicationStatus"], replica["Body"].read()) == (version, "REPLICA", b"body")


def test_settings_with_ids(name):
    bucket_of(name)
    metrics = {"Id": "m", "Filter": {"Prefix": "a/"}}
    s3.put_bucket_metrics_configuration(Bucket=name, Id="m", MetricsConfiguration=metrics)
    assert s3.list_bucket_metrics_configurations(Bucket=name)["MetricsConfigurationList"] == [metrics]
    tiering = {"Id": "t", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
    s3.put_bucket_intelligent_tiering_configuration(Bucket=name, Id="t", IntelligentTieringConfiguration=tiering)
    found = s3.get_bucket_intelligent_tiering_configuration(Bucket=name, Id="t")
    assert found["IntelligentTieringConfiguration"] == tiering
    analytics = {"Id": "a", "StorageClassAnalysis": {}}
    s3.put_bucket_analytics_configuration(Bucket=name, Id="a", AnalyticsConfiguration=analytics)
    assert s3.get_bucket_analytics_configuration(Bucket=name, Id="a")["AnalyticsConfiguration"]["Id"] == "a"
    inventory = {
        "Id": "i",
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{name}", "Format": "CSV"}},
        "OptionalFields": ["Size"],
    }
    s3.put_bucket_inventory_configuration(Bucket=name, Id="i", InventoryConfiguration=inventory)
    assert s3.get_bucket_inventory_configuration(Bucket=name, Id="i")["InventoryConfiguration"] == inventory
    s3.delete_bucket_metrics_configuration(Bucket=name, Id="m")
    fails("NoSuchConfiguration", s3.get_bucket_metrics_configuration, Bucket=name, Id="m")
    s3.put_bucket_accelerate_configuration(Bucket=name, AccelerateConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_accelerate_configuration(Bucket=name)["Status"] == "Enabled"
    logging = {"TargetBucket": name, "TargetPrefix": "logs/"}
    s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": logging})
    assert s3.get_bucket_logging(Bucket=name)["LoggingEnabled"] == logging


def test_access_points(name):
    bucket_of(name, "k")
    made = control.create_access_point(AccountId=ACCOUNT, Name=name, Bucket=name)
    assert made["AccessPointArn"] == f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/{name}"
    assert s3.get_object(Bucket=made["Alias"], Key="k")["Body"].read() == b"k"
    status, _, _ = fetch("/k", Host=f"{name}-{ACCOUNT}.s3-accesspoint.us-east-1.localhost")
    assert status == 403
    shown = control.get_access_point(AccountId=ACCOUNT, Name=name)
    assert (shown["Bucket"], shown["NetworkOrigin"]) == (name, "Internet")
    fails("NoSuchAccessPointPolicy", control.get_access_point_policy, AccountId=ACCOUNT, Name=name)
    assert control.list_access_points(AccountId=ACCOUNT, Bucket=name)["AccessPointList"][0]["Name"] == name
    control.delete_access_point(AccountId=ACCOUNT, Name=name)
    fails("NoSuchAccessPoint", control.get_access_point, AccountId=ACCOUNT, Name=name)
    fails("NoSuchPublicAccessBlockConfiguration", control.get_public_access_block, AccountId=ACCOUNT)
