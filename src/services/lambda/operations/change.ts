// UpdateFunctionCode and UpdateFunctionConfiguration.

import { notImplemented } from "../../../core/fault.ts";
import type { WaitingHandler } from "../../../core/service.ts";
import type {
  FunctionConfiguration,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from "../../../model/generated/lambda.d.ts";
import { useLayers } from "../code/layer.ts";
import { linkCode } from "../code/link.ts";
import { storeCode } from "../code/package.ts";
import { type Configuration, describeConfiguration } from "../configuration.ts";
import { getFunctionState } from "../function.ts";
import { retire } from "../invocation/spec.ts";
import { checkRevision } from "../model.ts";
import { functionReference } from "../name.ts";
import { publish } from "../publish.ts";
import { checkRole } from "../role.ts";
import { changedSettings } from "../settings.ts";
import { beginChange, quiescent } from "../update.ts";

export const updateFunctionCode: WaitingHandler<UpdateFunctionCodeRequest, FunctionConfiguration> = {
  waits: async (input, ctx) => {
    if (input.ImageUri !== undefined)
      throw notImplemented("lambda", "functions from container images (ImageUri)");
    const reference = functionReference(input.FunctionName, ctx);
    await quiescent(ctx, reference);
    const code = await storeCode(ctx, input, "UpdateFunctionCode");
    const { answer, before } = await ctx.atomically(async (anyPlace) => {
      const tx = anyPlace.at(reference);
      const fn = await getFunctionState(tx, reference);
      checkRevision(input.RevisionId, fn.latest.revisionId);
      const { settings } = fn.latest;
      const latest: Configuration = {
        ...fn.latest,
        code,
        settings: { ...settings, Architectures: input.Architectures ?? settings.Architectures },
        // A layer may have been deleted since: what the function uses, it keeps.
        layers: fn.latest.layers,
        revisionId: tx.ids.uuid(),
        lastModified: tx.now,
        lastUpdateStatus: "InProgress",
      };
      if (input.DryRun === true) return { answer: describeConfiguration(latest, tx), before: undefined };
      linkCode(tx, "function", fn.name, code);
      if (input.Publish !== true) {
        beginChange(tx, { ...fn, latest });
        return { answer: describeConfiguration(latest, tx), before: fn.latest };
      }
      const published = await publish(tx, { ...fn, latest }, undefined);
      beginChange(tx, published.fn, published.version.number);
      return {
        answer: describeConfiguration(published.version, tx, published.version.version),
        before: fn.latest,
      };
    });
    if (before !== undefined) retire(ctx, reference, before);
    return answer;
  },
};

export const updateFunctionConfiguration: WaitingHandler<
  UpdateFunctionConfigurationRequest,
  FunctionConfiguration
> = {
  waits: async (input, ctx) => {
    const reference = functionReference(input.FunctionName, ctx);
    await quiescent(ctx, reference);
    if (input.Role !== undefined) await checkRole(ctx, input.Role);
    const { answer, before } = await ctx.atomically(async (anyPlace) => {
      const tx = anyPlace.at(reference);
      const fn = await getFunctionState(tx, reference);
      checkRevision(input.RevisionId, fn.latest.revisionId);
      const latest: Configuration = {
        ...fn.latest,
        settings: changedSettings(fn.latest.settings, input, fn.name),
        layers:
          input.Layers === undefined
            ? fn.latest.layers
            : await useLayers(tx, input.Layers, fn.latest.code.unzippedBytes),
        revisionId: tx.ids.uuid(),
        lastModified: tx.now,
        lastUpdateStatus: "InProgress",
      };
      beginChange(tx, { ...fn, latest });
      return { answer: describeConfiguration(latest, tx), before: fn.latest };
    });
    retire(ctx, reference, before);
    return answer;
  },
};
