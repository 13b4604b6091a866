// What a fault becomes on any protocol: its modelled shape, status, codes and
// members. The protocols differ only in how they print this.

import type { Fault } from "../../core/fault.ts";
import { commonErrors } from "../../core/fault.ts";
import type { OperationModel, ServiceModel, Shape, StructureShape } from "../../model/shapes.ts";
import { compiled } from "./compiled.ts";

export interface ErrorAnswer {
  /** The shape's name, which JSON and CBOR clients look up. */
  readonly code: string;
  /** The code that XML protocols write: the model's `error.code`. */
  readonly xmlCode: string;
  /** What clients of the former query protocol know it as. */
  readonly queryCode: string;
  readonly status: number;
  /** Whether the sender is to blame. */
  readonly sender: boolean;
  readonly shape: StructureShape | undefined;
  /** The error shape's members: the fault's fields and the message under its modelled name. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly message: string;
  /** `message`, where the shape has no member for it: encoders print only what shapes have. */
  readonly unmodelledMessage: Readonly<Record<string, string>>;
}

export function errorAnswer(
  service: ServiceModel | undefined,
  operation: OperationModel | undefined,
  fault: Fault,
): ErrorAnswer {
  const { code, message } = fault;
  const shape = errorShape(service, operation, code);
  const traits = shape?.error;
  const common: Readonly<Record<string, number>> = commonErrors;
  const status =
    fault.status ?? traits?.status ?? (Object.hasOwn(common, code) ? common[code] : undefined) ?? 400;
  const xmlCode = traits?.code ?? shape?.name ?? code;
  return {
    code: shape?.name ?? code,
    xmlCode,
    queryCode: traits?.queryCode ?? xmlCode,
    status,
    sender: traits?.senderFault ?? status < 500,
    shape,
    members: membersOf(shape, fault),
    message,
    unmodelledMessage: shape?.members.has(messageMember(shape)) === true ? {} : { message },
  };
}

function membersOf(shape: StructureShape | undefined, fault: Fault): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const name of shape?.members.keys() ?? []) {
    if (Object.hasOwn(fault.fields, name)) members[name] = fault.fields[name];
  }
  const name = messageMember(shape);
  if (shape?.members.has(name) === true) members[name] ??= fault.message;
  return members;
}

/** `message`, or `Message` where the model says so; a few errors have neither and get the first. */
export function messageMember(shape: StructureShape | undefined): string {
  return shape?.members.has("message") !== true && shape?.members.has("Message") === true
    ? "Message"
    : "message";
}

/** The modelled error that a code names, by shape name or by any of its codes. */
function errorShape(
  service: ServiceModel | undefined,
  operation: OperationModel | undefined,
  code: string,
): StructureShape | undefined {
  const own = operation?.errors.find((shape) => answersTo(shape, code));
  if (own !== undefined || service === undefined) return own;
  return shapesByCode(service).get(code) ?? namedError(service, code);
}

function answersTo(shape: StructureShape, code: string): boolean {
  return shape.name === code || shape.error?.code === code || shape.error?.queryCode === code;
}

/** Errors of a service's other operations: any operation may answer a service-wide one. */
const shapesByCode = compiled(allErrors);

function allErrors(service: ServiceModel): Map<string, StructureShape> {
  const shapes = new Map<string, StructureShape>();
  for (const operation of service.operations.values()) {
    for (const shape of operation.errors) {
      for (const code of [shape.error?.queryCode, shape.error?.code, shape.name]) {
        if (code !== undefined) shapes.set(code, shape);
      }
    }
  }
  return shapes;
}

/** Some errors are modelled as shapes and listed by no operation (S3's, Lambda's stream errors). */
function namedError(service: ServiceModel, code: string): StructureShape | undefined {
  let shape: Shape;
  try {
    shape = service.shape(code);
  } catch {
    return undefined;
  }
  return shape.kind === "structure" && shape.error !== undefined ? shape : undefined;
}
