// Tests that every model loads and expands, and that a few well-known operations
// come out of the compiler as AWS describes them.

import { describe, expect, test } from "vitest";
import { loadIndex, loadModel } from "./load.ts";
import { serviceNames } from "./services.ts";
import type { ListShape, MapShape, Member, Shape, StructureShape } from "./shapes.ts";

function structure(service: string, name: string): StructureShape {
  const shape = loadModel(service).shape(name);
  if (shape.kind !== "structure") throw new Error(`${name} is no structure.`);
  return shape;
}

function member(shape: StructureShape | undefined, name: string): Member {
  const found = shape?.members.get(name);
  if (found === undefined) throw new Error(`No member ${name}.`);
  return found;
}

/** Every shape that can be reached from a service's operations. */
function expandAll(service: string): ReadonlySet<Shape> {
  const seen = new Set<Shape>();
  for (const { input, output, errors } of loadModel(service).operations.values()) {
    for (const shape of [input, output, ...errors]) if (shape !== undefined) seen.add(shape);
  }
  for (const shape of seen) {
    if (shape.kind === "structure") for (const each of shape.members.values()) seen.add(each.shape);
    if (shape.kind === "list") seen.add(shape.member.shape);
    if (shape.kind === "map") seen.add(shape.key.shape).add(shape.value.shape);
  }
  return seen;
}

describe("models", () => {
  test("of all services load, and all their shapes expand", () => {
    let operations = 0;
    let shapes = 0;
    for (const name of serviceNames) {
      const model = loadModel(name);
      expect(model.name).toBe(name);
      expect(model.operations.size).toBeGreaterThan(0);
      operations += model.operations.size;
      shapes += expandAll(name).size;
    }
    expect(operations).toBeGreaterThan(6_000);
    expect(shapes).toBeGreaterThan(35_000);
  });

  test("a name without a model is an error that names it", () => {
    expect(() => loadModel("simpledb")).toThrow(/"simpledb"/);
    expect(() => loadModel("sqs").shape("Nothing")).toThrow(/sqs has no shape Nothing/);
  });

  test("the index knows what the router needs, of every service", () => {
    expect(loadIndex().map((entry) => entry.name)).toEqual(serviceNames);
    const entry = (name: string) => loadIndex().find((each) => each.name === name);
    expect(entry("dynamodb")).toEqual({
      name: "dynamodb",
      serviceId: "DynamoDB",
      apiVersion: "2012-08-10",
      endpointPrefix: "dynamodb",
      signingName: "dynamodb",
      targetPrefix: "DynamoDB_20120810",
      protocols: ["json"],
      global: false,
    });
    expect(entry("cloudtrail")?.targetPrefix).toBe("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101");
    expect(entry("cloudwatch")?.protocols).toEqual(["smithy-rpc-v2-cbor", "json", "query"]);
    expect(entry("stepfunctions")?.signingName).toBe("states");
    const globals = loadIndex().filter((each) => each.global);
    expect(globals.map((each) => each.name)).toEqual(
      expect.arrayContaining(["budgets", "cloudfront", "iam", "organizations", "route53"]),
    );
    expect(entry("sts")?.global).toBe(false);
    expect(entry("s3")?.global).toBe(false);
  });
});

describe("SQS", () => {
  test("SendMessage has its JSON form, and its query names from the overlay", () => {
    const { operations, protocols, xmlNamespace, jsonVersion } = loadModel("sqs");
    expect(protocols).toEqual(["json", "query"]);
    expect(jsonVersion).toBe("1.0");
    expect(xmlNamespace).toBe("http://queue.amazonaws.com/doc/2012-11-05/");
    const send = operations.get("SendMessage");
    expect(send?.http).toEqual({ method: "POST", uri: "/", status: 200 });
    expect(send?.resultWrapper).toBe("SendMessageResult");
    expect(send?.output?.name).toBe("SendMessageResult");
    expect(operations.get("DeleteMessage")?.output).toBeUndefined();

    const body = member(send?.input, "MessageBody");
    expect([body.required, body.wireName, body.shape.kind]).toEqual([true, "MessageBody", "string"]);
    const attributes = member(send?.input, "MessageAttributes");
    expect([attributes.required, attributes.wireName, attributes.queryName]).toEqual([
      false,
      "MessageAttributes",
      "MessageAttribute",
    ]);
    const map = attributes.shape as MapShape;
    expect([map.flattened, map.key.wireName, map.value.wireName]).toEqual([true, "Name", "Value"]);
  });

  test("errors carry the code and status of the query protocol", () => {
    expect(structure("sqs", "QueueDoesNotExist").error).toEqual({
      status: 400,
      senderFault: true,
      queryCode: "AWS.SimpleQueueService.NonExistentQueue",
    });
    expect(structure("sqs", "OverLimit").error).toEqual({ status: 403, senderFault: true });
  });
});

