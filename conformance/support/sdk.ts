// How the SDK's clients are pointed at a cloud under test.

export interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/** One attempt only: a retry would hide what the first one met. */
export function clientOptions(
  { endpoint }: { readonly endpoint: string },
  accessKeyId = "test",
  secretAccessKey = "test",
): ClientOptions {
  return { endpoint, region: "us-east-1", credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
}
