// Why something failed, as CloudFormation words it in a resource's status.

import { Fault } from "../../../core/fault.ts";
import { handlerErrorCode, ResourceFailure } from "../../../core/resource-type.ts";
import { TemplateError } from "../../../lang/template/error.ts";
import type { Run } from "./run-context.ts";

export { ResourceFailure as Failure };

export function reasonOf(error: unknown, { ctx }: Pick<Run, "ctx">): string {
  if (error instanceof ResourceFailure || error instanceof TemplateError) return error.message;
  if (!(error instanceof Fault)) return `Internal Failure (${String(error)})`;
  if (error.code === "NotImplemented") return error.message;
  const code = handlerErrorCode(error);
  const status = error.status ?? 400;
  return `Resource handler returned message: "${error.message} (Service: ${titleOf(error.service)}, Status Code: ${status}, Request ID: ${ctx.ids.uuid()})" (RequestToken: ${ctx.ids.uuid()}, HandlerErrorCode: ${code})`;
}

function titleOf(service: string): string {
  return service.charAt(0).toUpperCase() + service.slice(1);
}
