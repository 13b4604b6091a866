// Deliveries over HTTP: the handshake, headers, retries by the clock, and mail,
// text messages and push notifications in the outbox.

import { describe, expect, test } from "vitest";
import { anonymousPrincipal } from "../../../core/principal.ts";
import type { Endpoint } from "../../../core/service.ts";
import type { TestCloud } from "../../test-cloud.ts";
import { optOutEndpoint, outboxEndpoint } from "../endpoints.ts";
import { heard, outside, snsCloud, topic } from "../test-topic.ts";

const nobody = (cloud: TestCloud) => cloud.as({ principal: anonymousPrincipal(), account: "000000000000" });

async function confirmed(cloud: TestCloud, TopicArn: string, Attributes = {}, Protocol = "http") {
  const world = { Protocol, Endpoint: `${Protocol}://hook.test/in` };
  await cloud.call("sns", "Subscribe", { TopicArn, ...world, Attributes });
  await cloud.settle();
}

describe("an HTTP endpoint", () => {
  test("is asked, confirms by the token alone, and then hears the topic", async () => {
    const { posts, web } = outside();
    const cloud = await snsCloud({ web });
    const TopicArn = await topic(cloud);
    const answer = await cloud.call("sns", "Subscribe", {
      TopicArn,
      Protocol: "https",
      Endpoint: "https://ann:pw@hook.test/in?x=1",
    });
    expect(answer).toEqual({ SubscriptionArn: "pending confirmation" });
    await cloud.call("sns", "Publish", { TopicArn, Message: "too early" });
    await cloud.settle();
    expect(posts).toHaveLength(1);
    const { envelope, headers, request } = posts[0]!;
    expect(request).toMatchObject({ method: "POST", url: "https://hook.test/in?x=1" });
    expect(headers).toMatchObject({
      "x-amz-sns-message-type": "SubscriptionConfirmation",
      "x-amz-sns-topic-arn": TopicArn,
      "content-type": "text/plain; charset=UTF-8",
      authorization: `Basic ${Buffer.from("ann:pw").toString("base64")}`,
    });
    expect(Object.keys(envelope)).toEqual([
      "Type",
      "MessageId",
      "Token",
      "TopicArn",
      "Message",
      "SubscribeURL",
      "Timestamp",
      "SignatureVersion",
      "Signature",
      "SigningCertURL",
    ]);
    const asked = new URL(envelope.SubscribeURL).searchParams;
    expect(asked.get("Token")).toBe(envelope.Token);
    const list = async () => (await cloud.call("sns", "ListSubscriptions")).Subscriptions[0].SubscriptionArn;
    expect(await list()).toBe("PendingConfirmation");
    const { SubscriptionArn } = await nobody(cloud).call("sns", "ConfirmSubscription", {
      TopicArn,
      Token: envelope.Token,
    });
    expect(await list()).toBe(SubscriptionArn);
    await cloud.call("sns", "Publish", { TopicArn, Message: "now" });
    await cloud.settle();
    expect(posts[1]?.headers).toMatchObject({
      "x-amz-sns-message-type": "Notification",
      "x-amz-sns-subscription-arn": SubscriptionArn,
    });
    expect(posts[1]?.envelope.Message).toBe("now");
    await expect(cloud.call("sns", "ConfirmSubscription", { TopicArn, Token: "wrong" })).rejects.toThrow(
      "Invalid parameter: Token",
    );
  });

  test("that ends its subscription by the URL can take that back", async () => {
    const { posts, web } = outside();
    const cloud = await snsCloud({ web });
    const TopicArn = await topic(cloud);
    await confirmed(cloud, TopicArn);
    const { Token } = posts[0]!.envelope;
    const { SubscriptionArn } = await nobody(cloud).call("sns", "ConfirmSubscription", { TopicArn, Token });
    await nobody(cloud).call("sns", "Unsubscribe", { SubscriptionArn });
    await cloud.settle();
    expect(posts[1]?.headers["x-amz-sns-message-type"]).toBe("UnsubscribeConfirmation");
    await expect(cloud.call("sns", "GetSubscriptionAttributes", { SubscriptionArn })).rejects.toThrow(
      "Subscription does not exist",
    );
    await nobody(cloud).call("sns", "ConfirmSubscription", { TopicArn, Token: posts[1]?.envelope.Token });
    await cloud.call("sns", "Publish", { TopicArn, Message: "again" });
    await cloud.settle();
    expect(posts[2]?.envelope.Message).toBe("again");
  });

  test("that was confirmed with AuthenticateOnUnsubscribe is ended by its owners alone", async () => {
    const { posts, web } = outside();
    const cloud = await snsCloud({ web });
    const TopicArn = await topic(cloud);
    await confirmed(cloud, TopicArn);
    const { Token } = posts[0]!.envelope;
    const input = { TopicArn, Token, AuthenticateOnUnsubscribe: "true" };
    const { SubscriptionArn } = await cloud.call("sns", "ConfirmSubscription", input);
    await expect(nobody(cloud).call("sns", "Unsubscribe", { SubscriptionArn })).rejects.toMatchObject({
      code: "AuthorizationError",
    });
    await cloud.call("sns", "Unsubscribe", { SubscriptionArn });
  });

  test("that nobody confirms within two days is forgotten", async () => {
    const cloud = await snsCloud({ web: outside().web });
    const TopicArn = await topic(cloud);
    await confirmed(cloud, TopicArn);
    await cloud.advance(2 * 86_400_000 - 1000);
    expect((await cloud.call("sns", "ListSubscriptions")).Subscriptions).toHaveLength(1);
    await cloud.advance(2000);
    expect((await cloud.call("sns", "ListSubscriptions")).Subscriptions).toEqual([]);
  });
});

