import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { SignatureV4 } from "@smithy/signature-v4";
import type { HttpRequest as SignableRequest } from "@smithy/types";
import { afterEach, describe, expect, it } from "vitest";
import type { Credential } from "../core/credential.ts";
import type { FrontOptions } from "./front.ts";
import { knownKey, type RecordingFront, startRecordingFront } from "./recording-front.ts";
import { refusalFault } from "./refusal-faults.ts";
import { type RefusalReason, refusal } from "./sigv4/refusal.ts";
import { Sha256 } from "./sigv4/signer-hash.ts";

const role: Credential = {
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: "temporary",
  sessionToken: "token/with+signs==",
  expiresAt: Date.now() + 3_600_000,
  status: "Active",
  principal: {
    type: "assumed-role",
    account: "111122223333",
    arn: "arn:aws:sts::111122223333:assumed-role/r/s",
    userId: "AROAEXAMPLE:s",
  },
};
const inactive: Credential = { ...knownKey, accessKeyId: "AKIAINACTIVE", status: "Inactive" };

let recording: RecordingFront;
afterEach(() => recording.front.stop(50));

async function start(options: Partial<FrontOptions> = {}): Promise<void> {
  recording = await startRecordingFront({
    // A store answers later.
    findCredential: async (id) => [knownKey, role, inactive].find((each) => each.accessKeyId === id),
    ...options,
  });
  recording.reply = () => ({ Body: Buffer.from("object"), ContentLength: 6 });
}

type Keys = Pick<Credential, "accessKeyId" | "secretAccessKey"> & { readonly sessionToken?: string };

function configuration(keys: Keys, offset = 0): ConstructorParameters<typeof STSClient>[0] {
  return {
    endpoint: recording.endpoint,
    region: "us-east-1",
    credentials: keys,
    maxAttempts: 1,
    systemClockOffset: offset,
  };
}

function identify(keys: Keys, offset = 0): Promise<unknown> {
  return new STSClient(configuration(keys, offset)!).send(new GetCallerIdentityCommand({}));
}

function getObject(keys: Keys, offset = 0): Promise<unknown> {
  const client = new S3Client({ ...(configuration(keys, offset) as object), forcePathStyle: true });
  return client.send(new GetObjectCommand({ Bucket: "bucket", Key: "k" }));
}

describe("temporary credentials", () => {
  const { accessKeyId, secretAccessKey, sessionToken = "" } = role;

  it("are verified with their token", async () => {
    await start();
    await identify({ accessKeyId, secretAccessKey, sessionToken });
    expect(recording.calls[0]?.principal).toEqual(role.principal);
  });

  it("are refused without the token, and with another one", async () => {
    await start();
    const invalid = { name: "InvalidClientTokenId" };
    await expect(identify({ accessKeyId, secretAccessKey })).rejects.toMatchObject(invalid);
    await expect(identify({ accessKeyId, secretAccessKey, sessionToken: "x" })).rejects.toMatchObject(
      invalid,
    );
    await expect(getObject({ accessKeyId, secretAccessKey, sessionToken: "x" })).rejects.toMatchObject({
      name: "InvalidToken",
    });
  });

  it("expire by the cloud's clock, while what clients sign is judged by the machine's", async () => {
    let now = Date.now();
    await start({ clock: { now: () => now, wall: () => Date.now() } });
    now = role.expiresAt!;
    await expect(identify({ accessKeyId, secretAccessKey, sessionToken })).rejects.toMatchObject({
      name: "ExpiredToken",
    });
    await expect(getObject({ accessKeyId, secretAccessKey, sessionToken })).rejects.toMatchObject({
      name: "ExpiredToken",
      $metadata: { httpStatusCode: 400 },
    });
    now += 30 * 86_400_000;
    await identify(knownKey);
    expect(recording.calls).toHaveLength(1);
  });

  it("do not come with a key that has none", async () => {
    await start();
    await expect(identify({ ...knownKey, sessionToken: "x" })).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
  });
});

