import { describe, expect, it } from "vitest";
import { loadIndex, loadModel } from "../../model/load.ts";
import { Hosts } from "../hosts.ts";
import { receivedRequest } from "../sigv4/received-request.ts";
import { Router } from "./router.ts";

const router = new Router(loadIndex(), loadModel);
const hosts = new Hosts([]);

interface Sent {
  readonly signingName?: string;
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function route(
  method: string,
  target: string,
  { signingName, host = "localhost:4566", headers, body }: Sent = {},
): unknown {
  const request = receivedRequest(method, target, Object.entries({ host, ...headers }), body);
  const found = router.route({ request, host: hosts.read(host), signingName });
  if (found.kind === "none") return `${found.status} ${found.code} ${found.protocol} ${found.service?.name}`;
  return [`${found.service.name} ${found.operation.name} ${found.protocol}`, found.labels];
}

const form = { "content-type": "application/x-www-form-urlencoded" };
const s3 = { signingName: "s3" };

describe("S3", () => {
  it("takes the bucket from the host, whatever the path says", () => {
    for (const host of [
      "my.bucket.s3.localhost:4566",
      "my.bucket.s3.eu-west-1.localhost.localstack.cloud:4566",
      "my.bucket.s3.localhost.localstack.cloud:4566",
      "my.bucket.s3.us-east-1.amazonaws.com",
      "my.bucket.s3-eu-west-1.amazonaws.com",
      "my.bucket.s3.dualstack.eu-west-1.amazonaws.com",
    ]) {
      expect(route("GET", "/a/b", { ...s3, host })).toEqual([
        "s3 GetObject rest-xml",
        { Bucket: "my.bucket", Key: "a/b" },
      ]);
      expect(route("GET", "/", { ...s3, host })).toEqual([
        "s3 ListObjects rest-xml",
        { Bucket: "my.bucket" },
      ]);
    }
    expect(route("GET", "/", { ...s3, host: "s3.localhost:4566" })).toEqual(["s3 ListBuckets rest-xml", {}]);
    expect(route("GET", "/", { signingName: "s3express" })).toEqual(["s3 ListDirectoryBuckets rest-xml", {}]);
  });

  it("does not take an empty key for a key", () => {
    expect(route("PUT", "/bucket/?tagging", s3)).toEqual([
      "s3 PutBucketTagging rest-xml",
      { Bucket: "bucket" },
    ]);
    expect(route("PUT", "/bucket?tagging", s3)).toEqual([
      "s3 PutBucketTagging rest-xml",
      { Bucket: "bucket" },
    ]);
    expect(route("PUT", "/bucket/k?tagging", s3)).toEqual([
      "s3 PutObjectTagging rest-xml",
      { Bucket: "bucket", Key: "k" },
    ]);
  });

  it("keeps slashes, dots and encoded characters of keys", () => {
    const keyOf = (path: string): unknown => route("GET", `/bucket/${path}`, s3);
    const expected = (Key: string): unknown => ["s3 GetObject rest-xml", { Bucket: "bucket", Key }];
    expect(keyOf("/a//b/")).toEqual(expected("/a//b/"));
    expect(keyOf("a/../b/.")).toEqual(expected("a/../b/."));
    expect(keyOf("a%2Fb%20c+d%C3%A9")).toEqual(expected("a/b c+dé"));
  });

  it("tells the operations on one path apart by query and headers", () => {
    const name = (method: string, target: string, headers = {}): unknown =>
      (route(method, target, { ...s3, headers }) as string[])[0]?.split(" ")[1];
    const copy = { "x-amz-copy-source": "/b/k" };
    expect(name("PUT", "/b/k")).toBe("PutObject");
    expect(name("PUT", "/b/k?x-id=PutObject")).toBe("PutObject");
    expect(name("PUT", "/b/k", copy)).toBe("CopyObject");
    expect(name("PUT", "/b/k?partNumber=1&uploadId=u")).toBe("UploadPart");
    expect(name("PUT", "/b/k?partNumber=1&uploadId=u", copy)).toBe("UploadPartCopy");
    expect(name("GET", "/b/k?uploadId=u")).toBe("ListParts");
    expect(name("GET", "/b/k?partNumber=1")).toBe("GetObject");
    expect(name("POST", "/b/k?uploads")).toBe("CreateMultipartUpload");
    expect(name("POST", "/b/k?uploadId=u")).toBe("CompleteMultipartUpload");
    expect(name("DELETE", "/b/k?uploadId=u")).toBe("AbortMultipartUpload");
    expect(name("GET", "/b?list-type=2&prefix=p")).toBe("ListObjectsV2");
    expect(name("GET", "/b?prefix=p")).toBe("ListObjects");
    expect(name("GET", "/b?versions")).toBe("ListObjectVersions");
    expect(name("GET", "/b?uploads=")).toBe("ListMultipartUploads");
    expect(name("GET", "/b?inventory")).toBe("ListBucketInventoryConfigurations");
    expect(name("GET", "/b?inventory&id=1")).toBe("GetBucketInventoryConfiguration");
    expect(name("POST", "/b?delete")).toBe("DeleteObjects");
    expect(name("GET", "/b?lifecycle")).toBe("GetBucketLifecycleConfiguration");
  });

  it("gives way to S3 Control only where the account is named", () => {
    const path = "/v20180820/jobs/1";
    const headers = { "x-amz-account-id": "111122223333" };
    expect(route("GET", path, { ...s3, headers })).toEqual(["s3control DescribeJob rest-xml", { id: "1" }]);
    expect(route("GET", path, s3)).toEqual(["s3 GetObject rest-xml", { Bucket: "v20180820", Key: "jobs/1" }]);
    expect(
      route("GET", path, { ...s3, headers, host: "111122223333.s3-control.us-east-1.localhost:4566" }),
    ).toEqual(["s3control DescribeJob rest-xml", { id: "1" }]);
  });

  it("gets what is unsigned and may begin with a bucket's name, and nothing else", () => {
    expect(route("GET", "/bucket/k?Action=x")).toEqual([
      "s3 GetObject rest-xml",
      { Bucket: "bucket", Key: "k" },
    ]);
    expect(route("GET", "/$x/k")).toBe("404 UnknownOperationException rest-json undefined");
    expect(route("GET", "/bucket/k", { signingName: "nonesuch" })).toBe(
      "404 UnknownOperationException rest-json undefined",
    );
    expect(route("GET", "/nothing/here", { signingName: "lambda" })).toBe(
      "404 UnknownOperationException rest-json lambda",
    );
  });

  it("answers a method that no path has in its own words", () => {
    expect(route("PATCH", "/bucket/k", s3)).toBe("405 MethodNotAllowed rest-xml s3");
  });
});

describe("the query protocols", () => {
  const body = "Action=ListQueues&Version=2012-11-05";

  it("know a service by its version where nothing is signed", () => {
    const web = "Version=2011-06-15&Action=AssumeRoleWithWebIdentity";
    expect(route("POST", "/", { headers: form, body: web })).toEqual([
      "sts AssumeRoleWithWebIdentity query",
      {},
    ]);
    expect(route("GET", `/?${web}`)).toEqual(["sts AssumeRoleWithWebIdentity query", {}]);
  });

  it("tell the two generations of load balancers apart", () => {
    const describeWith = (version: string): unknown =>
      route("POST", "/", {
        signingName: "elasticloadbalancing",
        headers: form,
        body: `Action=DescribeLoadBalancers&Version=${version}`,
      });
    expect(describeWith("2012-06-01")).toEqual(["elb DescribeLoadBalancers query", {}]);
    expect(describeWith("2015-12-01")).toEqual(["elbv2 DescribeLoadBalancers query", {}]);
  });

  it("accept EC2's versions of former years", () => {
    expect(
      route("POST", "/", {
        signingName: "ec2",
        headers: form,
        body: "Action=DescribeInstances&Version=2014-10-01",
      }),
    ).toEqual(["ec2 DescribeInstances ec2", {}]);
  });

  it("reach SQS by its old protocol, signed and at a queue's own URL", () => {
    expect(route("POST", "/", { signingName: "sqs", headers: form, body })).toEqual([
      "sqs ListQueues query",
      {},
    ]);
    const queue = { QueueUrl: "http://localhost:4566/000000000000/q" };
    const send = { headers: form, body: "Action=SendMessage&MessageBody=m" };
    expect(route("POST", "/000000000000/q", send)).toEqual(["sqs SendMessage query", queue]);
    expect(route("GET", "/000000000000/q?Action=SendMessage&MessageBody=m")).toEqual([
      "sqs SendMessage query",
      queue,
    ]);
  });

  it("name an action that is not there", () => {
    expect(
      route("POST", "/", { signingName: "iam", headers: form, body: "Action=Nonesuch&Version=2010-05-08" }),
    ).toBe("400 InvalidAction query iam");
  });
});

describe("JSON and REST", () => {
  const json = (target: string, version = "1.1"): unknown =>
    route("POST", "/", {
      headers: { "x-amz-target": target, "content-type": `application/x-amz-json-${version}` },
    });

  it("read a target up to its last dot, and the version from the content type", () => {
    expect(json("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListTrails")).toEqual([
      "cloudtrail ListTrails json-1.1",
      {},
    ]);
    expect(json("DynamoDB_20120810.ListTables", "1.0")).toEqual(["dynamodb ListTables json-1.0", {}]);
    expect(json("DynamoDB_20120810.Nonesuch", "1.0")).toBe("400 UnknownOperationException json-1.0 dynamodb");
    expect(json("Nonesuch_20200101.Do")).toBe("400 UnknownOperationException json-1.1 undefined");
  });

  it("follow CloudWatch through its three protocols", () => {
    const headers = { "smithy-protocol": "rpc-v2-cbor" };
    expect(
      route("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics", { headers }),
    ).toEqual(["cloudwatch ListMetrics rpc-v2-cbor", {}]);
    expect(json("GraniteServiceVersion20100801.ListMetrics")).toEqual([
      "cloudwatch ListMetrics json-1.1",
      {},
    ]);
    const body = "Action=ListMetrics&Version=2010-08-01";
    expect(route("POST", "/", { signingName: "monitoring", headers: form, body })).toEqual([
      "cloudwatch ListMetrics query",
      {},
    ]);
  });

  it("do not mind a slash at the end", () => {
    const signingName = "route53";
    const expected = ["route53 ListResourceRecordSets rest-xml", { Id: "Z1" }];
    expect(route("GET", "/2013-04-01/hostedzone/Z1/rrset", { signingName })).toEqual(expected);
    expect(route("GET", "/2013-04-01/hostedzone/Z1/rrset/", { signingName })).toEqual(expected);
    expect(route("POST", "/2013-04-01/hostedzone/Z1/rrset", { signingName })).toEqual([
      "route53 ChangeResourceRecordSets rest-xml",
      { Id: "Z1" },
    ]);
  });

  it("find the connections of a WebSocket API below its stage", () => {
    expect(route("POST", "/prod/@connections/abc%3D", { signingName: "execute-api" })).toEqual([
      "apigatewaymanagementapi PostToConnection rest-json",
      { connectionId: "abc=" },
    ]);
  });

  it("leave an operation to report the member that it misses", () => {
    expect(route("DELETE", "/2015-03-31/functions/f", { signingName: "lambda" })).toEqual([
      "lambda DeleteFunction rest-json",
      { FunctionName: "f" },
    ]);
  });

  it("refuse a path that is not encoded as paths are, in the service's protocol", () => {
    expect(route("GET", "/bucket/%E9", s3)).toBe("400 InvalidURI rest-xml s3");
  });

  it("say in a form's own protocol that it names no action", () => {
    expect(route("POST", "/", { signingName: "iam", headers: form, body: "Version=2010-05-08" })).toBe(
      "400 MissingAction query iam",
    );
  });
});
