// What S3 answers to input that breaks its model: never with the model's words.
// A body is then malformed; of a header or parameter each has words of its own.

import type { Call } from "../../core/call.ts";
import type { Fault } from "../../core/fault.ts";
import { invalidArgument, invalidRequest, s3Fault } from "./faults.ts";
import { s3 } from "./model.ts";

const sentences: Readonly<Record<string, string>> = {
  BucketKeyEnabled:
    "The value specified in the x-amz-server-side-encryption-bucket-key-enabled header is invalid.",
  EncodingType: "Invalid Encoding Method specified in Request",
  MetadataDirective: "Unknown metadata directive.",
  ObjectAttributes: "Invalid attribute name specified.",
  ObjectLockLegalHoldStatus: "Legal Hold must be either of 'ON' or 'OFF'",
  ObjectLockMode: "Unknown wormMode directive.",
  ObjectOwnership:
    "Invalid x-amz-object-ownership header: it must be one of BucketOwnerPreferred, ObjectWriter or BucketOwnerEnforced",
  RequestPayer: "Invalid request payer",
  ServerSideEncryption: "The encryption method specified is not supported",
  TaggingDirective: "Unknown tagging directive.",
};

/** The first failure decides; S3 tells no others. */
export function validationFault(
  { operation, input }: Pick<Call, "operation" | "input">,
  [failure = ""]: readonly string[],
): Fault {
  const path = /^Value .* at '([^'.]+)[^']*' failed to satisfy/s.exec(failure)?.[1] ?? "";
  const members = s3.load().operations.get(operation)?.input?.members;
  const name = [...(members?.keys() ?? [])].find((each) => each.toLowerCase() === path.toLowerCase()) ?? path;
  const member = members?.get(name);
  const given = (input as Readonly<Record<string, unknown>>)[name];
  const value = typeof given === "string" || typeof given === "number" ? given : undefined;
  if (name === "Tagging" && failure.includes(".key'")) {
    return s3Fault("InvalidTag", {}, "The TagKey you have provided is invalid");
  }
  if (failure.includes(".locationConstraint'")) {
    const { LocationConstraint } = given as { readonly LocationConstraint?: string };
    return s3Fault("InvalidLocationConstraint", { LocationConstraint });
  }
  if (member === undefined || member.location === undefined) return s3Fault("MalformedXML");
  if (name === "Key" && given === undefined) return s3Fault("NoSuchKey", { Key: "" });
  if (name === "StorageClass") return s3Fault("InvalidStorageClass", { StorageClassRequested: value });
  if (name === "ChecksumAlgorithm") {
    return invalidRequest(
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    );
  }
  if (name === "ChecksumType") {
    return invalidRequest("Value for x-amz-checksum-type header is invalid.");
  }
  if (name === "UploadId") {
    // A POST of an object without any parameter is taken for a completion.
    return given === undefined
      ? s3Fault("MethodNotAllowed", { Method: "POST", ResourceType: "OBJECT" })
      : s3Fault("NoSuchUpload", { UploadId: value });
  }
  if (given === undefined) {
    return invalidRequest(`Missing required parameter for this request: ${member.wireName}`);
  }
  return invalidArgument(sentences[name] ?? "Invalid Argument", member.wireName, value);
}
