// The HTTP front: the listener over `node:http` and its life, from the first
// connection to a shutdown that lets running requests end.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Dispatcher } from "../core/call.ts";
import type { Credential } from "../core/credential.ts";
import type { CrossOriginAnswer, CrossOriginQuestion } from "../core/cross-origin.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import { loadIndex, loadModel } from "../model/load.ts";
import type { Awaitable } from "./authenticate.ts";
import { BodyWatch } from "./body/watch.ts";
import type { Arrival } from "./connection/arrival.ts";
import { FastConnections } from "./connection/fast-connections.ts";
import { ParsedArrival } from "./connection/parsed-arrival.ts";
import { BrowserOrigins } from "./cors.ts";
import { Exchange } from "./exchange.ts";
import { Hosts } from "./hosts.ts";
import { defaultLimits, type FrontLimits } from "./limits.ts";
import { Router } from "./routing/router.ts";
import type { FrontServices, RawEndpoint } from "./services.ts";
import { Shutdown } from "./shutdown.ts";
import { SigningKeys } from "./sigv4/signing-key.ts";
import { Upgrades } from "./web-socket/upgrades.ts";

export type { FrontLimits } from "./limits.ts";
export type { RawEndpoint } from "./services.ts";

export interface FrontOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Other processes may listen on it as well; Node 22.12 and Linux are the least that can. */
  readonly sharePort?: boolean;
  readonly dispatcher: Dispatcher;
  /** Undefined where the key is unknown. */
  findCredential(accessKeyId: string): Awaitable<Credential | undefined>;
  /**
   * Loopback trust: an unknown key is root of 000000000000, or of the account
   * that a 12-digit key id names. Hosts that are not ours are refused then.
   */
  readonly trustUnknownKeys: boolean;
  /** Epoch milliseconds: `now` for the expiry of credentials, `wall` (or `now`) for the dates that clients sign. */
  readonly clock: { now(): number; wall?(): number };
  newRequestId(): string;
  /** Tried before AWS routing. */
  readonly endpoints: readonly RawEndpoint[];
  /** What the owner of an addressed bucket lets pages of other origins do; undefined where nothing is said. */
  crossOrigin?(question: CrossOriginQuestion): Promise<CrossOriginAnswer | undefined>;
  /** The cloud's own routes, below `/_`; undefined where there is none. */
  control(request: HttpRequest): Promise<HttpResponse | undefined>;
  readonly allowedOrigins: readonly string[];
  readonly servedHosts: readonly string[];
  log(entry: object): void;
  readonly limits?: Partial<FrontLimits>;
  /** False leaves all requests to Node's parser, which gives the same answers at a higher price. */
  readonly fastPath?: boolean;
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

/** https://nodejs.org/api/net.html#serverlistenoptions-callback */
export const portsCanBeShared = process.platform === "linux" && (major > 23 || (major === 22 && minor >= 12));

export interface Front {
  readonly port: number;
  /** Stops accepting, aborts what waits, gives running requests `graceMilliseconds` (5 seconds), then cuts them. */
  stop(graceMilliseconds?: number): Promise<void>;
}

export async function startFront(options: FrontOptions): Promise<Front> {
  const limits: FrontLimits = { ...defaultLimits, ...options.limits };
  const watch = new BodyWatch(limits);
  const shutdown = new Shutdown();
  const services: FrontServices = {
    dispatcher: options.dispatcher,
    authentication: {
      findCredential: (accessKeyId) => options.findCredential(accessKeyId),
      trustUnknownKeys: options.trustUnknownKeys,
      clock: options.clock,
      keys: new SigningKeys(),
    },
    router: new Router(loadIndex(), loadModel),
    hosts: new Hosts([...options.servedHosts, ...ownName(options.host)]),
    origins: new BrowserOrigins(options.allowedOrigins),
    checkHosts: options.trustUnknownKeys,
    endpoints: options.endpoints,
    limits,
    watch,
    shutdown,
    newRequestId: () => options.newRequestId(),
    crossOrigin: (question) => options.crossOrigin?.(question) ?? Promise.resolve(undefined),
    control: (request) => options.control(request),
    log: (entry) => options.log(entry),
  };
  const listener = listenerOf(services, options.fastPath ?? true);
  const { server } = listener;
  await listening(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    stop: (graceMilliseconds = 5000) => stop(listener, watch, shutdown, graceMilliseconds),
  };
}

