// What a service's error is called in a state machine. `aws-sdk` integrations
// name it as AWS's SDK for Java 2 does, optimized ones mostly as version 1.

import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { OperationModel, ServiceModel, StructureShape } from "../../../model/shapes.ts";
import { StateError } from "../asl/data/scope.ts";
import { exceptionName, sdkErrorPrefix } from "./names.ts";

/** How an optimized integration names its service. */
export interface OptimizedName {
  /** Before the dot of an error: `SQS`. */
  readonly prefix: string;
  /** In the cause: `AmazonSQS`. */
  readonly client: string;
  /** The error for what the model does not know: `AmazonSQSException`. */
  readonly fallback: string;
}

/** The error that the state fails with. What is no expected failure goes on as it is. */
export function failureOf(
  error: unknown,
  model: ServiceModel,
  operation: OperationModel,
  optimized: OptimizedName | undefined,
  ctx: Waiting,
): unknown {
  if (!(error instanceof Fault)) return error;
  const shape = modelledError(model, operation, error.code);
  const status = error.status ?? shape?.error?.status ?? 400;
  const requestId = ctx.ids.uuid();
  if (optimized !== undefined) {
    const { prefix, client, fallback } = optimized;
    const name =
      shape === undefined && error.code !== "NotImplemented"
        ? fallback
        : exceptionName(shape?.name ?? error.code);
    return new StateError(
      `${prefix}.${name}`,
      `${error.message} (Service: ${client}; Status Code: ${status}; Error Code: ${error.code}; Request ID: ${requestId}; Proxy: null)`,
    );
  }
  const prefix = sdkErrorPrefix(model.serviceId);
  const name =
    shape === undefined && error.code !== "NotImplemented"
      ? `${prefix}Exception`
      : exceptionName(shape?.name ?? error.code);
  return new StateError(
    `${prefix}.${name}`,
    `${error.message} (Service: ${prefix}, Status Code: ${status}, Request ID: ${requestId})`,
  );
}

/** AWS's SDK knows every error of the service, whichever operation answers it. */
function modelledError(
  model: ServiceModel,
  operation: OperationModel,
  code: string,
): StructureShape | undefined {
  const isIt = ({ name, error }: StructureShape): boolean => name === code || error?.code === code;
  const own = operation.errors.find(isIt);
  if (own !== undefined) return own;
  for (const { errors } of model.operations.values()) {
    const found = errors.find(isIt);
    if (found !== undefined) return found;
  }
  return undefined;
}
