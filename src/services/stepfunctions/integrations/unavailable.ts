// Integrations that AWS has and Cumulet cannot serve, since the service is not
// there at all: a definition may name them, and the task fails with an error
// that does too.

import { StateError } from "../asl/data/scope.ts";
import type { Pattern, TaskIntegration } from "./integration.ts";
import { capitalized, sdkErrorPrefix } from "./names.ts";
import { unmodelledServiceIds } from "./service-ids.ts";

/** By API the patterns that AWS offers: `r`equest and `s`ync. */
const optimized: Readonly<
  Record<string, { readonly prefix: string; readonly apis: Readonly<Record<string, string>> }>
> = {
  bedrock: { prefix: "Bedrock", apis: { invokeModel: "r", createModelCustomizationJob: "rs" } },
  databrew: { prefix: "DataBrew", apis: { startJobRun: "rs" } },
  eks: {
    prefix: "EKS",
    apis: {
      call: "r",
      createCluster: "rs",
      createNodegroup: "rs",
      deleteCluster: "rs",
      deleteNodegroup: "rs",
      runJob: "rs",
    },
  },
  elasticmapreduce: {
    prefix: "ElasticMapReduce",
    apis: {
      addStep: "rs",
      cancelStep: "r",
      createCluster: "rs",
      modifyInstanceFleetByName: "r",
      modifyInstanceGroupByName: "r",
      setClusterTerminationProtection: "r",
      terminateCluster: "rs",
    },
  },
  "emr-containers": {
    prefix: "EMRContainers",
    apis: { createVirtualCluster: "r", deleteVirtualCluster: "rs", startJobRun: "rs" },
  },
  "emr-serverless": {
    prefix: "EMRServerless",
    apis: {
      cancelJobRun: "rs",
      createApplication: "rs",
      deleteApplication: "rs",
      startApplication: "rs",
      stopApplication: "rs",
    },
  },
  mediaconvert: { prefix: "MediaConvert", apis: { createJob: "rs" } },
};

export function unavailableOptimized(
  service: string,
  api: string,
  pattern: Pattern,
): TaskIntegration | undefined {
  const { prefix, apis } = optimized[service] ?? {};
  if (prefix === undefined || pattern === "token" || !apis?.[api]?.includes(pattern.charAt(0)))
    return undefined;
  return unavailable(service, api, pattern, service, prefix);
}

const sdkServices = new Map(
  unmodelledServiceIds.map((id) => [id.toLowerCase().replace(/[^a-z0-9]/g, ""), id]),
);

/** What operations it has, nobody here knows. */
export function unavailableSdk(service: string, api: string, pattern: Pattern): TaskIntegration | undefined {
  const id = sdkServices.get(service);
  return id === undefined
    ? undefined
    : unavailable(`aws-sdk:${service}`, api, pattern, service, sdkErrorPrefix(id));
}

function unavailable(
  resourceType: string,
  api: string,
  pattern: Pattern,
  service: string,
  prefix: string,
): TaskIntegration {
  const suffix = { request: "", sync: ".sync", token: ".waitForTaskToken" }[pattern];
  const fail = (): Promise<never> =>
    Promise.reject(
      new StateError(
        `${prefix}.NotImplementedException`,
        `Cumulet does not implement ${service}:${capitalized(api)} yet. (Service: ${prefix}, Status Code: 501)`,
      ),
    );
  return {
    resourceType,
    resource: `${api}${suffix}`,
    kind: "task",
    pattern,
    run: fail,
    ...(pattern === "sync" ? { poll: fail } : {}),
  };
}
