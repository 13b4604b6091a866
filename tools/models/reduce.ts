// Reduces a botocore model to the compact form of `src/model/format.ts`: shapes
// that can be reached, numbered in the source's order, without documentation.

import type {
  CompiledError,
  CompiledModel,
  CompiledOperation,
  CompiledPart,
  CompiledService,
  CompiledShape,
  OperationTraits,
  ShapeTraits,
} from "../../src/model/format.ts";
import { kindNumber } from "../../src/model/format.ts";
import type { Protocol } from "../../src/model/shapes.ts";
import type { BotocoreOperation, BotocoreReference, BotocoreService, BotocoreShape } from "./botocore.ts";
import { specialised } from "./specialise.ts";
import { memberTraits, present, xmlNamespace } from "./traits.ts";

export function reduce(name: string, original: BotocoreService, isGlobal: boolean): CompiledModel {
  const source = specialised(original);
  const reached = reachable(source);
  const names = Object.keys(source.shapes).filter((each) => reached.has(each));
  const places = new Map(names.map((each, place) => [each, place]));
  const placeOf = (reference: BotocoreReference) => {
    const place = places.get(reference.shape);
    if (place === undefined) throw new Error(`${name} has no shape ${reference.shape}.`);
    return place;
  };

  const operations: Record<string, CompiledOperation> = {};
  for (const operationName of Object.keys(source.operations).sort()) {
    const operation = source.operations[operationName] as BotocoreOperation;
    const traits = operationTraits(operation);
    operations[operationName] = [
      operation.input === undefined ? -1 : placeOf(operation.input),
      operation.output === undefined ? -1 : placeOf(operation.output),
      (operation.errors ?? []).map(placeOf),
      ...(Object.keys(traits).length > 0 ? [traits] : []),
    ] as unknown as CompiledOperation;
  }

  const inputNames = inputElements(source);
  const shapes = names.map((each) => {
    const shape = source.shapes[each] as BotocoreShape;
    return reduceShape(each, shape, source, placeOf, inputNames.get(each));
  });
  return { service: reduceService(name, source, isGlobal), operations, names: names.join(" "), shapes };
}

export function reduceService(name: string, source: BotocoreService, isGlobal: boolean): CompiledService {
  const { metadata } = source;
  return {
    name,
    serviceId: metadata.serviceId,
    fullName: metadata.serviceFullName,
    apiVersion: metadata.apiVersion,
    endpointPrefix: metadata.endpointPrefix,
    signingName: metadata.signingName ?? metadata.endpointPrefix,
    ...present({ targetPrefix: metadata.targetPrefix }),
    jsonVersion: metadata.jsonVersion === "1.0" ? "1.0" : "1.1",
    protocols: (metadata.protocols ?? [metadata.protocol]) as readonly Protocol[],
    ...present({ xmlNamespace: xmlNamespace(metadata.xmlNamespace)?.uri }),
    global: isGlobal,
  };
}

/** All shapes that an operation leads to, and all errors, which services raise unasked. */
function reachable(source: BotocoreService): ReadonlySet<string> {
  const found = new Set<string>();
  const open: string[] = [];
  const add = (reference: BotocoreReference | undefined) => {
    if (reference !== undefined) open.push(reference.shape);
  };
  for (const operation of Object.values(source.operations)) {
    add(operation.input);
    add(operation.output);
    operation.errors?.forEach(add);
  }
  for (const [name, shape] of Object.entries(source.shapes)) if (shape.exception) open.push(name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const shape = source.shapes[name];
    if (shape === undefined) throw new Error(`There is no shape ${name}.`);
    Object.values(shape.members ?? {}).forEach(add);
    add(shape.member);
    add(shape.key);
    add(shape.value);
  }
  return found;
}

function operationTraits(operation: BotocoreOperation): OperationTraits {
  const { http, httpChecksum } = operation;
  const algorithmMember = httpChecksum?.requestAlgorithmMember;
  const requestRequired = httpChecksum?.requestChecksumRequired ?? operation.httpChecksumRequired ?? false;
  return present({
    method: http.method === "POST" ? undefined : http.method,
    uri: http.requestUri === "/" ? undefined : http.requestUri,
    status: http.responseCode === 200 ? undefined : http.responseCode,
    resultWrapper: operation.output?.resultWrapper,
    authType: operation.authtype,
    hostPrefix: operation.endpoint?.hostPrefix,
    httpChecksum:
      algorithmMember !== undefined || requestRequired
        ? { ...present({ algorithmMember }), requestRequired }
        : undefined,
    deprecated: operation.deprecated ? (true as const) : undefined,
  });
}