describe("a delivery that fails", () => {
  test("is tried again three times at twenty seconds, then goes to the dead-letter queue", async () => {
    const { posts, web } = outside(200, 500, 503, 429, 500);
    const cloud = await snsCloud({ web });
    const TopicArn = await topic(cloud);
    const dead = await heard(cloud, await topic(cloud, "other"), "dead");
    await confirmed(cloud, TopicArn, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }) });
    await nobody(cloud).call("sns", "ConfirmSubscription", { TopicArn, Token: posts[0]?.envelope.Token });
    await cloud.call("sns", "Publish", { TopicArn, Message: "m" });
    await cloud.settle();
    const counts = [posts.length];
    for (let round = 0; round < 4; round++) {
      await cloud.advance(19_999);
      counts.push(posts.length);
      await cloud.advance(1);
      counts.push(posts.length);
    }
    expect(counts).toEqual([2, 2, 3, 3, 4, 4, 5, 5, 5]);
    expect(await dead.texts()).toEqual(["m"]);
  });

  test("for good is not tried again", async () => {
    const { posts, web } = outside(200, 404);
    const cloud = await snsCloud({ web });
    const TopicArn = await topic(cloud);
    await confirmed(cloud, TopicArn);
    await cloud.call("sns", "ConfirmSubscription", { TopicArn, Token: posts[0]?.envelope.Token });
    await cloud.call("sns", "Publish", { TopicArn, Message: "m" });
    await cloud.advance(3_600_000);
    expect(posts).toHaveLength(2);
  });

  test("follows the subscription's own policy, its content type and its throttle", async () => {
    const { posts, web } = outside(200, 500, 500, 500);
    const cloud = await snsCloud({ web });
    const TopicArn = await topic(cloud);
    const DeliveryPolicy = JSON.stringify({
      healthyRetryPolicy: {
        numRetries: 3,
        numNoDelayRetries: 1,
        minDelayTarget: 1,
        maxDelayTarget: 8,
        numMinDelayRetries: 1,
        numMaxDelayRetries: 1,
      },
      throttlePolicy: { maxReceivesPerSecond: 2 },
      requestPolicy: { headerContentType: "application/json" },
    });
    await confirmed(cloud, TopicArn, { DeliveryPolicy });
    await cloud.call("sns", "ConfirmSubscription", { TopicArn, Token: posts[0]?.envelope.Token });
    await cloud.call("sns", "Publish", { TopicArn, Message: "m" });
    await cloud.settle();
    // At once, and once more without delay.
    expect(posts).toHaveLength(3);
    expect(posts[1]?.headers["content-type"]).toBe("application/json");
    await cloud.advance(1000);
    expect(posts).toHaveLength(4);
    await cloud.advance(7999);
    expect(posts).toHaveLength(4);
    await cloud.advance(1);
    expect(posts).toHaveLength(5);
    for (const Message of ["a", "b", "c"]) await cloud.call("sns", "Publish", { TopicArn, Message });
    await cloud.settle();
    const sent = [posts.length];
    for (let round = 0; round < 2; round++) {
      await cloud.advance(500);
      sent.push(posts.length);
    }
    expect(sent).toEqual([6, 7, 8]);
  });
});