interface Listener {
  readonly server: Server;
  readonly fast: FastConnections | undefined;
  readonly upgrades: Upgrades;
}

function listenerOf(services: FrontServices, fastPath: boolean): Listener {
  const { limits } = services;
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMilliseconds,
    // Bodies are watched one by one: an upload of an hour is as legitimate as it is slow.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.max(10, Math.min(5000, limits.headersMilliseconds / 4)),
    keepAliveTimeout: limits.keepAliveMilliseconds,
    // Finds peers that vanished without a word while their long poll waits.
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    noDelay: true,
    // Of two hosts or two authorizations Node would take the first, and a proxy before us perhaps the second.
    joinDuplicateHeaders: true,
  });
  server.maxConnections = limits.connections;
  const serve = (arrival: Arrival): void => {
    void new Exchange(services, arrival).run();
  };
  const fast = fastPath
    ? new FastConnections(server, limits, services.authentication.clock, services.watch, serve)
    : undefined;
  const upgrades = new Upgrades(services, (socket) => server.emit("connection", socket));
  server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
    upgrades.follow(incoming.socket, outgoing);
    if (fast?.answers(incoming, outgoing)) return;
    serve(new ParsedArrival(incoming, outgoing, services.watch, false));
  });
  server.on("checkContinue", (incoming: IncomingMessage, outgoing: ServerResponse) => {
    upgrades.follow(incoming.socket, outgoing);
    serve(new ParsedArrival(incoming, outgoing, services.watch, true));
  });
  server.on("upgrade", (incoming: IncomingMessage, socket: Socket, rest: Buffer) => {
    upgrades.take(incoming, socket, rest);
  });
  server.on("clientError", refuseMalformed);
  return { server, fast, upgrades };
}

/** What cannot be parsed has no request to answer, so that the bytes go to the socket. */
function refuseMalformed(
  error: NodeJS.ErrnoException,
  socket: Socket & { _httpMessage?: ServerResponse },
): void {
  // An answer that has begun would be continued by these bytes.
  if (!socket.writable || socket._httpMessage?.headersSent === true || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status =
    error.code === "HPE_HEADER_OVERFLOW"
      ? "431 Request Header Fields Too Large"
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? "408 Request Timeout"
        : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

function listening(
  server: Server,
  { host, port, sharePort: reusePort = false }: Pick<FrontOptions, "host" | "port" | "sharePort">,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, ...(reusePort ? { reusePort } : {}) }, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

/** The address that was bound is a name of ours, unless it means all of them. */
function ownName(host: string): string[] {
  if (host === "0.0.0.0" || host === "::" || host === "") return [];
  return [host.includes(":") ? `[${host}]` : host];
}

/** Beyond the time that requests have to end. */
const hearingMilliseconds = 1000;

async function stop(
  { server, fast, upgrades }: Listener,
  watch: BodyWatch,
  shutdown: Shutdown,
  graceMilliseconds: number,
): Promise<void> {
  // Real sockets wait for real time, whatever the cloud's clock says.
  const grace = deadline(graceMilliseconds);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  fast?.closeIdle();
  shutdown.begin();
  upgrades.close();
  // What follows the end of a WebSocket is work too, and its client need not be there for it.
  const ended = Promise.all([closed, upgrades.over()]);
  if (await Promise.race([ended.then(() => false), grace.over])) {
    server.closeAllConnections();
    fast?.closeAll();
    upgrades.cut();
    await closed;
    // Services hear of the clients that were cut off, and may begin what follows.
    const hearing = deadline(hearingMilliseconds);
    await Promise.race([ended, hearing.over]);
    hearing.clear();
  }
  grace.clear();
  watch.stop();
  fast?.stop();
}

function deadline(milliseconds: number): { readonly over: Promise<true>; clear(): void } {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), milliseconds);
  });
  return { over, clear: () => clearTimeout(timer) };
}
