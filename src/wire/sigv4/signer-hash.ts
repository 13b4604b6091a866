// SHA-256 and its HMAC in the form that the AWS SDK's signer asks for; for tests.

import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import type { Checksum, SourceData } from "@smithy/types";

export class Sha256 implements Checksum {
  readonly #secret: SourceData | undefined;
  #digest: Hash | Hmac;

  constructor(secret?: SourceData) {
    this.#secret = secret;
    this.#digest = start(secret);
  }

  update(data: Uint8Array): void {
    this.#digest.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#digest.digest();
  }

  reset(): void {
    this.#digest = start(this.#secret);
  }
}

function start(secret: SourceData | undefined): Hash | Hmac {
  return secret === undefined ? createHash("sha256") : createHmac("sha256", secret as string);
}
