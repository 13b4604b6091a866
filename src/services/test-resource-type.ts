// Resource types in tests: made, read, changed and removed as a stack does it,
// without a stack.

import { rootPrincipal } from "../core/principal.ts";
import {
  creationContext,
  type Incarnation,
  type Prepared,
  type ProvidedType,
  prepare,
  resourceContext,
} from "../core/provision.ts";
import type { CreatedResource, Properties, UpdatedResource } from "../core/resource-type.ts";
import type { Waiting } from "../core/waiting.ts";
import type { TestCloud } from "./test-cloud.ts";

export interface ProvisionOptions {
  readonly tags?: Readonly<Record<string, string>>;
  readonly token?: string;
  /** The creation repeats one that was cut off. */
  readonly repeated?: boolean;
}

export interface Provisioner {
  /** Throws what a stack would show as the reason. */
  create(
    type: string,
    properties: object,
    options?: ProvisionOptions,
  ): Promise<CreatedResource & { readonly properties: Properties }>;
  read(type: string, id: string, properties?: Properties): Promise<Properties | undefined>;
  update(
    type: string,
    id: string,
    after: object,
    before: object,
    options?: ProvisionOptions,
  ): Promise<UpdatedResource | undefined>;
  delete(type: string, id: string, properties?: Properties): Promise<void>;
  list(type: string): Promise<readonly string[]>;
}

const place = { account: "000000000000", region: "us-east-1" };

export function provisioner(cloud: TestCloud): Provisioner {
  const ctx: Waiting = cloud.kernel.waiting(
    place,
    {
      requestId: "test",
      principal: rootPrincipal(place.account),
      endpoint: "http://localhost:4566",
      sourceIp: "127.0.0.1",
      userAgent: "test",
    },
    { signal: new AbortController().signal },
  );
  const incarnation = (token = "0123456789abcdef0123456789abcdef"): Incarnation => ({
    logicalId: "Resource",
    stack: { id: `arn:aws:cloudformation:us-east-1:${place.account}:stack/test/1`, name: "test" },
    token,
  });
  const find = async (name: string): Promise<ProvidedType> => {
    const type = await ctx.resourceType(name);
    if (type === undefined) throw new Error(`There is no resource type ${name}.`);
    return type;
  };
  const prepared = (type: ProvidedType, given: object, options: ProvisionOptions): Properties => {
    const found: Prepared = prepare(
      type,
      given as Properties,
      incarnation(options.token),
      options.tags ?? {},
    );
    if (found.failures.length > 0) throw new Error(found.failures.join("\n"));
    return found.properties;
  };
  /** Work runs beside a test, as it would in a job: a stopped clock sees that it waits. */
  const run = <T>(body: (within: Waiting) => Promise<T>): Promise<T> =>
    cloud.kernel.serve(place, ctx, new AbortController().signal, body);
  return {
    create: async (name, given, options = {}) => {
      const type = await find(name);
      const properties = prepared(type, given, options);
      const repeated = options.repeated === true;
      return run(async (within) => {
        const { at } = creationContext(within, incarnation(options.token), repeated, () => undefined);
        const exists = repeated ? undefined : await type.definition.existing?.(properties, at);
        if (exists !== undefined) throw new Error(`${exists} already exists`);
        return { ...(await type.definition.create(properties, at)), properties };
      });
    },
    read: async (name, id, properties = {}) => {
      const { definition } = await find(name);
      return run((within) =>
        Promise.resolve(definition.read?.(id, resourceContext(within, incarnation()), properties)),
      );
    },
    update: async (name, id, after, before, options = {}) => {
      const type = await find(name);
      const [to, from] = [prepared(type, after, options), prepared(type, before, options)];
      return run((within) =>
        Promise.resolve(type.definition.update?.(id, to, from, resourceContext(within, incarnation()))),
      );
    },
    delete: async (name, id, properties = {}) => {
      const { definition } = await find(name);
      await run((within) => definition.delete(id, properties, resourceContext(within, incarnation())));
    },
    list: async (name) => {
      const { definition } = await find(name);
      return run((within) =>
        Promise.resolve(definition.list?.(resourceContext(within, incarnation())) ?? []),
      );
    },
  };
}
