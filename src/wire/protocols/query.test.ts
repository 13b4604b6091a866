// The query and ec2 protocols, against the examples of AWS's API references.

import { describe, expect, test } from "vitest";
import { Fault } from "../../core/fault.ts";
import { loadModel } from "../../model/load.ts";
import { ec2 } from "./ec2.ts";
import type { ProtocolCodec } from "./protocol.ts";
import { query } from "./query.ts";
import { testRequest } from "./test-request.ts";

const services = {
  sqs: loadModel("sqs"),
  iam: loadModel("iam"),
  sns: loadModel("sns"),
  ec2: loadModel("ec2"),
  rds: loadModel("rds"),
};
type Name = keyof typeof services;

function operation(service: Name, name: string) {
  const found = services[service].operations.get(name);
  if (found === undefined) throw new Error(name);
  return found;
}

function decode(service: Name, name: string, body: string, inUrl = ""): unknown {
  const codec: ProtocolCodec = service === "ec2" ? ec2 : query;
  const request = testRequest({ body, query: inUrl });
  return codec.decode(services[service], operation(service, name), request, {});
}

function failure(service: Name, name: string, body: string): Fault {
  try {
    decode(service, name, body);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("decoded");
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

describe("decoding", () => {
  test("SQS has its old names: flattened lists and maps", () => {
    const body =
      "Action=SendMessage&QueueUrl=q&MessageBody=a+b%26c&DelaySeconds=0" +
      "&MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType=Binary&MessageAttribute.1.Value.BinaryValue=AQ%3D%3D";
    expect(decode("sqs", "SendMessage", body)).toEqual({
      QueueUrl: "q",
      MessageBody: "a b&c",
      DelaySeconds: 0,
      MessageAttributes: { n: { DataType: "Binary", BinaryValue: Buffer.of(1) } },
    });
    expect(
      decode(
        "sqs",
        "SendMessageBatch",
        "SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.2.Id=b",
      ),
    ).toEqual({ Entries: [{ Id: "a" }, { Id: "b" }] });
    expect(decode("sqs", "CreateQueue", "Attribute.1.Name=DelaySeconds&Attribute.1.Value=5")).toEqual({
      Attributes: { DelaySeconds: "5" },
    });
  });

  test("lists under member or their own name, maps under entry", () => {
    expect(decode("iam", "TagRole", "Tags.member.1.Key=a&Tags.member.1.Value=")).toEqual({
      Tags: [{ Key: "a", Value: "" }],
    });
    expect(decode("sns", "CreateTopic", "Attributes.entry.1.key=k&Attributes.entry.1.value=v")).toEqual({
      Attributes: { k: "v" },
    });
    const filter = "Filters.Filter.1.Name=n&Filters.Filter.1.Values.Value.1=v";
    expect(decode("rds", "DescribeDBInstances", filter)).toEqual({
      Filters: [{ Name: "n", Values: ["v"] }],
    });
  });

  test("parameters come from the URL as well", () => {
    expect(decode("sqs", "SendMessage", "MessageBody=b", "Action=SendMessage&QueueUrl=q")).toEqual({
      QueueUrl: "q",
      MessageBody: "b",
    });
  });

  test("an empty list is sent as an empty parameter", () => {
    expect(decode("iam", "TagRole", "Tags=")).toEqual({ Tags: [] });
  });

  test("lists are read by number, whatever the order and the gaps", () => {
    expect(
      decode("sqs", "GetQueueAttributes", "AttributeName.10=c&AttributeName.2=b&AttributeName.1=a"),
    ).toEqual({ AttributeNames: ["a", "b", "c"] });
    expect(decode("sqs", "GetQueueAttributes", "AttributeName.999999=z")).toEqual({ AttributeNames: ["z"] });
    expect(failure("sqs", "GetQueueAttributes", "AttributeName.99999999999=z").code).toBe("MalformedInput");
  });

  test("a key named __proto__ is a key", () => {
    const input = decode(
      "sqs",
      "CreateQueue",
      "Attribute.1.Name=__proto__&Attribute.1.Value=v&__proto__.x=1",
    );
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    const { Attributes } = input as { Attributes: object };
    expect(Object.entries(Attributes)).toEqual([["__proto__", "v"]]);
  });

  test.each([
    ["sqs", "SendMessage", "DelaySeconds=soon", "MalformedInput"],
    ["sqs", "SendMessage", "QueueUrl.1=x", "MalformedInput"],
    ["sqs", "SendMessage", "QueueUrl=%ZZ", "MalformedInput"],
    ["ec2", "DescribeInstances", "MaxResults=many", "InvalidParameterValue"],
  ] as const)("%s %s of %s is refused", (service, name, body, code) => {
    expect(failure(service, name, body).code).toBe(code);
  });

  test("a parameter nested beyond reason is refused", () => {
    expect(failure("sqs", "SendMessage", `${"a.".repeat(5000)}b=1`).code).toBe("MalformedInput");
  });

  test("EC2's names are its own and its lists are flat", () => {
    const body =
      "InstanceId.1=i-1&InstanceId.2=i-2&Filter.1.Name=tag%3AName&Filter.1.Value.1=x&Filter.1.Value.2=y&DryRun=true";
    expect(decode("ec2", "DescribeInstances", body)).toEqual({
      InstanceIds: ["i-1", "i-2"],
      Filters: [{ Name: "tag:Name", Values: ["x", "y"] }],
      DryRun: true,
    });
  });
});

describe("encoding", () => {
  test("a result within its response, under the service's namespace", () => {
    expect(
      query.encode(services.sqs, operation("sqs", "GetQueueUrl"), { QueueUrl: "http://q" }, "id"),
    ).toEqual({
      status: 200,
      headers: { "content-type": "text/xml", "x-amzn-requestid": "id" },
      body:
        `${declaration}<GetQueueUrlResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><GetQueueUrlResult>` +
        "<QueueUrl>http://q</QueueUrl></GetQueueUrlResult><ResponseMetadata><RequestId>id</RequestId>" +
        "</ResponseMetadata></GetQueueUrlResponse>",
    });
  });

  test("SQS's flattened names stand in responses too", () => {
    const output = { Messages: [{ MessageId: "m", Attributes: { SenderId: "s" } }] };
    const { body } = query.encode(services.sqs, operation("sqs", "ReceiveMessage"), output, "id");
    expect(body).toContain(
      "<ReceiveMessageResult><Message><MessageId>m</MessageId>" +
        "<Attribute><Name>SenderId</Name><Value>s</Value></Attribute></Message></ReceiveMessageResult>",
    );
  });

  test("an operation without output has only its metadata", () => {
    const { body } = query.encode(services.sqs, operation("sqs", "DeleteMessage"), {}, "id");
    expect(body).toBe(
      `${declaration}<DeleteMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ResponseMetadata>` +
        "<RequestId>id</RequestId></ResponseMetadata></DeleteMessageResponse>",
    );
  });

  test("EC2 has its request id first and nothing around its members", () => {
    const output = { KeyPairs: [{ KeyName: "k", CreateTime: 1420070400000 }] };
    expect(ec2.encode(services.ec2, operation("ec2", "DescribeKeyPairs"), output, "id")).toMatchObject({
      headers: { "content-type": "text/xml;charset=UTF-8" },
      body:
        `${declaration}<DescribeKeyPairsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>id</requestId>` +
        "<keySet><item><createTime>2015-01-01T00:00:00.000Z</createTime><keyName>k</keyName></item></keySet>" +
        "</DescribeKeyPairsResponse>",
    });
  });
});

describe("errors", () => {
  test("the query protocol's code is the one of old", () => {
    const fault = new Fault("sqs", "QueueDoesNotExist", "The specified queue does not exist.");
    const response = query.encodeError(services.sqs, undefined, fault, "id", testRequest({}));
    expect(response).toMatchObject({
      status: 400,
      headers: { "content-type": "text/xml", "x-amzn-requestid": "id" },
      body:
        `${declaration}<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type>` +
        "<Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist.</Message>" +
        "<Detail/></Error><RequestId>id</RequestId></ErrorResponse>",
    });
  });

  test("IAM's code is the model's, with the model's status", () => {
    const fault = new Fault("iam", "NoSuchEntityException", "no");
    const response = query.encodeError(
      services.iam,
      operation("iam", "GetRole"),
      fault,
      "id",
      testRequest({}),
    );
    expect(response.status).toBe(404);
    expect(response.body).toContain("<Code>NoSuchEntity</Code>");
    const same = new Fault("iam", "NoSuchEntity", "no");
    expect(
      query.encodeError(services.iam, operation("iam", "GetRole"), same, "id", testRequest({})).body,
    ).toBe(response.body);
  });

  test("EC2's stands in a list", () => {
    const fault = new Fault("ec2", "InvalidInstanceID.NotFound", "The instance ID 'i-1' does not exist");
    expect(ec2.encodeError(services.ec2, undefined, fault, "id", testRequest({})).body).toBe(
      `${declaration}<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code>` +
        "<Message>The instance ID 'i-1' does not exist</Message></Error></Errors><RequestID>id</RequestID></Response>",
    );
  });
});
