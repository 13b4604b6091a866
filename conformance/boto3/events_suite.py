"""EventBridge and Scheduler through boto3: rules into queues, patterns that AWS
refuses, archives, schedules that fire on the running clock."""

import datetime
import json
import time

import boto3
from botocore.exceptions import ClientError

events = boto3.client("events")
scheduler = boto3.client("scheduler")
sqs = boto3.client("sqs")


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} was expected")


def queue(name):
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, attributes["Attributes"]["QueueArn"]


def bodies(url, count, seconds=10):
    found = []
    until = time.time() + seconds
    while len(found) < count and time.time() < until:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        found += [message["Body"] for message in answer.get("Messages", [])]
    assert len(found) == count, found
    return found


def test_a_rule_of_a_bus_sends_what_matches_to_its_queue(name):
    url, arn = queue(name)
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    pattern = {"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}], "city": [{"prefix": "B"}]}}
    events.put_rule(Name=name, EventBusName=name, EventPattern=json.dumps(pattern))
    transformer = {"InputPathsMap": {"total": "$.detail.total"}, "InputTemplate": '{"total": <total>, "rule": <aws.events.rule-name>}'}
    target = {"Id": "t", "Arn": arn, "InputTransformer": transformer}
    assert events.put_targets(Rule=name, EventBusName=name, Targets=[target])["FailedEntryCount"] == 0
    entries = [
        {"Source": "shop", "DetailType": "Sold", "EventBusName": bus, "Detail": json.dumps(detail), "Time": datetime.datetime.now()}
        for detail in [{"total": 5, "city": "Berlin"}, {"total": 12, "city": "Bonn"}, {"total": 20, "city": "Rom"}]
    ]
    answer = events.put_events(Entries=entries + [{"Source": "shop", "DetailType": "x", "Detail": "no"}])
    assert answer["FailedEntryCount"] == 1 and answer["Entries"][3]["ErrorCode"] == "MalformedDetail", answer
    assert [json.loads(body) for body in bodies(url, 1)] == [{"total": 12, "rule": name}]
    assert fails("ValidationException", events.delete_rule, Name=name, EventBusName=name).startswith("Rule can't be deleted")
    events.remove_targets(Rule=name, EventBusName=name, Ids=["t"])
    events.delete_rule(Name=name, EventBusName=name)
    events.delete_event_bus(Name=name)
    fails("ResourceNotFoundException", events.describe_event_bus, Name=name)


def test_patterns_are_judged_as_aws_does(name):
    event = {"id": "1", "account": "1", "source": "s", "time": "2024-01-01T00:00:00Z", "region": "r", "resources": [], "detail-type": "t"}
    matches = lambda pattern, detail: events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps({**event, "detail": detail}))["Result"]
    assert matches({"detail": {"ip": [{"cidr": "10.0.0.0/8"}]}}, {"ip": "10.1.2.3"})
    assert matches({"$or": [{"source": ["x"]}, {"detail": {"n": [1]}}]}, {"n": 1})
    assert matches({"detail": {"f": [{"anything-but": {"suffix": ".tmp"}}]}}, {"f": "a.txt"})
    assert matches({"detail": {"f": [{"wildcard": "a/*/c"}]}}, {"f": "a/b/c"})
    assert not matches({"detail": {"f": [{"exists": False}]}}, {"f": 1})
    message = fails("InvalidEventPatternException", events.put_rule, Name=name, EventPattern='{"source": "shop"}')
    assert message.startswith('Event pattern is not valid. Reason: "source" must be an object or an array'), message
    fails("ValidationException", events.put_rule, Name=name)
    fails("ValidationException", events.put_rule, Name=name, ScheduleExpression="rate(1 minutes)")


def test_an_archive_replays(name):
    url, arn = queue(name)
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    archive = events.create_archive(ArchiveName=name, EventSourceArn=bus)["ArchiveArn"]
    events.put_rule(Name=name, EventBusName=name, EventPattern=json.dumps({"source": ["shop"], "replay-name": [{"exists": True}]}))
    events.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "t", "Arn": arn}])
    for at in range(3):
        events.put_events(Entries=[{"Source": "shop", "DetailType": "x", "Detail": json.dumps({"at": at}), "EventBusName": name}])
    now = datetime.datetime.now(datetime.timezone.utc)
    hour = datetime.timedelta(hours=1)
    events.start_replay(ReplayName=name, EventSourceArn=archive, EventStartTime=now - hour, EventEndTime=now + hour, Destination={"Arn": bus})
    found = [json.loads(body) for body in bodies(url, 3)]
    assert {each["replay-name"] for each in found} == {name}
    assert sorted(each["detail"]["at"] for each in found) == [0, 1, 2]
    assert events.describe_archive(ArchiveName=name)["EventCount"] == 3


