// The operations of Lambda that are implemented, by subject; dispatch answers
// all others with NotImplemented.

import type { Operations } from "../../../core/service.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import * as alias from "./aliases.ts";
import * as change from "./change.ts";
import * as concurrency from "./concurrency.ts";
import * as create from "./create.ts";
import * as remove from "./delete.ts";
import * as eventInvoke from "./event-invoke.ts";
import * as invoke from "./invoke.ts";
import * as stream from "./invoke-stream.ts";
import * as layerPermission from "./layer-permissions.ts";
import * as layer from "./layers.ts";
import * as mapping from "./mappings.ts";
import * as permission from "./permissions.ts";
import * as provisioned from "./provisioned.ts";
import * as read from "./read.ts";
import * as setting from "./settings.ts";
import * as tag from "./tags.ts";
import * as url from "./urls.ts";
import * as version from "./versions.ts";

export const operations: Operations<Lambda> = {
  CreateAlias: alias.createAlias,
  DeleteAlias: alias.deleteAlias,
  GetAlias: alias.getAlias,
  ListAliases: alias.listAliases,
  UpdateAlias: alias.updateAlias,
  UpdateFunctionCode: change.updateFunctionCode,
  UpdateFunctionConfiguration: change.updateFunctionConfiguration,
  DeleteFunctionConcurrency: concurrency.deleteFunctionConcurrency,
  GetAccountSettings: concurrency.getAccountSettings,
  GetFunctionConcurrency: concurrency.getFunctionConcurrency,
  PutFunctionConcurrency: concurrency.putFunctionConcurrency,
  CreateFunction: create.createFunction,
  DeleteFunction: remove.deleteFunction,
  DeleteFunctionEventInvokeConfig: eventInvoke.deleteFunctionEventInvokeConfig,
  GetFunctionEventInvokeConfig: eventInvoke.getFunctionEventInvokeConfig,
  ListFunctionEventInvokeConfigs: eventInvoke.listFunctionEventInvokeConfigs,
  PutFunctionEventInvokeConfig: eventInvoke.putFunctionEventInvokeConfig,
  UpdateFunctionEventInvokeConfig: eventInvoke.updateFunctionEventInvokeConfig,
  Invoke: invoke.invoke,
  InvokeAsync: invoke.invokeAsync,
  InvokeWithResponseStream: stream.invokeWithResponseStream,
  AddLayerVersionPermission: layerPermission.addLayerVersionPermission,
  GetLayerVersionPolicy: layerPermission.getLayerVersionPolicy,
  RemoveLayerVersionPermission: layerPermission.removeLayerVersionPermission,
  DeleteLayerVersion: layer.deleteLayerVersion,
  GetLayerVersion: layer.getLayerVersion,
  GetLayerVersionByArn: layer.getLayerVersionByArn,
  ListLayerVersions: layer.listLayerVersions,
  ListLayers: layer.listLayers,
  PublishLayerVersion: layer.publishLayerVersion,
  CreateEventSourceMapping: mapping.createEventSourceMapping,
  DeleteEventSourceMapping: mapping.deleteEventSourceMapping,
  GetEventSourceMapping: mapping.getEventSourceMapping,
  ListEventSourceMappings: mapping.listEventSourceMappings,
  UpdateEventSourceMapping: mapping.updateEventSourceMapping,
  AddPermission: permission.addPermission,
  GetPolicy: permission.getPolicy,
  RemovePermission: permission.removePermission,
  DeleteProvisionedConcurrencyConfig: provisioned.deleteProvisionedConcurrencyConfig,
  GetProvisionedConcurrencyConfig: provisioned.getProvisionedConcurrencyConfig,
  ListProvisionedConcurrencyConfigs: provisioned.listProvisionedConcurrencyConfigs,
  PutProvisionedConcurrencyConfig: provisioned.putProvisionedConcurrencyConfig,
  GetFunction: read.getFunction,
  GetFunctionConfiguration: read.getFunctionConfiguration,
  ListFunctions: read.listFunctions,
  GetFunctionCodeSigningConfig: setting.getFunctionCodeSigningConfig,
  GetFunctionRecursionConfig: setting.getFunctionRecursionConfig,
  GetRuntimeManagementConfig: setting.getRuntimeManagementConfig,
  PutFunctionRecursionConfig: setting.putFunctionRecursionConfig,
  PutRuntimeManagementConfig: setting.putRuntimeManagementConfig,
  ListTags: tag.listTags,
  TagResource: tag.tagResource,
  UntagResource: tag.untagResource,
  CreateFunctionUrlConfig: url.createFunctionUrlConfig,
  DeleteFunctionUrlConfig: url.deleteFunctionUrlConfig,
  GetFunctionUrlConfig: url.getFunctionUrlConfig,
  ListFunctionUrlConfigs: url.listFunctionUrlConfigs,
  UpdateFunctionUrlConfig: url.updateFunctionUrlConfig,
  ListVersionsByFunction: version.listVersionsByFunction,
  PublishVersion: version.publishVersion,
};
