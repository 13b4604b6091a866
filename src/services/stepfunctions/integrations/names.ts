// The names by which Step Functions knows services, operations and members.
// They are those of AWS's SDK for Java, on which AWS built the integrations.

import { type IndexEntry, loadIndex } from "../../../model/load.ts";

/** `DBInstance` to `dbInstance`, `SSEKMSKeyId` to `ssekmsKeyId`, `ETag` to `eTag`. */
function uncapitalized(name: string): string {
  let at = 0;
  do at++;
  while (at < name.length && isUpper(name[at]!) && !(at < name.length - 1 && isLower(name[at + 1]!)));
  return name.slice(0, at).toLowerCase() + name.slice(at);
}

function isUpper(character: string): boolean {
  return character >= "A" && character <= "Z";
}

function isLower(character: string): boolean {
  return character >= "a" && character <= "z";
}

export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Java reserves the word. */
const reserved: Readonly<Record<string, string>> = { Null: "Nul" };

/** A member's name in `aws-sdk` integrations: `DbInstanceIdentifier`. */
export function sdkMemberName(name: string): string {
  const made = capitalized(uncapitalized(name));
  return reserved[made] ?? made;
}

const sdkServices = new Map<string, IndexEntry>();

/** By the name in `arn:aws:states:::aws-sdk:<service>:...`: the id without spaces, in lower case. */
export function sdkService(name: string): IndexEntry | undefined {
  if (sdkServices.size === 0) {
    for (const entry of loadIndex()) {
      sdkServices.set(entry.serviceId.toLowerCase().replace(/[^a-z0-9]/g, ""), entry);
    }
  }
  return sdkServices.get(name);
}

/** `DynamoDB` to `DynamoDb`, `CloudWatch Logs` to `CloudWatchLogs`, `SESv2` to `SesV2`: errors begin with it. */
export function sdkErrorPrefix(serviceId: string): string {
  return serviceId
    .replace(/([^a-z]{2,})v([0-9]+)/g, "$1 V$2")
    .replace(/[^A-Za-z0-9]+/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(" ")
    .map((word) => capitalized(word.toLowerCase()))
    .join("");
}

/** `NoSuchKey` to `NoSuchKeyException`, `DBInstanceNotFoundFault` to `DbInstanceNotFoundException`. */
export function exceptionName(code: string): string {
  const bare = code.replace(/[^A-Za-z0-9]/g, "").replace(/(Fault|Exception|Error)$/, "");
  return `${capitalized(uncapitalized(bare))}Exception`;
}
