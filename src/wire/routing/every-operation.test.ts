import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../core/http.ts";
import { loadIndex, loadModel } from "../../model/load.ts";
import type { OperationModel, ServiceModel } from "../../model/shapes.ts";
import { Hosts } from "../hosts.ts";
import type { Route } from "./route.ts";
import { Router } from "./router.ts";

const router = new Router(loadIndex(), loadModel);
const hosts = new Hosts([]);

interface Sent {
  readonly method?: string;
  readonly target: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function routed(service: ServiceModel, sent: Sent): string {
  const [path = "/", query = ""] = sent.target.split("?");
  const request: HttpRequest = {
    method: sent.method ?? "POST",
    path,
    query,
    headers: { host: "localhost:4566", ...sent.headers },
    rawHeaders: [],
    host: "localhost",
    body: Buffer.from(sent.body ?? ""),
    remoteAddress: "127.0.0.1",
    signal: new AbortController().signal,
  };
  const route = router.route({
    request,
    host: hosts.read("localhost:4566"),
    signingName: service.signingName,
  });
  return route.kind === "route" ? describeRoute(route) : `${route.code}: ${route.message}`;
}

function describeRoute({ service, operation, protocol, labels }: Route): string {
  return `${service.name} ${operation.name} ${protocol} ${JSON.stringify(labels)}`;
}

/** A request as an SDK would build it from the model: all labels, all required query members and headers. */
function restRequest(operation: OperationModel): Sent & { readonly labels: Record<string, string> } {
  const { method, uri } = operation.http;
  const labels: Record<string, string> = {};
  const [path = "/", constants] = uri.split("?");
  const target = path.replace(/\{([^}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    labels[name] = greedy === "" ? `v.${name}:1/2` : `v.${name}/x y`;
    return greedy === "" ? encodeURIComponent(labels[name]) : labels[name].replace(" ", "%20");
  });
  const query = constants === undefined ? [] : [constants];
  const headers: Record<string, string> = {};
  for (const member of operation.input?.members.values() ?? []) {
    if (!member.required) continue;
    if (member.location === "querystring") query.push(`${member.wireName}=1`);
    if (member.location === "header") headers[member.wireName.toLowerCase()] = "value";
  }
  return { method, target: query.length === 0 ? target : `${target}?${query.join("&")}`, headers, labels };
}

function misrouted(
  service: ServiceModel,
  sent: (operation: OperationModel) => Sent,
  expected: (operation: OperationModel) => string,
): string[] {
  const wrong: string[] = [];
  for (const operation of service.operations.values()) {
    const actual = routed(service, sent(operation));
    if (actual !== expected(operation)) wrong.push(`${service.name} ${operation.name} -> ${actual}`);
  }
  return wrong;
}

const services = loadIndex().map((entry) => loadModel(entry.name));

/**
 * Pairs that no request tells apart. Lifecycle and notification are legacy twins of the
 * newer operation; directory buckets and Outposts are listed and made at hosts
 * of their own, which Cumulet does not serve.
 */
const indistinguishable = [
  "s3 GetBucketLifecycle -> s3 GetBucketLifecycleConfiguration",
  "s3 GetBucketNotification -> s3 GetBucketNotificationConfiguration",
  "s3 ListDirectoryBuckets -> s3 ListBuckets",
  "s3 PutBucketLifecycle -> s3 PutBucketLifecycleConfiguration",
  "s3 PutBucketNotification -> s3 PutBucketNotificationConfiguration",
  "s3control CreateBucket -> s3 PutObject",
];

describe("every operation of every model routes to itself", () => {
  it("by target, where the service speaks JSON", () => {
    const wrong = services
      .filter((service) => service.protocols.includes("json"))
      .flatMap((service) =>
        misrouted(
          service,
          (operation) => ({
            target: "/",
            headers: {
              "x-amz-target": `${service.targetPrefix}.${operation.name}`,
              "content-type": `application/x-amz-json-${service.jsonVersion}`,
            },
          }),
          (operation) => `${service.name} ${operation.name} json-${service.jsonVersion} {}`,
        ),
      );
    expect(wrong).toEqual([]);
  });

  it("by path, where the service speaks CBOR", () => {
    const wrong = services
      .filter((service) => service.protocols.includes("smithy-rpc-v2-cbor"))
      .flatMap((service) =>
        misrouted(
          service,
          (operation) => ({
            target: `/service/${service.targetPrefix}/operation/${operation.name}`,
            headers: { "smithy-protocol": "rpc-v2-cbor" },
          }),
          (operation) => `${service.name} ${operation.name} rpc-v2-cbor {}`,
        ),
      );
    expect(wrong).toEqual([]);
  });

  it("by action and version, in a form and in the query string", () => {
    const wrong = services
      .filter((service) => service.protocols.some((each) => each === "query" || each === "ec2"))
      .flatMap((service) => {
        const protocol = service.protocols.includes("ec2") ? "ec2" : "query";
        const action = (operation: OperationModel): string =>
          `Action=${operation.name}&Version=${service.apiVersion}`;
        const expected = (operation: OperationModel): string =>
          `${service.name} ${operation.name} ${protocol} {}`;
        return [
          ...misrouted(
            service,
            (operation) => ({
              target: "/",
              headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
              body: action(operation),
            }),
            expected,
          ),
          ...misrouted(
            service,
            (operation) => ({ method: "GET", target: `/?${action(operation)}` }),
            expected,
          ),
        ];
      });
    expect(wrong).toEqual([]);
  });

  it("by method, path and query, where the service speaks REST", () => {
    const wrong = services
      .filter((service) => service.protocols.some((each) => each.startsWith("rest-")))
      .flatMap((service) => {
        const protocol = service.protocols.includes("rest-xml") ? "rest-xml" : "rest-json";
        return misrouted(service, restRequest, (operation) => {
          const { labels } = restRequest(operation);
          return `${service.name} ${operation.name} ${protocol} ${JSON.stringify(labels)}`;
        });
      });
    expect(wrong.map((each) => each.split(" rest-xml")[0])).toEqual(indistinguishable);
  });
});