/** The root element of a request body is said where the operation names its input. */
function inputElements(source: BotocoreService): ReadonlyMap<string, BotocoreReference> {
  const elements = new Map<string, BotocoreReference>();
  for (const { input } of Object.values(source.operations)) {
    if (input?.locationName === undefined) continue;
    const known = elements.get(input.shape);
    if (known !== undefined && known.locationName !== input.locationName) {
      throw new Error(`The input ${input.shape} has two root elements.`);
    }
    elements.set(input.shape, input);
  }
  return elements;
}

function reduceShape(
  name: string,
  shape: BotocoreShape,
  source: BotocoreService,
  placeOf: (reference: BotocoreReference) => number,
  input: BotocoreReference | undefined,
): CompiledShape {
  const traits = shapeTraits(name, shape, source, input);
  const end: readonly CompiledPart[] = Object.keys(traits).length > 0 ? [traits] : [];
  const inner = (reference: BotocoreReference | undefined, standardName: string): CompiledPart[] => {
    if (reference === undefined) throw new Error(`${name} lacks its ${standardName}.`);
    const own = memberTraits(standardName, reference, source);
    return [placeOf(reference), Object.keys(own).length > 0 ? own : 0];
  };
  if (shape.document) return [kindNumber.document, ...end];
  switch (shape.type) {
    case "structure": {
      const required = new Set(shape.required);
      const parts: CompiledPart[] = [...end];
      for (const [memberName, reference] of Object.entries(shape.members ?? {})) {
        const own = memberTraits(memberName, reference, source);
        parts.push(required.has(memberName) ? `${memberName}!` : memberName, placeOf(reference));
        if (Object.keys(own).length > 0) parts.push(own);
      }
      return [kindNumber.structure, ...parts];
    }
    case "list":
      return [kindNumber.list, ...inner(shape.member, "member"), ...end];
    case "map":
      return [kindNumber.map, ...inner(shape.key, "key"), ...inner(shape.value, "value"), ...end];
    case "string":
    case "boolean":
    case "integer":
    case "long":
    case "float":
    case "double":
    case "blob":
    case "timestamp":
      return end.length > 0 ? [kindNumber[shape.type], ...end] : kindNumber[shape.type];
    default:
      throw new Error(`The shape ${name} is of the unknown type ${shape.type}.`);
  }
}

function shapeTraits(
  name: string,
  shape: BotocoreShape,
  source: BotocoreService,
  input: BotocoreReference | undefined,
): ShapeTraits {
  const flag = (value: boolean | undefined) => (value ? (true as const) : undefined);
  return present({
    sensitive: flag(shape.sensitive),
    min: shape.min,
    max: shape.max,
    pattern: shape.pattern,
    enum: shape.enum,
    flattened: flag(shape.flattened),
    streaming: flag(shape.streaming),
    requiresLength: flag(shape.requiresLength),
    timestampFormat: shape.timestampFormat as ShapeTraits["timestampFormat"],
    union: flag(shape.union),
    payload: shape.payload,
    eventStream: flag(shape.eventstream),
    xmlName: input?.locationName ?? (shape.type === "structure" ? shape.locationName : undefined),
    xmlNamespace: xmlNamespace(input?.xmlNamespace ?? shape.xmlNamespace),
    xmlOrder: shape.xmlOrder,
    error: shape.exception ? reduceError(name, shape, source) : undefined,
  });
}

function reduceError(name: string, shape: BotocoreShape, source: BotocoreService): CompiledError {
  const { error = {} } = shape;
  const status = error.httpStatusCode ?? (shape.fault || error.fault ? 500 : 400);
  const code = error.code === name ? undefined : error.code;
  const compatible = source.metadata.awsQueryCompatible !== undefined;
  return present({
    code: compatible ? undefined : code,
    status: status === 400 ? undefined : status,
    senderFault: error.senderFault === status < 500 ? undefined : error.senderFault,
    queryCode: compatible ? code : undefined,
  });
}
