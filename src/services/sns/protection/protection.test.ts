// Data protection: what policies stop, mask and report, and what identifiers find.

import { describe, expect, test } from "vitest";
import { heard, snsCloud, topic } from "../test-topic.ts";
import { managedIdentifiers } from "./identifiers.ts";

const prefix = "arn:aws:dataprotection::aws:data-identifier/";

const statement = (identifiers: string | readonly string[], Operation: object, more: object = {}) => ({
  DataDirection: "Inbound",
  Principal: ["*"],
  DataIdentifier: [identifiers].flat().map((each) => `${prefix}${each}`),
  Operation,
  ...more,
});

const policy = (...Statement: readonly object[]) =>
  JSON.stringify({ Name: "p", Version: "2021-06-01", Statement });

const mask = (MaskWithCharacter: string) => ({ Deidentify: { MaskConfig: { MaskWithCharacter } } });

async function guarded(DataProtectionPolicy: string) {
  const cloud = await snsCloud();
  const TopicArn = await topic(cloud);
  await cloud.call("sns", "PutDataProtectionPolicy", { ResourceArn: TopicArn, DataProtectionPolicy });
  const queue = await heard(cloud, TopicArn, "q");
  const publish = (Message: string, more = {}) =>
    cloud.call("sns", "Publish", { TopicArn, Message, ...more });
  return { cloud, TopicArn, queue, publish };
}

test("a publisher is denied, and what comes in is masked or taken out", async () => {
  const { queue, publish } = await guarded(
    policy(
      statement("CreditCardNumber", { Deny: {} }),
      statement(["EmailAddress", "IpAddress"], mask("#")),
      statement("Ssn-US", { Deidentify: { RedactConfig: {} } }),
    ),
  );
  await publish("from a@b.co at 10.0.0.1, ssn 123-45-6789.");
  await expect(publish("card 4539894458086459")).rejects.toMatchObject({ code: "AuthorizationError" });
  // Not a valid number; one that is kept for tests; one without a word that says what it is.
  for (const message of ["card 4539894458086450", "card 4111 1111 1111 1111", "x 4539894458086459"]) {
    await publish(message);
  }
  expect(await queue.texts()).toEqual([
    "from ###### at ########, ssn .",
    "card 4539894458086450",
    "card 4111 1111 1111 1111",
    "x 4539894458086459",
  ]);
});

test("a subscriber does not get, or gets masked, what goes out", async () => {
  const { cloud, TopicArn, queue, publish } = await guarded("");
  const { Attributes } = await cloud.call("sns", "GetSubscriptionAttributes", {
    SubscriptionArn: queue.subscription,
  });
  const Principal = [Attributes.SubscriptionPrincipal];
  const DataProtectionPolicy = policy(
    statement("EmailAddress", mask("*"), { DataDirection: "Outbound", Principal }),
    statement("IpAddress", { Deny: {} }, { DataDirection: "Outbound" }),
    statement(
      "PkcsPrivateKey",
      { Deny: {} },
      { DataDirection: "Outbound", Principal: ["arn:aws:iam::1:root"] },
    ),
  );
  await cloud.call("sns", "PutDataProtectionPolicy", { ResourceArn: TopicArn, DataProtectionPolicy });
  await publish("to a@b.co");
  await publish("at 10.0.0.1");
  await publish("-----BEGIN PRIVATE KEY-----x-----END PRIVATE KEY-----");
  await publish('{"default":"d","sqs":"q a@b.co"}', { MessageStructure: "json" });
  expect(await queue.texts()).toEqual([
    "to ******",
    "-----BEGIN PRIVATE KEY-----x-----END PRIVATE KEY-----",
    "q ******",
  ]);
});

test("an audit reports what was found in a sample, and where", async () => {
  const logGroupName = "/aws/vendedlogs/sns";
  const Audit = {
    SampleRate: "99",
    FindingsDestination: { CloudWatchLogs: { LogGroup: logGroupName } },
  };
  const { cloud, TopicArn, publish } = await guarded(policy(statement("EmailAddress", { Audit })));
  await cloud.call("logs", "CreateLogGroup", { logGroupName });
  await publish("nothing");
  const { MessageId } = await publish("a@b.co, c@d.eu");
  await cloud.settle();
  const { events } = await cloud.call("logs", "FilterLogEvents", { logGroupName });
  expect(events.map(({ message }: { message: string }) => JSON.parse(message))).toEqual([
    {
      messageId: MessageId,
      auditTimestamp: "2024-01-01T00:00:00Z",
      callerPrincipal: "arn:aws:iam::000000000000:root",
      resourceArn: TopicArn,
      dataIdentifiers: [
        {
          name: "EmailAddress",
          count: 2,
          detections: [
            { start: 0, end: 6 },
            { start: 8, end: 14 },
          ],
        },
      ],
    },
  ]);
});

test.each([
  ["{", "the policy is not valid JSON"],
  [policy(statement("EmailAddress", {})), "Operation must name one operation"],
  [policy(statement("EmailAddress", { Audit: { SampleRate: "100" } })), "SampleRate"],
  [
    policy(
      statement("EmailAddress", {
        Audit: { SampleRate: "9", FindingsDestination: { CloudWatchLogs: { LogGroup: "mine" } } },
      }),
    ),
    "must begin with /aws/vendedlogs/",
  ],
  [policy(statement("Name", { Deny: {} })), "Cumulet does not implement the data identifier Name yet."],
])("%s is refused", async (text, message) => {
  await expect(guarded(text)).rejects.toThrow(message);
});

describe("managed identifiers", () => {
  test.each([
    [
      "AwsSecretKey",
      "secret key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ],
    ["BankAccountNumber-DE", "DE89 3704 0044 0532 0130 00", "IBAN DE88 3704 0044 0532 0130 00"],
    ["BankAccountNumber-GB", "GB82WEST12345698765432", "GB82WEST12345698765433"],
    ["CpfCode-BR", "CPF 529.982.247-25", "CPF 529.982.247-26"],
    ["Cnpj-BR", "CNPJ 11.222.333/0001-81", "CNPJ 11.222.333/0001-82"],
    ["DateOfBirth", "born, date_of_birth: 12 March 1980", "12 March 1980"],
    ["DrugEnforcementAgencyNumber-US", "DEA number AB1234563", "DEA number AB1234564"],
    ["NationalProviderId-US", "NPI 1234567893", "NPI 1234567890"],
    ["NhsNumber-GB", "NHS 943 476 5919", "NHS 943 476 5918"],
    ["PhoneNumber-US", "phone: (206) 555-0100", "part (206) 555-0100"],
    ["SocialInsuranceNumber-CA", "SIN 130-692-544", "SIN 130-692-545"],
    ["Ssn-US", "Social Security: 123-45-6789", "Social Security: 000-45-6789"],
  ])("%s", (name, yes, no) => {
    const find = managedIdentifiers[name]!;
    expect(find(yes)).toHaveLength(1);
    expect(find(no)).toEqual([]);
  });
});
