// CreateFunction.

import type { WaitingHandler } from "../../../core/service.ts";
import type { CreateFunctionRequest, FunctionConfiguration } from "../../../model/generated/lambda.d.ts";
import { useLayers } from "../code/layer.ts";
import { linkCode } from "../code/link.ts";
import { storeCode } from "../code/package.ts";
import { type Configuration, describeConfiguration } from "../configuration.ts";
import { FunctionRecord, type FunctionState } from "../function.ts";
import { conflict, functionNotFound } from "../model.ts";
import { checkNewName, functionArn, functionReference } from "../name.ts";
import { publish } from "../publish.ts";
import { checkRole } from "../role.ts";
import { newSettings } from "../settings.ts";
import { beginChange } from "../update.ts";

export const createFunction: WaitingHandler<CreateFunctionRequest, FunctionConfiguration> = {
  waits: async (input, ctx) => {
    const { name, account, region } = functionReference(input.FunctionName, ctx);
    checkNewName(name);
    if (account !== ctx.account || region !== ctx.region) {
      throw functionNotFound(functionArn({ account, region }, name));
    }
    const settings = newSettings({ ...input, FunctionName: name });
    await checkRole(ctx, settings.Role);
    const code = await storeCode(ctx, input.Code, "CreateFunction");
    return ctx.atomically(async (tx) => {
      if ((await tx.get(FunctionRecord, name)) !== undefined) {
        throw conflict(`Function already exist: ${name}`);
      }
      const latest: Configuration = {
        functionName: name,
        version: "$LATEST",
        settings,
        code,
        layers: await useLayers(tx, input.Layers ?? [], code.unzippedBytes),
        revisionId: tx.ids.uuid(),
        lastModified: tx.now,
        state: "Pending",
        lastUpdateStatus: "InProgress",
      };
      linkCode(tx, "function", name, code);
      const fn: FunctionState = { name, latest, lastVersion: 0, tags: input.Tags ?? {} };
      if (input.Publish !== true) {
        beginChange(tx, fn);
        return describeConfiguration(latest, tx);
      }
      const published = await publish(tx, fn, undefined);
      beginChange(tx, published.fn, published.version.number);
      return describeConfiguration(published.version, tx, published.version.version);
    });
  },
};
