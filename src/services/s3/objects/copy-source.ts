// What `x-amz-copy-source` names.

import { invalidArgument } from "../faults.ts";

export interface CopySource {
  /** Or the ARN of an access point, which stands for one. */
  readonly bucketName: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** `bucket/key?versionId=id` or `<ARN of an access point>/object/key`, percent-encoded, perhaps after a slash. */
export function parseSource(text: string): CopySource {
  const mark = text.lastIndexOf("?versionId=");
  const path = decoded(mark < 0 ? text : text.slice(0, mark), text).replace(/^\//, "");
  const versionId = mark < 0 ? undefined : text.slice(mark + "?versionId=".length);
  const [, accessPoint, inside] = /^(arn:[^/]*:accesspoint\/[^/]+)\/object\/(.+)$/s.exec(path) ?? [];
  if (accessPoint !== undefined && inside !== undefined) {
    return { bucketName: accessPoint, key: inside, versionId };
  }
  const slash = path.indexOf("/");
  if (slash <= 0 || slash === path.length - 1) throw invalidSource(text);
  return { bucketName: path.slice(0, slash), key: path.slice(slash + 1), versionId };
}

function decoded(path: string, text: string): string {
  try {
    return decodeURIComponent(path.replaceAll("+", " "));
  } catch {
    throw invalidSource(text);
  }
}

function invalidSource(text: string): Error {
  return invalidArgument(
    "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    "x-amz-copy-source",
    text,
  );
}
