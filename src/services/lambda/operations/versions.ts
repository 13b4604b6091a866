// PublishVersion and ListVersionsByFunction.

import { notImplemented } from "../../../core/fault.ts";
import type { WaitingHandler, WritingHandler } from "../../../core/service.ts";
import type {
  FunctionConfiguration,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse,
  PublishVersionRequest,
} from "../../../model/generated/lambda.d.ts";
import { describeConfiguration } from "../configuration.ts";
import { FunctionRecord, getFunctionState } from "../function.ts";
import { checkRevision, invalid } from "../model.ts";
import { functionReference } from "../name.ts";
import { publish } from "../publish.ts";
import { quiescent } from "../update.ts";
import { VersionRecord } from "../version.ts";

export const publishVersion: WaitingHandler<PublishVersionRequest, FunctionConfiguration> = {
  waits: async (input, ctx) => {
    if (input.PublishTo !== undefined) throw notImplemented("lambda", "the parameter PublishTo");
    const reference = functionReference(input.FunctionName, ctx);
    await quiescent(ctx, reference);
    return ctx.atomically(async (anyPlace) => {
      const tx = anyPlace.at(reference);
      const fn = await getFunctionState(tx, reference);
      checkRevision(input.RevisionId, fn.latest.revisionId);
      const current = fn.latest.code.sha256;
      if (input.CodeSha256 !== undefined && input.CodeSha256 !== "" && input.CodeSha256 !== current) {
        throw invalid(
          `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${current}). Please try again with the CodeSHA256 in $LATEST.`,
        );
      }
      const published = await publish(tx, fn, input.Description);
      if (published.fn !== fn) tx.put(FunctionRecord, published.fn);
      return describeConfiguration(published.version, tx, published.version.version);
    });
  },
};

export const listVersionsByFunction: WritingHandler<
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse
> = async (input, anyPlace) => {
  const reference = functionReference(input.FunctionName, anyPlace);
  const tx = anyPlace.at(reference);
  const fn = await getFunctionState(tx, reference);
  const limit = Math.min(input.MaxItems ?? 50, 50);
  // The first page begins with `$LATEST`, which is no stored version (and so has two where one was asked for).
  const first = input.Marker === undefined;
  const page = await tx.list(VersionRecord, {
    prefix: [fn.name],
    cursor: input.Marker,
    limit: first ? Math.max(1, limit - 1) : limit,
  });
  const Versions = page.values.map((version) => describeConfiguration(version, tx, version.version));
  if (first) Versions.unshift(describeConfiguration(fn.latest, tx, "$LATEST"));
  return { Versions, ...(page.cursor === undefined ? {} : { NextMarker: page.cursor }) };
};
