// A cloud for tests: the services given, in memory, with a stopped clock and
// repeatable ids. What passes here passes dispatch, as a client's request does.

import type { Authorizer } from "../core/authorize.ts";
import type { Call } from "../core/call.ts";
import { ControllableClock } from "../core/clock.ts";
import { seededIds } from "../core/ids.ts";
import { Kernel } from "../core/kernel.ts";
import type { LogEntry } from "../core/log.ts";
import type { Place } from "../core/place.ts";
import type { Api } from "../core/ports/api.ts";
import type { FunctionHost } from "../core/ports/compute.ts";
import { type Web, WebError } from "../core/ports/web.ts";
import { type Principal, rootPrincipal } from "../core/principal.ts";
import type { ServiceDefinition } from "../core/service.ts";
import type { OpenStore } from "../store/open.ts";
import { openTestStore } from "../store/testing/open.ts";

export interface Caller {
  // biome-ignore lint/suspicious/noExplicitAny: tests read outputs freely; the service's own types are checked where it is defined.
  call(service: string, operation: string, input?: object, overrides?: Partial<Call>): Promise<any>;
}

export interface TestCloud extends Caller {
  readonly kernel: Kernel;
  /** Everything logged; a test that provokes an accident finds it here. */
  readonly log: readonly LogEntry[];
  as(caller: { readonly principal?: Principal } & Partial<Place>): Caller;
  advance(milliseconds: number): Promise<void>;
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestCloudOptions {
  /** The stopped clock's start; default 2024-01-01T00:00:00Z. */
  readonly now?: number;
  readonly seed?: number;
  readonly functions?: FunctionHost;
  readonly authorize?: Authorizer;
  /** What an earlier cloud left behind: its stop leaves it open. */
  readonly opened?: OpenStore;
  /** Others over what is opened run beside it: for so many milliseconds it offers them what it has no room for. */
  readonly offerMilliseconds?: number;
  /** The world outside; default one in which nothing answers. */
  readonly web?: Web["fetch"];
}

const noCompute: FunctionHost = {
  invoke: () => Promise.reject(new Error("This test cloud runs no user code.")),
  prepare: () => Promise.reject(new Error("This test cloud runs no user code.")),
  retire: () => undefined,
  hasRoom: () => true,
  onLateLines: () => undefined,
  stop: () => Promise.resolve(),
};

const nobodyOutside: Web["fetch"] = () =>
  Promise.reject(new WebError("connection", "This test cloud has no world outside."));

export async function testCloud(
  services: readonly ServiceDefinition[],
  options: TestCloudOptions = {},
): Promise<TestCloud> {
  const log: LogEntry[] = [];
  const ids = seededIds(options.seed ?? 1);
  /** Loaded when it is asked: most tests make no calls that come as HTTP. */
  const api: Api = {
    send: async (...sent) => {
      const [{ inProcessApi }, { rawEndpoints }] = await Promise.all([
        import("../wire/in-process.ts"),
        import("../app/raw-endpoints.ts"),
      ]);
      const endpoints = rawEndpoints({
        kernel,
        endpoint: () => "http://localhost:4566",
        servedDomain: (domain) => domain === "localhost",
        newRequestId: () => ids.uuid(),
      });
      return inProcessApi(() => endpoints).send(...sent);
    },
  };
  const { store, blobs } = options.opened ?? (await openTestStore());
  const kernel: Kernel = new Kernel({
    services: services.map((definition) => ({
      name: definition.model.name,
      load: () => Promise.resolve(definition),
      hears: Object.keys(definition.on ?? {}),
      overhears: definition.overhears !== undefined,
      resourceTypes: (definition.resourceTypes ?? []).map(({ type }) => type),
      targets: (definition.targets ?? []).map(({ arns }) => arns),
      endpoints: definition.endpoints ?? [],
    })),
    store,
    blobs,
    functions: options.functions ?? { ...noCompute },
    api,
    web: { fetch: options.web ?? nobodyOutside },
    ...(options.authorize === undefined ? {} : { authorize: options.authorize }),
    ...(options.offerMilliseconds === undefined ? {} : { offerMilliseconds: options.offerMilliseconds }),
    clock: new ControllableClock(options.now ?? Date.UTC(2024, 0, 1)),
    ids,
    log: (entry) => log.push(entry),
    endpoint: () => "http://localhost:4566",
  });
  await kernel.start(options.offerMilliseconds === undefined);
  const as = (caller: { readonly principal?: Principal } & Partial<Place>): Caller => {
    const principal = caller.principal ?? rootPrincipal(caller.account ?? "000000000000");
    return {
      call: (service, operation, input = {}, overrides = {}) =>
        kernel.dispatch({
          service,
          operation,
          input,
          principal,
          account: caller.account ?? principal.account,
          region: caller.region ?? "us-east-1",
          requestId: ids.uuid(),
          endpoint: "http://localhost:4566",
          sourceIp: "127.0.0.1",
          userAgent: "test",
          signal: new AbortController().signal,
          ...overrides,
        }),
    };
  };
  return {
    kernel,
    log,
    as,
    call: as({}).call,
    advance: (milliseconds) => kernel.advance(milliseconds),
    settle: () => kernel.settle(),
    stop: async () => {
      await kernel.stop();
      if (options.opened === undefined) await store.close();
    },
  };
}