describe("keys", () => {
  it("that are inactive are refused", async () => {
    await start();
    await expect(identify(inactive)).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    await expect(getObject(inactive)).rejects.toMatchObject({ name: "InvalidAccessKeyId" });
  });

  it("that are unknown are refused where they are not trusted", async () => {
    await start({ trustUnknownKeys: false });
    const unknown = { accessKeyId: "test", secretAccessKey: "test" };
    await expect(identify(unknown)).rejects.toMatchObject({
      name: "InvalidClientTokenId",
      message: "The security token included in the request is invalid.",
    });
    await expect(getObject(unknown)).rejects.toMatchObject({
      name: "InvalidAccessKeyId",
      message: "The AWS Access Key Id you provided does not exist in our records.",
    });
    expect(recording.calls).toEqual([]);
  });
});

describe("a clock that is off by more than 15 minutes", () => {
  it("is told so in the words of the service", async () => {
    await start();
    await expect(identify(knownKey, -16 * 60_000)).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      message: expect.stringMatching(/^Signature expired: .* is now earlier than .* - 15 min\.\)$/),
    });
    await expect(getObject(knownKey, 16 * 60_000)).rejects.toMatchObject({ name: "RequestTimeTooSkewed" });
    await identify(knownKey, -14 * 60_000);
    expect(recording.calls).toHaveLength(1);
  });
});

describe("the scope of a signature", () => {
  it("must be the addressed service's: a presigned URL of one is worth nothing to another", async () => {
    await start();
    const send = async (service: string): Promise<Response> => {
      const signer = new SignatureV4({ credentials: knownKey, region: "us-east-1", service, sha256: Sha256 });
      const { headers, body } = (await signer.sign({
        method: "POST",
        protocol: "http:",
        hostname: "127.0.0.1",
        path: "/",
        headers: {
          host: recording.endpoint.slice("http://".length),
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "DynamoDB_20120810.ListTables",
        },
        body: "{}",
      } as SignableRequest)) as { headers: Record<string, string>; body: string };
      return fetch(recording.endpoint, { method: "POST", headers, body });
    };
    const refused = await send("sts");
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("Credential should be scoped to correct service: 'dynamodb'.");
    expect(recording.calls).toEqual([]);
    expect((await send("dynamodb")).status).toBe(200);
  });
});

describe("every reason of refusal", () => {
  const reasons: readonly RefusalReason[] = ["missing", "unknown-key", "expired-token", "mismatch", "skewed"];
  it.each([
    [
      "json-1.0",
      "dynamodb",
      [
        "MissingAuthenticationTokenException",
        "UnrecognizedClientException",
        "ExpiredTokenException",
        "InvalidSignatureException",
        "InvalidSignatureException",
      ],
      400,
    ],
    [
      "rest-json",
      "lambda",
      [
        "MissingAuthenticationTokenException",
        "UnrecognizedClientException",
        "ExpiredTokenException",
        "InvalidSignatureException",
        "InvalidSignatureException",
      ],
      403,
    ],
    [
      "query",
      "iam",
      [
        "MissingAuthenticationToken",
        "InvalidClientTokenId",
        "ExpiredToken",
        "SignatureDoesNotMatch",
        "SignatureDoesNotMatch",
      ],
      403,
    ],
    [
      "rest-xml",
      "route53",
      [
        "MissingAuthenticationToken",
        "InvalidClientTokenId",
        "ExpiredToken",
        "SignatureDoesNotMatch",
        "SignatureDoesNotMatch",
      ],
      403,
    ],
    [
      "ec2",
      "ec2",
      ["AuthFailure", "AuthFailure", "RequestExpired", "AuthFailure", "RequestExpired"],
      undefined,
    ],
    [
      "rest-xml",
      "s3",
      ["AccessDenied", "InvalidAccessKeyId", "ExpiredToken", "SignatureDoesNotMatch", "RequestTimeTooSkewed"],
      undefined,
    ],
  ] as const)("has its name on %s of %s", (protocol, service, codes, status) => {
    const faults = reasons.map((reason) => refusalFault(refusal(reason, "why"), protocol, service));
    expect(faults.map((fault) => fault.code)).toEqual(codes);
    if (status !== undefined) expect(faults.every((fault) => fault.status === status)).toBe(true);
  });
});