const serve = async (cloud: TestCloud, endpoint: Endpoint, request: object) => {
  const info = { requestId: "r", principal: anonymousPrincipal(), endpoint: "", sourceIp: "", userAgent: "" };
  const place = { account: "000000000000", region: "us-east-1" };
  const response = await cloud.kernel.serve(place, info, new AbortController().signal, (ctx) =>
    endpoint.handle({ query: "", ...request } as never, {}, ctx, () => Promise.reject(new Error("unsigned"))),
  );
  return JSON.parse(String(response!.body));
};

describe("the outbox", () => {
  const outbox = async (cloud: TestCloud, query = "") =>
    (await serve(cloud, outboxEndpoint, { method: "GET", query })).messages;

  test("has the mail that asks, and after the link was followed the message", async () => {
    const cloud = await snsCloud();
    const TopicArn = await topic(cloud);
    await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "email", Endpoint: "ann@example.com" });
    await cloud.settle();
    const [asked] = await outbox(cloud);
    expect(asked).toMatchObject({ protocol: "email", to: "ann@example.com" });
    expect(asked.subject).toBe("AWS Notification - Subscription Confirmation");
    const Token = /Token=([0-9a-f]+)/.exec(asked.body)?.[1];
    await nobody(cloud).call("sns", "ConfirmSubscription", { TopicArn, Token });
    await cloud.call("sns", "Publish", { TopicArn, Message: "hello", Subject: "Hi" });
    await cloud.settle();
    const [mail] = await outbox(cloud, "to=ann%40example.com");
    expect(mail).toMatchObject({ subject: "Hi" });
    expect(mail.body).toMatch(/^hello\n\n--\n/);
  });

  test("has text messages", async () => {
    const cloud = await snsCloud();
    const TopicArn = await topic(cloud, "t", { DisplayName: "Shop" });
    await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sms", Endpoint: "+1 555 0100" });
    await cloud.call("sns", "Publish", { TopicArn, Message: "sale" });
    await cloud.call("sns", "Publish", { PhoneNumber: "+15550101", Message: "direct" });
    await cloud.settle();
    expect(
      (await outbox(cloud, "protocol=sms")).map(({ to, body }: Record<string, string>) => [to, body]),
    ).toEqual(
      expect.arrayContaining([
        ["+15550101", "direct"],
        ["+15550100", "Shop> sale"],
      ]),
    );
    await expect(cloud.call("sns", "Publish", { PhoneNumber: "12", Message: "m" })).rejects.toThrow(
      "Invalid parameter: PhoneNumber Reason: 12 is not valid to publish to",
    );
  });

  test("has none for who opted out, and logs say what became of each", async () => {
    const cloud = await snsCloud();
    const TopicArn = await topic(cloud);
    const attributes = { DeliveryStatusIAMRole: "arn:aws:iam::000000000000:role/sns" };
    await cloud.call("sns", "SetSMSAttributes", { attributes });
    await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sms", Endpoint: "+15550100" });
    const body = Buffer.from('{"phoneNumber": "+15550100"}');
    await serve(cloud, optOutEndpoint, { method: "POST", body });
    const MessageAttributes = {
      "AWS.SNS.SMS.SMSType": { DataType: "String", StringValue: "Transactional" },
    };
    await cloud.call("sns", "Publish", { TopicArn, Message: "sale" });
    await cloud.call("sns", "Publish", { PhoneNumber: "+15550100", Message: "sale" });
    await cloud.call("sns", "Publish", { PhoneNumber: "+15550101", Message: "code", MessageAttributes });
    await cloud.settle();
    expect((await outbox(cloud)).map(({ to }: { to: string }) => to)).toEqual(["+15550101"]);
    const logged = async (name: string) => {
      const logGroupName = `sns/us-east-1/000000000000/${name}`;
      const { events } = await cloud.call("logs", "FilterLogEvents", { logGroupName });
      return events.map(({ message }: { message: string }) => JSON.parse(message));
    };
    expect(await logged("DirectPublishToPhoneNumber")).toMatchObject([
      { status: "SUCCESS", delivery: { destination: "+15550101", smsType: "Transactional" } },
    ]);
    for (const name of ["t/Failure", "DirectPublishToPhoneNumber/Failure"]) {
      expect(await logged(name)).toMatchObject([
        { status: "FAILURE", delivery: { providerResponse: "Phone number is opted out" } },
      ]);
    }
  });

  test("has push notifications by platform; disabled endpoints get none", async () => {
    const cloud = await snsCloud();
    const { PlatformApplicationArn } = await cloud.call("sns", "CreatePlatformApplication", {
      Name: "app",
      Platform: "GCM",
      Attributes: { PlatformCredential: "key" },
    });
    const shown = await cloud.call("sns", "GetPlatformApplicationAttributes", { PlatformApplicationArn });
    expect(shown).toEqual({ Attributes: { Enabled: "true" } });
    const device = { PlatformApplicationArn, Token: "device" };
    const { EndpointArn } = await cloud.call("sns", "CreatePlatformEndpoint", device);
    expect(await cloud.call("sns", "CreatePlatformEndpoint", device)).toEqual({ EndpointArn });
    const Message = JSON.stringify({ default: "d", GCM: '{"notification":{"text":"hi"}}' });
    const push = { TargetArn: EndpointArn, Message, MessageStructure: "json" };
    await cloud.call("sns", "Publish", push);
    const TopicArn = await topic(cloud);
    await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "application", Endpoint: EndpointArn });
    await cloud.call("sns", "Publish", { TopicArn, Message: "to all" });
    await cloud.settle();
    expect((await outbox(cloud)).map(({ body }: { body: string }) => body)).toEqual([
      "to all",
      '{"notification":{"text":"hi"}}',
    ]);
    const Attributes = { Enabled: "false" };
    await cloud.call("sns", "SetEndpointAttributes", { EndpointArn, Attributes });
    await expect(cloud.call("sns", "Publish", push)).rejects.toMatchObject({ code: "EndpointDisabled" });
  });

  test("has the code that verifies a sandbox number", async () => {
    const cloud = await snsCloud();
    await cloud.call("sns", "CreateSMSSandboxPhoneNumber", { PhoneNumber: "+15550100" });
    const [{ body }] = await outbox(cloud);
    const verify = (OneTimePassword: string) =>
      cloud.call("sns", "VerifySMSSandboxPhoneNumber", { PhoneNumber: "+15550100", OneTimePassword });
    await expect(verify("00000")).rejects.toMatchObject({ code: "VerificationException" });
    await verify(body.slice(0, 6));
    expect(await cloud.call("sns", "ListSMSSandboxPhoneNumbers")).toEqual({
      PhoneNumbers: [{ PhoneNumber: "+15550100", Status: "Verified" }],
      NextToken: undefined,
    });
  });
});
