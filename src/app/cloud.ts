// The composition: a store, a clock, the services and the HTTP front become
// one running cloud. The command line and test suites both start it here.

import { join } from "node:path";
import { ControllableClock } from "../core/clock.ts";
import type { Credential } from "../core/credential.ts";
import type { CallRecord } from "../core/dispatch.ts";
import type { Fault } from "../core/fault.ts";
import { randomIds } from "../core/ids.ts";
import { Kernel } from "../core/kernel.ts";
import type { Log, LogEntry } from "../core/log.ts";
import { rootPrincipal } from "../core/principal.ts";
import { openStore } from "../store/open.ts";
import { portsCanBeShared, startFront } from "../wire/front.ts";
import { controlRoutes } from "./control.ts";
import { crossOrigin } from "./cross-origin.ts";
import { parseDuration } from "./duration.ts";
import { lazyApi } from "./lazy-api.ts";
import { lazyFunctionHost } from "./lazy-functions.ts";
import { lazyWeb } from "./lazy-web.ts";
import { openLogFile } from "./log-file.ts";
import { Membership } from "./membership.ts";
import type { CloudOptions, WorkerOptions } from "./options.ts";
import { rawEndpoints } from "./raw-endpoints.ts";
import { services } from "./services.generated.ts";
import { explained, StartError } from "./start-error.ts";

const defaultPort = 4566;
const servedDomains = ["localhost", "localhost.localstack.cloud"];

/** A running cloud. `await Cloud.start({ ephemeral: true, port: 0 })` in a test suite, `cumulet up` on a machine. */
export class Cloud {
  /** Where clients reach it: `http://localhost:4566`. */
  readonly endpoint: string;
  readonly port: number;
  readonly clock: CloudClock;
  /** Absent for an ephemeral cloud. */
  readonly dataDirectory: string | undefined;
  readonly #kernel: Kernel;
  readonly #close: () => Promise<void>;
  #stopped: Promise<void> | undefined;

  private constructor(
    address: { readonly endpoint: string; readonly port: number; readonly dataDirectory: string | undefined },
    kernel: Kernel,
    close: () => Promise<void>,
  ) {
    this.endpoint = address.endpoint;
    this.port = address.port;
    this.dataDirectory = address.dataDirectory;
    this.clock = new CloudClock(kernel);
    this.#kernel = kernel;
    this.#close = close;
  }

