// The REST XML protocol: S3, which is its own flavour, and Route 53.

import { describe, expect, test } from "vitest";
import { hostId } from "../../base/host-id.ts";
import { Fault } from "../../core/fault.ts";
import { loadModel } from "../../model/load.ts";
import { restXml } from "./rest-xml.ts";
import { testRequest } from "./test-request.ts";

const s3 = loadModel("s3");
const route53 = loadModel("route53");

function operation(name: string, service = s3) {
  const found = service.operations.get(name);
  if (found === undefined) throw new Error(name);
  return found;
}

function decode(
  name: string,
  request: Parameters<typeof testRequest>[0],
  labels: Record<string, string> = { Bucket: "b" },
  service = s3,
): unknown {
  return restXml.decode(service, operation(name, service), testRequest(request), labels);
}

function failure(name: string, request: Parameters<typeof testRequest>[0], service = s3): Fault {
  try {
    decode(name, request, {}, service);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("decoded");
}

const s3Namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

describe("decoding", () => {
  test("flattened lists, whatever the namespace and its prefix", () => {
    const objects = "<s:Object><s:Key>a&amp;b</s:Key></s:Object><s:Object><s:Key>c d</s:Key></s:Object>";
    const body = `${declaration}<s:Delete xmlns:s="http://s3">${objects}<s:Quiet>true</s:Quiet></s:Delete>`;
    expect(decode("DeleteObjects", { body })).toEqual({
      Bucket: "b",
      Delete: { Objects: [{ Key: "a&b" }, { Key: "c d" }], Quiet: true },
    });
  });

  test("the grantee's type is an attribute", () => {
    const grantee = (prefix: string) =>
      `<Grantee xmlns:${prefix}="http://www.w3.org/2001/XMLSchema-instance" ${prefix}:type="CanonicalUser"><ID>1</ID></Grantee>`;
    const grant = `<Grant>${grantee("xsi")}<Permission>READ</Permission></Grant><Grant>${grantee("i")}</Grant>`;
    const body = `<AccessControlPolicy><AccessControlList>${grant}</AccessControlList></AccessControlPolicy>`;
    expect(decode("PutBucketAcl", { body })).toEqual({
      Bucket: "b",
      AccessControlPolicy: {
        Grants: [
          { Grantee: { Type: "CanonicalUser", ID: "1" }, Permission: "READ" },
          { Grantee: { Type: "CanonicalUser", ID: "1" } },
        ],
      },
    });
  });

  test("metadata headers keep the case of their names", () => {
    const headers = { "X-Amz-Meta-CamelCase": "v", "x-amz-meta-b": "w", "Content-Type": "text/plain" };
    expect(decode("CreateMultipartUpload", { headers })).toMatchObject({
      Metadata: { CamelCase: "v", b: "w" },
      ContentType: "text/plain",
    });
  });

  test("a presigned request carries its headers in the query", () => {
    const query = "x-amz-acl=private&x-amz-meta-a=b&X-Amz-Signature=00";
    expect(decode("CreateMultipartUpload", { query })).toMatchObject({
      ACL: "private",
      Metadata: { a: "b" },
    });
    const unsigned = decode("CreateMultipartUpload", { query: "x-amz-acl=private" });
    expect(unsigned).not.toHaveProperty("ACL");
  });

  test("a streaming body is a stream", async () => {
    const { Body } = decode("PutObject", { body: "hello" }) as { Body: AsyncIterable<Uint8Array> };
    const chunks: Uint8Array[] = [];
    for await (const chunk of Body) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("hello");
  });

  test("what is not XML is MalformedXML to S3 and MalformedInput to the others", () => {
    expect(failure("DeleteObjects", { body: "<Delete>" })).toMatchObject({
      code: "MalformedXML",
      message: "The XML you provided was not well-formed or did not validate against our published schema",
    });
    expect(failure("DeleteObjects", { body: "<Delete><Quiet>perhaps</Quiet></Delete>" }).code).toBe(
      "MalformedXML",
    );
    expect(failure("CreateHostedZone", { body: "no" }, route53).code).toBe("MalformedInput");
    expect(failure("ListObjectsV2", { query: "max-keys=many" }).code).toBe("InvalidArgument");
  });

  test("a body of members has no member around them", () => {
    const body =
      '<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>example.com</Name><CallerReference>r</CallerReference></CreateHostedZoneRequest>';
    expect(decode("CreateHostedZone", { body }, {}, route53)).toEqual({
      Name: "example.com",
      CallerReference: "r",
    });
  });
});

describe("encoding", () => {
  const encode = (name: string, output: object, service = s3) =>
    restXml.encode(service, operation(name, service), output, "id");

  test("a listing under its documented root, with milliseconds", () => {
    const output = {
      Name: "b",
      Contents: [{ Key: "a<b>", LastModified: 1420070400000, Size: 5 }],
      CommonPrefixes: [{ Prefix: "p/" }],
      IsTruncated: false,
    };
    expect(encode("ListObjectsV2", output)).toEqual({
      status: 200,
      headers: {
        "x-amz-request-id": "id",
        "x-amz-id-2": hostId("id"),
        "content-type": "application/xml",
      },
      body:
        `${declaration}<ListBucketResult ${s3Namespace}><IsTruncated>false</IsTruncated>` +
        "<Contents><Key>a&lt;b&gt;</Key><LastModified>2015-01-01T00:00:00.000Z</LastModified><Size>5</Size></Contents>" +
        "<Name>b</Name><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes></ListBucketResult>",
    });
  });

  test("a bucket's location is the root itself, and empty for us-east-1", () => {
    expect(encode("GetBucketLocation", { LocationConstraint: "eu-west-1" }).body).toBe(
      `${declaration}<LocationConstraint ${s3Namespace}>eu-west-1</LocationConstraint>`,
    );
    expect(encode("GetBucketLocation", {}).body).toBe(
      `${declaration}<LocationConstraint ${s3Namespace}></LocationConstraint>`,
    );
  });

  test("the grantee declares the namespace of its attribute", () => {
    const Grants = [{ Grantee: { Type: "Group", URI: "u" }, Permission: "READ" }];
    expect(encode("GetBucketAcl", { Grants }).body).toContain(
      '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>u</URI></Grantee>',
    );
  });

  test("a key with a carriage return survives", () => {
    expect(encode("ListObjectsV2", { Prefix: "a\r\nb\u0001" }).body).toContain(
      "<Prefix>a&#xD;\nb&#x1;</Prefix>",
    );
  });

  test("headers of an object, and its body as it is", () => {
    const Body = new Uint8Array([1, 2]);
    const { headers, body } = encode("GetObject", {
      Body,
      ETag: '"e"',
      LastModified: 1420070400000,
      ContentType: "image/png",
      Metadata: { a: "é", b: "漢" },
    });
    expect(body).toBe(Body);
    expect(headers).toMatchObject({
      etag: '"e"',
      "last-modified": "Thu, 01 Jan 2015 00:00:00 GMT",
      "content-type": "image/png",
      "x-amz-meta-a": "é",
      "x-amz-meta-b": "=?UTF-8?B?5ryi?=",
    });
  });

  test("a range of an object is partial content", () => {
    const ContentRange = "bytes 0-1/9";
    expect(encode("GetObject", { Body: new Uint8Array(2), ContentRange })).toMatchObject({
      status: 206,
      headers: { "content-range": ContentRange },
    });
  });

  test("HEAD and empty outputs have no body", () => {
    expect(encode("HeadObject", { ContentLength: 5 })).not.toHaveProperty("body");
    expect(encode("PutObject", { ETag: "x" })).not.toHaveProperty("body");
    expect(encode("DeleteObject", {})).toMatchObject({ status: 204 });
  });

  test("another service's response is named after its shape", () => {
    const { body, headers } = encode("GetHostedZoneCount", { HostedZoneCount: 2 }, route53);
    expect(body).toBe(
      `${declaration}<GetHostedZoneCountResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZoneCount>2</HostedZoneCount></GetHostedZoneCountResponse>`,
    );
    expect(headers["x-amzn-requestid"]).toBe("id");
  });
});

describe("errors", () => {
  const answer = (service: typeof s3 | undefined, name: string, fault: Fault, method = "GET") =>
    restXml.encodeError(service, service?.operations.get(name), fault, "id", testRequest({ method }));

  test("S3's is bare and says what it has to say", () => {
    const fault = new Fault("s3", "NoSuchKey", "The specified key does not exist.", {
      fields: { Key: "a&b" },
    });
    expect(answer(s3, "GetObject", fault)).toMatchObject({
      status: 404,
      body:
        `${declaration}<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>` +
        `<Key>a&amp;b</Key><RequestId>id</RequestId><HostId>${hostId("id")}</HostId></Error>`,
    });
    expect(answer(s3, "HeadObject", fault, "HEAD")).not.toHaveProperty("body");
  });

  test("what of S3's is named as a header is one, without a body too", () => {
    const fields = { Bucket: "b", "x-amz-bucket-region": "eu-west-1" };
    const fault = new Fault("s3", "PermanentRedirect", "Elsewhere.", { fields, status: 301 });
    expect(answer(s3, "GetObject", fault)).toMatchObject({
      headers: { "x-amz-bucket-region": "eu-west-1" },
      body: expect.not.stringContaining("eu-west-1"),
    });
    expect(answer(s3, "HeadBucket", fault, "HEAD").headers).toMatchObject({
      "x-amz-bucket-region": "eu-west-1",
    });
  });

  test("the others' is wrapped", () => {
    const fault = new Fault("route53", "NoSuchHostedZone", "No hosted zone found with ID: X");
    expect(answer(route53, "GetHostedZone", fault)).toMatchObject({
      status: 404,
      headers: { "content-type": "application/xml", "x-amzn-requestid": "id" },
      body:
        `${declaration}<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type>` +
        "<Code>NoSuchHostedZone</Code><Message>No hosted zone found with ID: X</Message></Error>" +
        "<RequestId>id</RequestId></ErrorResponse>",
    });
  });
});
