// AWS Lambda: the table of contents.

import { defineService } from "../../core/service.ts";
import type { Lambda } from "../../model/generated/lambda.d.ts";
import { AliasRecord } from "./alias.ts";
import { LayerRecord, LayerVersionRecord } from "./code/layer.ts";
import { CodeLinkRecord, codeEndpoint } from "./code/link.ts";
import { functionTarget } from "./delivery.ts";
import { EventInvokeRecord } from "./event-invoke.ts";
import { FunctionRecord } from "./function.ts";
import { forgetCredential } from "./invocation/credentials.ts";
import { deliver } from "./invocation/destination.ts";
import { handleEvent } from "./invocation/events.ts";
import { MappingRecord } from "./mapping/mapping.ts";
import { tendMapping } from "./mapping/poll.ts";
import { CheckpointRecord } from "./mapping/stream/checkpoint.ts";
import { lambda } from "./model.ts";
import { operations } from "./operations/table.ts";
import { PolicyRecord } from "./policy.ts";
import { ProvisionedRecord, provision } from "./provisioned.ts";
import { aliasType } from "./resource-types/alias.ts";
import {
  eventInvokeConfigType,
  eventSourceMappingType,
  permissionType,
} from "./resource-types/connections.ts";
import { functionType } from "./resource-types/function.ts";
import {
  layerVersionPermissionType,
  layerVersionType,
  urlType,
  versionType,
} from "./resource-types/versions.ts";
import { finishChange } from "./update.ts";
import { urlEndpoint } from "./url/endpoint.ts";
import { UrlRecord, UrlRouteRecord } from "./url/url.ts";
import { VersionRecord } from "./version.ts";

export default defineService<Lambda>({
  model: lambda,
  resourceTypes: [
    functionType,
    aliasType,
    layerVersionPermissionType,
    layerVersionType,
    urlType,
    versionType,
    eventInvokeConfigType,
    eventSourceMappingType,
    permissionType,
  ],
  validationError: "ValidationException",
  cursorError: "InvalidParameterValueException",
  actions: {
    Invoke: "InvokeFunction",
    InvokeAsync: "InvokeFunction",
    InvokeWithResponseStream: "InvokeFunction",
  },
  resources: [
    FunctionRecord,
    VersionRecord,
    AliasRecord,
    LayerRecord,
    LayerVersionRecord,
    PolicyRecord,
    EventInvokeRecord,
    ProvisionedRecord,
    MappingRecord,
    CheckpointRecord,
    UrlRecord,
    UrlRouteRecord,
    CodeLinkRecord,
  ],
  targets: [functionTarget],
  jobs: [finishChange, handleEvent, deliver, tendMapping, provision, forgetCredential],
  endpoints: [urlEndpoint, codeEndpoint],
  operations,
});
