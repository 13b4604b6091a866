// A blob's checksums, taken as its bytes pass.

import { createHash } from "node:crypto";
import type { BlobInfo } from "../../core/ports/blobs.ts";

export interface Digest {
  update(chunk: Uint8Array): void;
  finish(id: string): BlobInfo;
}

export function digest(): Digest {
  const sha256 = createHash("sha256");
  const md5 = createHash("md5");
  let size = 0;
  return {
    update(chunk) {
      sha256.update(chunk);
      md5.update(chunk);
      size += chunk.length;
    },
    finish: (id) => ({ id, size, sha256: sha256.digest(), md5: md5.digest() }),
  };
}