def test_a_schedule_fires_once_and_is_gone(name):
    url, arn = queue(name)
    group = scheduler.create_schedule_group(Name=name)["ScheduleGroupArn"]
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
    target = {"Arn": arn, "RoleArn": "arn:aws:iam::000000000000:role/scheduler", "Input": "<aws.scheduler.schedule-arn>"}
    made = scheduler.create_schedule(
        Name=name, GroupName=name, ScheduleExpression=at.strftime("at(%Y-%m-%dT%H:%M:%S)"), FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE", Target=target,
    )
    assert bodies(url, 1) == [made["ScheduleArn"]]
    until = time.time() + 5
    while scheduler.list_schedules(GroupName=name)["Schedules"] and time.time() < until:
        time.sleep(0.05)
    assert fails("ResourceNotFoundException", scheduler.get_schedule, Name=name, GroupName=name) == f"Schedule {name} does not exist."
    fails("ValidationException", scheduler.create_schedule, Name=name, ScheduleExpression="often", FlexibleTimeWindow={"Mode": "OFF"}, Target=target)
    scheduler.tag_resource(ResourceArn=group, Tags=[{"Key": "a", "Value": "b"}])
    assert scheduler.list_tags_for_resource(ResourceArn=group)["Tags"] == [{"Key": "a", "Value": "b"}]
    scheduler.delete_schedule_group(Name=name)


def test_a_discovered_schema_binds_to_python(name):
    import io
    import sys
    import tempfile
    import zipfile

    schemas = boto3.client("schemas")
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    discoverer = schemas.create_discoverer(SourceArn=bus)["DiscovererId"]
    detail = {"id": "o1", "placed": "2024-01-01T00:00:00Z", "lines": [{"sku": "a", "count": 2}], "class": "x"}
    events.put_events(Entries=[{"Source": name, "DetailType": "Order Placed", "Detail": json.dumps(detail), "EventBusName": name}])
    where = {"RegistryName": "discovered-schemas", "SchemaName": f"{name}@OrderPlaced"}
    until = time.time() + 10
    while True:
        try:
            assert json.loads(schemas.describe_schema(**where)["Content"])["openapi"] == "3.0.0"
            break
        except schemas.exceptions.NotFoundException:
            assert time.time() < until
            time.sleep(0.05)
    schemas.put_code_binding(**where, Language="Python36")
    schemas.get_waiter("code_binding_exists").wait(**where, Language="Python36", WaiterConfig={"Delay": 1})
    body = schemas.get_code_binding_source(**where, Language="Python36")["Body"].read()
    folder = tempfile.mkdtemp()
    zipfile.ZipFile(io.BytesIO(body)).extractall(folder)
    sys.path.insert(0, folder)
    module = __import__(f"schema.{name}.orderplaced", fromlist=["AWSEvent", "Marshaller"])
    event = {"source": name, "detail-type": "Order Placed", "detail": detail}
    read = module.Marshaller.unmarshall(event, module.AWSEvent)
    assert read.detail.lines[0].sku == "a" and read.detail.placed.year == 2024 and read.detail._class == "x"
    assert module.Marshaller.marshall(read) == event
    schemas.delete_discoverer(DiscovererId=discoverer)
    events.delete_event_bus(Name=name)


def test_a_rule_passes_events_to_another_account_and_region(name):
    there = boto3.Session(aws_access_key_id="111122223333", aws_secret_access_key="x", region_name="us-west-2")
    their_events, their_sqs = there.client("events"), there.client("sqs")
    bus = their_events.create_event_bus(Name=name)["EventBusArn"]
    url = their_sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:us-west-2:111122223333:{name}"
    their_events.put_rule(Name=name, EventBusName=name, EventPattern=json.dumps({"account": ["000000000000"]}))
    their_events.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "t", "Arn": arn}])
    entry = {"Source": name, "DetailType": "t", "Detail": "{}", "EventBusName": bus}
    refused = events.put_events(Entries=[entry])["Entries"][0]
    assert refused["ErrorCode"] == "AccessDeniedException", refused
    their_events.put_permission(EventBusName=name, Action="events:PutEvents", Principal="000000000000", StatementId="s")
    assert events.put_events(Entries=[{**entry, "Detail": '{"by": "hand"}'}])["FailedEntryCount"] == 0
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "t", "Arn": bus, "RoleArn": "arn:aws:iam::000000000000:role/pass"}])
    events.put_events(Entries=[{"Source": name, "DetailType": "t", "Detail": '{"by": "rule"}'}])
    found = []
    until = time.time() + 10
    while len(found) < 2 and time.time() < until:
        answer = their_sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        found += [json.loads(message["Body"]) for message in answer.get("Messages", [])]
    assert sorted(each["detail"]["by"] for each in found) == ["hand", "rule"], found
    by_rule = [each for each in found if each["detail"]["by"] == "rule"][0]
    assert (by_rule["account"], by_rule["region"]) == ("000000000000", "us-east-1"), by_rule


def test_what_cannot_be_delivered_is_a_dead_letter(name):
    url, arn = queue(name)
    rule = events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    gone = arn + "-gone"
    events.put_targets(Rule=name, Targets=[{"Id": "t", "Arn": gone, "DeadLetterConfig": {"Arn": arn}}])
    events.put_events(Entries=[{"Source": name, "DetailType": "t", "Detail": "{}"}])
    messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10, MessageAttributeNames=["All"])["Messages"]
    attributes = {key: value["StringValue"] for key, value in messages[0]["MessageAttributes"].items()}
    assert attributes.pop("ERROR_MESSAGE"), attributes
    assert attributes == {"RULE_ARN": rule, "TARGET_ARN": gone, "ERROR_CODE": "NO_RESOURCE", "RETRY_ATTEMPTS": "0"}, attributes
    assert json.loads(messages[0]["Body"])["source"] == name
