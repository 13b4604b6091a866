// Open connections and those who manage them: within one process, from another
// one, and after a process died.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../../core/ports/store.ts";
import { openTestStore } from "../../../store/testing/open.ts";
import {
  type Client,
  connected,
  ok,
  type SocketCloud,
  socketApi,
  socketCloud,
  uriOf,
} from "./testing/socket-cloud.ts";

const manage = (cloud: SocketCloud, operation: string, ConnectionId: string, more = {}) =>
  cloud.call("apigatewaymanagementapi", operation, { ConnectionId, ...more });

describe("a connection", () => {
  let cloud: SocketCloud;
  let client: Client;
  beforeEach(async () => {
    cloud = await socketCloud();
    cloud.functions.chat = ok;
    client = await connected(cloud, await socketApi(cloud, { $default: "chat", $disconnect: "chat" }));
  });
  afterEach(() => cloud.stop());

  it("is sent to", async () => {
    expect(await manage(cloud, "PostToConnection", client.id, { Data: Buffer.from("hello") })).toEqual({});
    expect(client.received).toEqual(["hello"]);
  });

  it("is described", async () => {
    await cloud.advance(1000);
    await client.send("hello");
    await cloud.advance(1000);
    expect(await manage(cloud, "GetConnection", client.id)).toEqual({
      ConnectedAt: Date.UTC(2024, 0, 1),
      LastActiveAt: Date.UTC(2024, 0, 1, 0, 0, 1),
      Identity: { SourceIp: "127.0.0.1", UserAgent: "test" },
    });
  });

  it("is ended, which its route hears", async () => {
    await manage(cloud, "DeleteConnection", client.id);
    await cloud.settle();
    expect(client.closed?.code).toBe(1000);
    expect(cloud.events.at(-1)!.event.requestContext).toMatchObject({ disconnectStatusCode: 1000 });
    await expect(manage(cloud, "GetConnection", client.id)).rejects.toMatchObject({ code: "GoneException" });
  });

  it.each(["PostToConnection", "GetConnection", "DeleteConnection"])(
    "is gone for %s once it has ended",
    async (operation) => {
      await client.leave();
      const Data = operation === "PostToConnection" ? { Data: Buffer.from("hello") } : {};
      await expect(manage(cloud, operation, client.id, Data)).rejects.toMatchObject({
        code: "GoneException",
      });
    },
  );

  it("has an id of its form, and messages within the limit", async () => {
    const Data = Buffer.from("x");
    await expect(manage(cloud, "PostToConnection", "nonsense", { Data })).rejects.toMatchObject({
      code: "BadRequestException",
      message: "Invalid connectionId: nonsense",
    });
    await expect(manage(cloud, "PostToConnection", "AAAAAAAAAAAAAAA=", { Data })).rejects.toMatchObject({
      code: "GoneException",
    });
    await expect(
      manage(cloud, "PostToConnection", client.id, { Data: Buffer.alloc(131_073) }),
    ).rejects.toMatchObject({ code: "PayloadTooLargeException" });
  });

  it("is its account's", async () => {
    await expect(
      cloud
        .as({ account: "111122223333" })
        .call("apigatewaymanagementapi", "GetConnection", { ConnectionId: client.id }),
    ).rejects.toMatchObject({ code: "ForbiddenException" });
  });
});

describe("processes that share a store", () => {
  it("reach each other's connections", async () => {
    const opened = await openTestStore();
    const [here, there] = [await socketCloud({ opened, seed: 1 }), await socketCloud({ opened, seed: 2 })];
    const apiId = await socketApi(here, {
      $default: { IntegrationType: "AWS_PROXY", IntegrationUri: uriOf("chat") },
    });
    const client = await connected(here, apiId);
    await manage(there, "PostToConnection", client.id, { Data: Buffer.from("one") });
    await manage(there, "PostToConnection", client.id, { Data: Buffer.from("two") });
    expect(client.received).toEqual(["one", "two"]);
    expect(await manage(there, "GetConnection", client.id)).toMatchObject({
      ConnectedAt: Date.UTC(2024, 0, 1),
    });
    await manage(there, "DeleteConnection", client.id);
    await here.settle();
    expect(client.closed?.code).toBe(1000);
    await expect(manage(there, "GetConnection", client.id)).rejects.toMatchObject({ code: "GoneException" });
    await here.stop();
    await there.stop();
    await opened.store.close();
  });

  it("end the connections of one that died, as soon as a client connects anew", async () => {
    const opened = await openTestStore();
    const life = mortal(opened.store);
    const before = await socketCloud({ opened: { ...opened, store: life.store }, seed: 1 });
    before.functions.chat = ok;
    const apiId = await socketApi(before, { $connect: "chat", $disconnect: "chat" });
    const lost = await connected(before, apiId);
    // Else the look for lost connections would be taken over, and done before the functions below are there.
    await before.settle();
    life.end();
    const after = await socketCloud({ opened, seed: 2 });
    after.functions.chat = ok;
    await expect(
      manage(after, "PostToConnection", lost.id, { Data: Buffer.from("hello") }),
    ).rejects.toMatchObject({ code: "GoneException" });
    await connected(after, apiId);
    await after.settle();
    const ended = after.events.filter(({ event }) => event.requestContext.eventType === "DISCONNECT");
    expect(ended.map(({ event }) => event.requestContext)).toMatchObject([
      { connectionId: lost.id, disconnectStatusCode: 1006 },
    ]);
    await after.stop();
    await opened.store.close();
  });
});

/** A store as a process sees it that dies: from its end on nothing that is asked of it happens. */
function mortal(store: Store): { readonly store: Store; end(): void } {
  let dead = false;
  const alive = <T>(act: () => Promise<T>): Promise<T> => (dead ? new Promise(() => undefined) : act());
  return {
    end: () => {
      dead = true;
    },
    store: {
      transact: (body, attempts) => alive(() => store.transact(body, attempts)),
      read: (body) => alive(() => store.read(body)),
      watch: (topic, listener) => store.watch(topic, listener),
      clear: () => alive(() => store.clear()),
      close: () => alive(() => store.close()),
    },
  };
}
