"""SNS through boto3: topics, deliveries, the HTTP handshake, errors."""

import base64
import http.server
import json
import queue
import threading
import time
import urllib.request

import boto3
from botocore.exceptions import ClientError

sns = boto3.client("sns")
sqs = boto3.client("sqs")


def fails(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{code} was expected")


def new_queue(name, **attributes):
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def receive(url, count=1):
    messages = []
    deadline = time.time() + 10
    while len(messages) < count and time.time() < deadline:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2, AttributeNames=["All"],
                                     MessageAttributeNames=["All"])
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            messages.append(message)
    assert len(messages) == count, messages
    return messages


def test_publish_to_a_queue_verified_by_another_library(name):
    topic = sns.create_topic(Name=name)["TopicArn"]
    url, arn = new_queue(name)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    attributes = {"n": {"DataType": "Number", "StringValue": "1"}, "b": {"DataType": "Binary", "BinaryValue": b"\x00"}}
    sent = sns.publish(TopicArn=topic, Message="héllo ✓", Subject="s", MessageAttributes=attributes)
    envelope = json.loads(receive(url)[0]["Body"])
    assert envelope["MessageId"] == sent["MessageId"]
    assert envelope["Message"] == "héllo ✓"
    assert envelope["MessageAttributes"] == {"n": {"Type": "Number", "Value": "1"}, "b": {"Type": "Binary", "Value": "AA=="}}
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding
    except ImportError:
        return
    with urllib.request.urlopen(envelope["SigningCertURL"]) as response:
        certificate = x509.load_pem_x509_certificate(response.read())
    fields = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    text = "".join(f"{field}\n{envelope[field]}\n" for field in fields)
    certificate.public_key().verify(base64.b64decode(envelope["Signature"]), text.encode(), padding.PKCS1v15(), hashes.SHA1())


def test_fifo_keeps_order_and_drops_duplicates(name):
    topic = sns.create_topic(Name=f"{name}.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    url, arn = new_queue(f"{name}.fifo", FifoQueue="true")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    for at in range(5):
        for _ in range(2):
            sns.publish(TopicArn=topic, Message=str(at), MessageGroupId="g", MessageDeduplicationId=f"d{at}")
    assert [message["Body"] for message in receive(url, 5)] == ["0", "1", "2", "3", "4"]


def test_filter_policy(name):
    topic = sns.create_topic(Name=name)["TopicArn"]
    url, arn = new_queue(name)
    policy = {"FilterPolicy": json.dumps({"kind": ["a"]}), "FilterPolicyScope": "MessageBody", "RawMessageDelivery": "true"}
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=policy)["SubscriptionArn"]
    shown = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    assert shown["FilterPolicyScope"] == "MessageBody" and shown["PendingConfirmation"] == "false"
    sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[
        {"Id": "1", "Message": '{"kind": "b"}'}, {"Id": "2", "Message": '{"kind": "a"}'}])
    assert receive(url)[0]["Body"] == '{"kind": "a"}'


def test_http_endpoint_confirms_and_hears(name):
    heard = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.put((self.headers, json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        topic = sns.create_topic(Name=name, Attributes={"SignatureVersion": "2"})["TopicArn"]
        endpoint = f"http://127.0.0.1:{server.server_port}/in"
        answer = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint)
        assert answer["SubscriptionArn"] == "pending confirmation"
        headers, asked = heard.get(timeout=10)
        assert headers["x-amz-sns-message-type"] == "SubscriptionConfirmation"
        with urllib.request.urlopen(asked["SubscribeURL"]) as response:
            assert b"<ConfirmSubscriptionResult>" in response.read()
        sns.publish(TopicArn=topic, Message="m")
        headers, envelope = heard.get(timeout=10)
        assert headers["x-amz-sns-message-type"] == "Notification"
        assert envelope["Message"] == "m" and envelope["SignatureVersion"] == "2"
        urllib.request.urlopen(envelope["UnsubscribeURL"]).read()
        _, goodbye = heard.get(timeout=10)
        assert goodbye["Type"] == "UnsubscribeConfirmation"
        assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
    finally:
        server.shutdown()


def test_outbox_has_mail_and_text_messages(name):
    endpoint = sns.meta.endpoint_url
    number = "+1555" + str(abs(hash(name)) % 10**7).zfill(7)
    sns.publish(PhoneNumber=number, Message="code 1")
    with urllib.request.urlopen(f"{endpoint}/_cumulet/sns/messages?to=%2B{number[1:]}") as response:
        (message,) = json.load(response)["messages"]
    assert message["body"] == "code 1" and message["protocol"] == "sms"


def test_a_queue_policy_decides_whose_topics_get_in(name):
    url, arn = new_queue(name)
    _, dead = new_queue(f"{name}-dead")
    topics = [sns.create_topic(Name=f"{name}-{which}")["TopicArn"] for which in ("in", "out")]
    policy = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topics[0]}}}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    for topic in topics:
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={
            "RawMessageDelivery": "true", "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead})})
        sns.publish(TopicArn=topic, Message=topic)
    assert [message["Body"] for message in receive(url)] == topics[:1]
    assert [message["Body"] for message in receive(url + "-dead")] == topics[1:]


def test_data_protection(name):
    topic = sns.create_topic(Name=name)["TopicArn"]
    url, arn = new_queue(name)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})

    def statement(identifier, direction, operation):
        return {"DataDirection": direction, "Principal": ["*"], "Operation": operation,
                "DataIdentifier": [f"arn:aws:dataprotection::aws:data-identifier/{identifier}"]}

    policy = {"Name": "p", "Version": "2021-06-01", "Statement": [
        statement("CreditCardNumber", "Inbound", {"Deny": {}}),
        statement("EmailAddress", "Outbound", {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "*"}}})]}
    sns.put_data_protection_policy(ResourceArn=topic, DataProtectionPolicy=json.dumps(policy))
    fails("AuthorizationError", sns.publish, TopicArn=topic, Message="card 4539894458086459")
    sns.publish(TopicArn=topic, Message="from a@b.co")
    assert receive(url)[0]["Body"] == "from ******"


def test_errors_have_the_codes_of_the_model(name):
    missing = sns.create_topic(Name=name)["TopicArn"] + "x"
    error = fails("NotFound", sns.publish, TopicArn=missing, Message="m")
    assert error["Error"]["Message"] == "Topic does not exist" and error["ResponseMetadata"]["HTTPStatusCode"] == 404
    fails("InvalidParameter", sns.create_topic, Name="a b")
    fails("ParameterValueInvalid", sns.publish, TopicArn=missing[:-1], Message="m",
          MessageAttributes={"n": {"DataType": "Number", "StringValue": "x"}})
    fails("ResourceNotFound", sns.list_tags_for_resource, ResourceArn=missing)


def test_pages(name):
    for at in range(101):
        sns.create_topic(Name=f"{name}-{at}")
    topics = [each["TopicArn"] for page in sns.get_paginator("list_topics").paginate() for each in page["Topics"]]
    assert len([arn for arn in topics if f":{name}-" in arn]) == 101
    assert len(topics) == len(set(topics))
