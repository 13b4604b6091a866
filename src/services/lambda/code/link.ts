// The addresses from which code can be fetched (`Code.Location`). AWS signs a
// link for ten minutes; ours is a secret as long as the code is in use.

import { defineResource } from "../../../core/resource.ts";
import type { Endpoint } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";

export interface CodeLink {
  readonly token: string;
  readonly blob: string;
  readonly sizeBytes: number;
  /** Account, region, kind (`function`, `layer`) and name: what the code belongs to. */
  readonly owner: readonly string[];
}

export const CodeLinkRecord = defineResource<CodeLink>()({
  service: "lambda",
  type: "code-link",
  scope: "global",
  key: (link) => [link.token],
  indexes: { owner: (link) => link.owner },
});

export function linkCode(
  tx: Transaction,
  kind: "function" | "layer",
  name: string,
  code: { readonly token: string; readonly blob: string; readonly sizeBytes: number },
): void {
  const { token, blob, sizeBytes } = code;
  tx.put(CodeLinkRecord, { token, blob, sizeBytes, owner: [tx.account, tx.region, kind, name] });
}

export function codeLocation(endpoint: string, token: string): string {
  return `${endpoint}/_lambda-code/${token}`;
}

/** Ends all links to what belongs to a function. */
export async function unlinkFunctionCode(tx: Transaction, name: string): Promise<void> {
  for (;;) {
    const prefix = [tx.account, tx.region, "function", name];
    const { values } = await tx.list(CodeLinkRecord, { index: "owner", prefix });
    if (values.length === 0) return;
    for (const link of values) tx.delete(CodeLinkRecord, link.token);
  }
}

export const codeEndpoint: Endpoint = {
  paths: ["/_lambda-code/{token}"],
  handle: async (_request, labels, ctx) => {
    const link = await ctx.atomically((tx) => tx.get(CodeLinkRecord, labels.token ?? ""));
    if (link === undefined)
      return { status: 404, headers: { "content-type": "text/plain" }, body: "Not found\n" };
    return {
      status: 200,
      headers: { "content-type": "application/zip", "content-length": String(link.sizeBytes) },
      body: await ctx.blobs.get(link.blob),
    };
  },
};
