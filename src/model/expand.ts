// Turns the compact form of a model into the loaded one of `shapes.ts`. Nothing
// is expanded before it is asked for: operations hold numbers until their input
// is read, members until their shape is.

import type { CompiledModel, CompiledOperation, CompiledShape, MemberTraits, ShapeTraits } from "./format.ts";
import { kinds } from "./format.ts";
import type { ErrorTraits, Member, OperationModel, ServiceModel, Shape, StructureShape } from "./shapes.ts";

/** Expands the shape at a place. */
type Resolve = (place: number) => Shape;

export function expandModel(compiled: CompiledModel): ServiceModel {
  const names = compiled.names.split(" ");
  const ec2 = compiled.service.protocols.includes("ec2");
  const expanded: (Shape | undefined)[] = [];
  const resolve: Resolve = (place) => {
    let shape = expanded[place];
    if (shape === undefined) {
      const source = compiled.shapes[place];
      const name = names[place];
      if (source === undefined || name === undefined) throw new Error(`No shape at ${place}.`);
      shape = expandShape(name, source, resolve, ec2);
      expanded[place] = shape;
    }
    return shape;
  };

  const operations = new Map<string, OperationModel>();
  for (const [name, operation] of Object.entries(compiled.operations)) {
    operations.set(name, new LazyOperation(name, operation, resolve));
  }

  let places: Map<string, number> | undefined;
  return {
    ...compiled.service,
    operations,
    shape(name) {
      places ??= new Map(names.map((each, place) => [each, place]));
      const place = places.get(name);
      if (place === undefined) throw new Error(`The model of ${compiled.service.name} has no shape ${name}.`);
      return resolve(place);
    },
  };
}

class LazyOperation implements OperationModel {
  readonly name: string;
  readonly http: OperationModel["http"];
  readonly resultWrapper?: string;
  readonly authType?: "none" | "v4-unsigned-body";
  readonly hostPrefix?: string;
  readonly httpChecksum?: { readonly algorithmMember?: string; readonly requestRequired: boolean };
  readonly deprecated?: boolean;
  readonly #source: CompiledOperation;
  readonly #resolve: Resolve;
  #errors: readonly StructureShape[] | undefined;

  constructor(name: string, source: CompiledOperation, resolve: Resolve) {
    this.name = name;
    this.#source = source;
    this.#resolve = resolve;
    const { method = "POST", uri = "/", status = 200, ...traits } = source[3] ?? {};
    this.http = { method, uri, status };
    Object.assign(this, traits);
  }

  get input(): StructureShape | undefined {
    return this.#structure(this.#source[0]);
  }

  get output(): StructureShape | undefined {
    return this.#structure(this.#source[1]);
  }

  get errors(): readonly StructureShape[] {
    this.#errors ??= this.#source[2].map((place) => this.#structure(place) as StructureShape);
    return this.#errors;
  }

  #structure(place: number): StructureShape | undefined {
    return place < 0 ? undefined : (this.#resolve(place) as StructureShape);
  }
}

class LazyMember implements Member {
  readonly name: string;
  readonly required: boolean;
  readonly wireName: string;
  readonly #place: number;
  readonly #resolve: Resolve;

  constructor(
    name: string,
    required: boolean,
    place: number,
    traits: MemberTraits | undefined,
    resolve: Resolve,
  ) {
    this.name = name;
    this.required = required;
    this.#place = place;
    this.#resolve = resolve;
    if (traits === undefined) {
      this.wireName = name;
    } else {
      const { w = name, l, ...rest } = traits;
      this.wireName = w;
      Object.assign(this, rest, l === undefined ? undefined : { location: l });
    }
  }

  get shape(): Shape {
    return this.#resolve(this.#place);
  }
}

function expandShape(name: string, source: CompiledShape, resolve: Resolve, ec2: boolean): Shape {
  const [kindPlace, ...parts] = typeof source === "number" ? [source] : source;
  const kind = kinds[kindPlace];
  switch (kind) {
    case "structure": {
      const traits = (typeof parts[0] === "object" ? parts.shift() : {}) as ShapeTraits;
      const { error, union = false, eventStream = false, ...rest } = traits;
      return {
        kind,
        name,
        members: structureMembers(parts, resolve, ec2),
        union,
        eventStream,
        ...rest,
        ...(error === undefined ? {} : { error: expandError(error) }),
      };
    }
    case "list": {
      const member = partMember("member", parts, resolve);
      const { flattened = false, ...traits } = (parts.shift() ?? {}) as ShapeTraits;
      return { kind, name, member, flattened, ...traits };
    }
    case "map": {
      const key = partMember("key", parts, resolve);
      const value = partMember("value", parts, resolve);
      const { flattened = false, ...traits } = (parts.shift() ?? {}) as ShapeTraits;
      return { kind, name, key, value, flattened, ...traits };
    }
    case "blob": {
      const { streaming = false, ...traits } = (parts[0] ?? {}) as ShapeTraits;
      return { kind, name, streaming, ...traits };
    }
    case undefined:
      throw new Error(`The compiled shape ${name} is of no known kind.`);
    default:
      return { kind, name, ...(parts[0] as ShapeTraits | undefined) };
  }
}

function structureMembers(parts: unknown[], resolve: Resolve, ec2: boolean): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  for (let at = 0; at < parts.length; ) {
    const label = parts[at++] as string;
    const place = parts[at++] as number;
    let traits = typeof parts[at] === "object" ? (parts[at++] as MemberTraits) : undefined;
    const required = label.endsWith("!");
    const name = required ? label.slice(0, -1) : label;
    if (ec2 && traits?.queryName === undefined) traits = { ...traits, queryName: ec2Name(traits?.w ?? name) };
    members.set(name, new LazyMember(name, required, place, traits, resolve));
  }
  return members;
}

/** The ec2 protocol writes `instanceId` in responses and `InstanceId` in requests. */
function ec2Name(wireName: string): string {
  return wireName.charAt(0).toUpperCase() + wireName.slice(1);
}

/** A list's member or a map's key or value: always a number, then traits or 0. */
function partMember(name: string, parts: unknown[], resolve: Resolve): Member {
  const place = parts.shift() as number;
  const traits = parts.shift() as MemberTraits | 0;
  return new LazyMember(name, false, place, traits === 0 ? undefined : traits, resolve);
}

function expandError(error: NonNullable<ShapeTraits["error"]>): ErrorTraits {
  const { status = 400, ...rest } = error;
  return { status, senderFault: status < 500, ...rest };
}
