// Where a template comes from: the request, an object in S3, or the stack itself.

import { objectOf } from "../../../base/object-address.ts";
import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { validationError } from "../model.ts";

const s3 = modelOf<S3>("s3");

const maximumBodyBytes = 51_200;
const maximumObjectBytes = 1_048_576;

export interface TemplateInput {
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
}

/** Undefined where neither is given. */
export async function templateText(ctx: Waiting, input: TemplateInput): Promise<string | undefined> {
  const { TemplateBody: body, TemplateURL: url } = input;
  if (body !== undefined && url !== undefined)
    throw validationError("Either Template URL or Template Body must be specified.");
  if (body !== undefined) {
    if (Buffer.byteLength(body) > maximumBodyBytes) {
      throw validationError(
        `1 validation error detected: Value '${body.slice(0, 1000)}' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${maximumBodyBytes}`,
      );
    }
    return body;
  }
  return url === undefined ? undefined : objectText(ctx, url);
}

/** The text of the object that an S3 address names, in whichever form. */
export async function objectText(ctx: Waiting, url: string): Promise<string> {
  const name = objectOf(url, ctx.endpoint);
  if (name === undefined)
    throw validationError("TemplateURL must reference a valid S3 object to which you have access.");
  try {
    const { Body } = await ctx.call(s3, "GetObject", name);
    return await textOf(Body as AsyncIterable<Uint8Array> | Uint8Array | undefined);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.service !== s3.name) throw error;
    throw validationError(`S3 error: ${error.message}`);
  }
}

async function textOf(body: AsyncIterable<Uint8Array> | Uint8Array | undefined): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body instanceof Uint8Array ? [body] : (body ?? [])) {
    length += part.length;
    if (length > maximumObjectBytes)
      throw validationError(`Template may not exceed ${maximumObjectBytes} bytes in size.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
