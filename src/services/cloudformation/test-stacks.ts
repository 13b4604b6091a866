// A cloud with stacks for tests: CloudFormation and the services that its
// templates name.

import type { HttpRequest } from "../../core/http.ts";
import type { ServiceDefinition } from "../../core/service.ts";
import dynamodb from "../dynamodb/index.ts";
import iam from "../iam/index.ts";
import s3 from "../s3/index.ts";
import sns from "../sns/index.ts";
import sqs from "../sqs/index.ts";
import { type TestCloud, type TestCloudOptions, testCloud } from "../test-cloud.ts";
import cloudformation from "./index.ts";
import { signalEndpoint } from "./signal-endpoint.ts";

export interface StackCloud {
  readonly cloud: TestCloud;
  call(operation: string, input?: object): ReturnType<TestCloud["call"]>;
  /** Creates or updates, and waits for the end. The stack as it then is. */
  create(name: string, template: object | string, more?: object): Promise<StackView>;
  update(name: string, template: object | string, more?: object): Promise<StackView>;
  delete(nameOrId: string): Promise<void>;
  /** Puts a signal or an answer to the address that was given out for it; the status of the response. */
  signal(url: string, body: object): Promise<number>;
  describe(name: string): Promise<StackView>;
  /** Newest last: `Queue CREATE_COMPLETE`. */
  events(name: string): Promise<readonly string[]>;
  /** By logical id: the physical id and status. */
  resources(name: string): Promise<Readonly<Record<string, { id: string | undefined; status: string }>>>;
}

export interface StackView {
  readonly StackId: string;
  readonly StackStatus: string;
  readonly StackStatusReason?: string;
  readonly outputs: Readonly<Record<string, string>>;
}

interface RawStack extends Omit<StackView, "outputs"> {
  readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
}

export async function stackCloud(
  services: readonly ServiceDefinition[] = [],
  options: TestCloudOptions = {},
): Promise<StackCloud> {
  const cloud = await testCloud([cloudformation, dynamodb, iam, s3, sns, sqs, ...services], options);
  const call = (operation: string, input: object = {}) => cloud.call("cloudformation", operation, input);
  const describe = async (StackName: string): Promise<StackView> => {
    const { Stacks } = (await call("DescribeStacks", { StackName })) as { Stacks: readonly RawStack[] };
    const { Outputs = [], ...stack } = Stacks[0]!;
    return {
      ...stack,
      outputs: Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
    };
  };
  const text = (template: object | string): string =>
    typeof template === "string" ? template : JSON.stringify(template);
  const settled = async (operation: string, name: string, template: object | string, more: object) => {
    const { StackId } = await call(operation, {
      StackName: name,
      TemplateBody: text(template),
      Capabilities: ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
      ...more,
    });
    await cloud.settle();
    return describe(StackId);
  };
  return {
    cloud,
    call,
    describe,
    create: (name, template, more = {}) => settled("CreateStack", name, template, more),
    update: (name, template, more = {}) => settled("UpdateStack", name, template, more),
    delete: async (StackName) => {
      await call("DeleteStack", { StackName });
      await cloud.settle();
      // Removing a table takes its time.
      await cloud.advance(1000);
    },
    signal: async (url, body) => {
      const [account = "", region = "", token = ""] = url.split("/").slice(-3);
      const request = { method: "PUT", body: Buffer.from(JSON.stringify(body)) } as unknown as HttpRequest;
      const info = { requestId: "", principal: {}, endpoint: "", sourceIp: "", userAgent: "" } as never;
      const labels = { account, region, token };
      const nobodyElse = () => Promise.reject(new Error("unused"));
      const response = await cloud.kernel.serve(
        { account, region },
        info,
        new AbortController().signal,
        (ctx) => signalEndpoint.handle(request, labels, ctx, nobodyElse),
      );
      await cloud.settle();
      return response!.status;
    },
    events: async (StackName) => {
      const { StackEvents } = await call("DescribeStackEvents", { StackName });
      return (StackEvents as { LogicalResourceId: string; ResourceStatus: string }[])
        .reverse()
        .map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`);
    },
    resources: async (StackName) => {
      const { StackResourceSummaries } = await call("ListStackResources", { StackName });
      return Object.fromEntries(
        (
          StackResourceSummaries as {
            LogicalResourceId: string;
            PhysicalResourceId?: string;
            ResourceStatus: string;
          }[]
        ).map(({ LogicalResourceId, PhysicalResourceId, ResourceStatus }) => [
          LogicalResourceId,
          { id: PhysicalResourceId, status: ResourceStatus },
        ]),
      );
    },
  };
}
