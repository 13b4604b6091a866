// Placeholder.
import type { Waiting } from "../../../../core/waiting.ts";
import type { DataFormatConversionConfiguration } from "../../../../model/generated/firehose.d.ts";
import type { BufferedRecord } from "../../buffer/entry.ts";
import type { Failure } from "../../processing/failure.ts";

export async function convert(
  _ctx: Waiting,
  _c: DataFormatConversionConfiguration,
  _r: readonly BufferedRecord[],
): Promise<
  { data: Uint8Array | undefined; failures: readonly Failure[] } | { code: string; message: string }
> {
  return { code: "x", message: "" };
}