  static start(options: CloudOptions = {}, worker?: WorkerOptions): Promise<Cloud> {
    const host = options.host ?? "127.0.0.1";
    const port = options.port ?? defaultPort;
    const dataDirectory = options.ephemeral === true ? undefined : (options.dataDirectory ?? ".cumulet");
    return Cloud.#start(options, worker, host, port, dataDirectory).catch((error: unknown) => {
      throw explained(error, { host, port, dataDirectory, store: options.store });
    });
  }

  static async #start(
    options: CloudOptions,
    worker: WorkerOptions | undefined,
    host: string,
    port: number,
    dataDirectory: string | undefined,
  ): Promise<Cloud> {
    const trusted = isLoopback(host);
    if (!trusted && options.rootCredential === undefined) {
      throw new StartError(
        `Listening on ${host} needs a root secret: beyond loopback, Cumulet accepts only keys it knows. ` +
          "Set CUMULET_ROOT_ACCESS_KEY_ID and CUMULET_ROOT_SECRET_ACCESS_KEY.",
      );
    }
    const clock = new ControllableClock();
    const ids = randomIds();
    const bus = worker === undefined ? {} : { bus: worker.bus };
    /** Others may share a database, or the data directory. */
    const alone = options.store === undefined && (worker === undefined || worker.first);
    const opened = await openStore(
      dataDirectory === undefined
        ? { ephemeral: true }
        : options.store === undefined
          ? { dataDirectory, durability: options.durability ?? "process", ...bus }
          : { dataDirectory, databaseUrl: options.store, blobsUrl: options.blobs },
    );
    const logFile =
      dataDirectory === undefined
        ? undefined
        : openLogFile(join(dataDirectory, "log", "cumulet.log"), () => clock.wall());
    const log: Log = (entry) => {
      logFile?.log(entry);
      options.onLog?.(entry);
    };
    let endpoint = "";
    const membership: Membership | undefined =
      options.store === undefined && worker === undefined
        ? undefined
        : new Membership({
            store: opened.store,
            clock,
            newId: () => ids.uuid(),
            forget: () => kernel.forget(),
            log,
          });
    const kernel: Kernel = new Kernel({
      services,
      store: opened.store,
      blobs: opened.blobs,
      functions: lazyFunctionHost(async () => {
        const { createFunctionHost } = await import("../compute/host.ts");
        return createFunctionHost({
          dataDirectory: dataDirectory ?? opened.workDirectory,
          workDirectory: join(opened.workDirectory, "functions"),
          endpoint: () => endpoint,
          clock,
          log,
          ...(options.functionEnvironments === undefined
            ? {}
            : { limits: { maxEnvironments: options.functionEnvironments } }),
        });
      }),
      api: lazyApi(async () => (await import("../wire/in-process.ts")).inProcessApi(() => endpoints)),
      web: lazyWeb(async () => (await import("../wire/outbound.ts")).outboundWeb()),
      clock,
      ids,
      log,
      endpoint: () => endpoint,
      emptied: async () => membership?.emptied(),
      observers: [
        ...(logFile === undefined ? [] : [logFile.logCall]),
        ...(options.onLog === undefined ? [] : [(record: CallRecord) => options.onLog?.(callEntry(record))]),
      ],
    });
    const close = async (): Promise<void> => {
      membership?.leave();
      await kernel.stop();
      await opened.store.close();
      logFile?.flush();
    };
    const endpoints = rawEndpoints({
      kernel,
      endpoint: () => endpoint,
      servedDomain: (domain) =>
        servedDomains.includes(domain) || (options.servedHosts ?? []).includes(domain),
      newRequestId: () => ids.uuid(),
    });
    const rootCredential = options.rootCredential && rootKey(options.rootCredential);
    try {
      const front = await startFront({
        host,
        port,
        sharePort: options.store !== undefined && worker === undefined && port !== 0 && portsCanBeShared,
        dispatcher: kernel,
        findCredential: (accessKeyId) =>
          accessKeyId === rootCredential?.accessKeyId ? rootCredential : kernel.findCredential(accessKeyId),
        trustUnknownKeys: trusted,
        clock,
        newRequestId: () => ids.uuid(),
        endpoints,
        crossOrigin: crossOrigin(kernel),
        control: controlRoutes(kernel, services, log),
        allowedOrigins: options.allowedOrigins ?? [],
        servedHosts: options.servedHosts ?? [],
        log: (entry) => log(entry as LogEntry),
      });
      endpoint = `http://${addressName(host)}:${front.port}`;
      await membership?.join(alone);
      await kernel.start(alone, options.store !== undefined || worker !== undefined);
      return new Cloud({ endpoint, port: front.port, dataDirectory }, kernel, async () => {
        await front.stop(options.graceMilliseconds);
        await close();
      });
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** What clients need in their environment to talk to this cloud. */
  env(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
    };
  }

  /** Empties the cloud: every service, every account. */
  reset(): Promise<void> {
    return this.#kernel.reset();
  }

  /** Ends requests and functions gracefully, then closes the store. More than one call is one stop. */
  stop(): Promise<void> {
    this.#stopped ??= this.#close();
    return this.#stopped;
  }
}

/** The cloud's clock, as tests move it. */
export class CloudClock {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.#kernel.clock.now();
  }

  /** Moves time forward by `1h`, `30d` or milliseconds. Resolves when all that fell due on the way has run. */
  async advance(duration: string | number): Promise<void> {
    const milliseconds = parseDuration(duration);
    if (milliseconds === undefined) {
      throw new RangeError(`Not a duration: ${duration}. Write 90s, 1h30m, 30d or milliseconds.`);
    }
    await this.#kernel.advance(milliseconds);
  }

  freeze(): void {
    this.#kernel.clock.freeze();
  }

  resume(): void {
    this.#kernel.clock.resume();
  }

  /** Goes back to the machine's time. */
  reset(): void {
    this.#kernel.clock.reset();
  }
}

/** Addresses only, and the one name that is always this machine: any other name is whatever its DNS says. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function addressName(host: string): string {
  if (isLoopback(host) || host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function rootKey(key: { readonly accessKeyId: string; readonly secretAccessKey: string }): Credential {
  return { ...key, status: "Active", principal: rootPrincipal("000000000000", key.accessKeyId) };
}

function callEntry({ call, error, milliseconds }: CallRecord): LogEntry {
  const { service, operation, account, region, requestId } = call;
  const outcome = error === undefined ? "ok" : (error as Fault).code;
  return {
    level: "info",
    event: "call",
    service,
    operation,
    account,
    region,
    requestId,
    outcome,
    milliseconds: Math.round(milliseconds * 1000) / 1000,
  };
}