describe("S3", () => {
  test("PutObject streams its body and binds its members to header, path and query", () => {
    const put = loadModel("s3").operations.get("PutObject");
    expect(put?.http).toEqual({ method: "PUT", uri: "/{Bucket}/{Key+}", status: 200 });
    expect(put?.input?.payload).toBe("Body");
    expect(member(put?.input, "Body").shape).toMatchObject({ kind: "blob", streaming: true });
    expect(member(put?.input, "Bucket")).toMatchObject({ location: "uri", required: true });
    expect(member(put?.input, "Metadata")).toMatchObject({ location: "headers", wireName: "x-amz-meta-" });
    expect(member(put?.input, "ContentMD5")).toMatchObject({ location: "header", wireName: "Content-MD5" });
    expect(put?.httpChecksum?.algorithmMember).toBe("ChecksumAlgorithm");
  });

  test("a member that is an XML attribute, a flattened list, a named root and an event stream say so", () => {
    const type = member(structure("s3", "Grantee"), "Type");
    expect(type).toMatchObject({ xmlAttribute: true, wireName: "xsi:type" });
    const contents = member(loadModel("s3").operations.get("ListObjectsV2")?.output, "Contents").shape;
    expect((contents as ListShape).flattened).toBe(true);
    const lenses = loadModel("s3control").operations.get("ListStorageLensConfigurations")?.output;
    expect(member(lenses, "StorageLensConfigurationList").wireName).toBe("StorageLensConfiguration");
    expect(loadModel("s3").operations.get("SelectObjectContent")?.input?.xmlName).toBe(
      "SelectObjectContentRequest",
    );
    expect(structure("s3", "SelectObjectContentEventStream").eventStream).toBe(true);
    const records = member(structure("s3", "RecordsEvent"), "Payload");
    expect(records.eventPayload).toBe(true);
    expect(records.shape).toMatchObject({ kind: "blob", streaming: false });
  });
});

describe("other services", () => {
  test("EC2 RunInstances has a name for requests and another for responses", () => {
    const run = loadModel("ec2").operations.get("RunInstances");
    expect(member(run?.input, "MinCount")).toMatchObject({ required: true, queryName: "MinCount" });
    const groups = member(run?.input, "SecurityGroupIds");
    expect([groups.wireName, groups.queryName]).toEqual(["SecurityGroupId", "SecurityGroupId"]);
    const id = member(structure("ec2", "Instance"), "InstanceId");
    expect([id.wireName, id.queryName]).toEqual(["instanceId", "InstanceId"]);
    const own = member(structure("ec2", "InstanceNetworkInterfaceSpecification"), "Ipv6Addresses");
    expect([own.wireName, own.queryName]).toEqual(["ipv6AddressesSet", "Ipv6Addresses"]);
  });

  test("Lambda Invoke has a payload, a status code member and modelled statuses", () => {
    const invoke = loadModel("lambda").operations.get("Invoke");
    expect(invoke?.http.uri).toBe("/2015-03-31/functions/{FunctionName}/invocations");
    expect(invoke?.input?.payload).toBe("Payload");
    expect(member(invoke?.output, "StatusCode").location).toBe("statusCode");
    expect(structure("lambda", "ResourceNotFoundException").error?.status).toBe(404);
    expect(structure("lambda", "ServiceException").error).toEqual({ status: 500, senderFault: false });
  });

  test("a query service's errors have their wire code, an unsigned operation says so", () => {
    expect(structure("iam", "NoSuchEntityException").error).toEqual({
      code: "NoSuchEntity",
      status: 404,
      senderFault: true,
    });
    expect(loadModel("sts").operations.get("AssumeRoleWithWebIdentity")?.authType).toBe("none");
    expect(structure("cloudwatch", "ResourceNotFound").error?.queryCode).toBeUndefined();
    expect(structure("cloudwatch", "InvalidFormatFault").error?.queryCode).toBe("InvalidFormat");
    expect(structure("dynamodb", "AttributeValue").members.get("M")?.shape.kind).toBe("map");
  });
});
