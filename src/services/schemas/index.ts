// EventBridge Schemas: registries of what events look like, learned from a bus
// or given, and code for those who read them. What differs is in README.md.

import { defineService } from "../../core/service.ts";
import type { Schemas } from "../../model/generated/schemas.d.ts";
import { Discoverer } from "./discovery/discoverer.ts";
import { discovererTarget } from "./discovery/learn.ts";
import { schemas } from "./model.ts";
import {
  describeCodeBinding,
  generateBinding,
  getCodeBindingSource,
  putCodeBinding,
} from "./operations/bindings.ts";
import {
  createDiscoverer,
  deleteDiscoverer,
  describeDiscoverer,
  getDiscoveredSchema,
  listDiscoverers,
  startDiscoverer,
  stopDiscoverer,
  updateDiscoverer,
} from "./operations/discoverers.ts";
import {
  createRegistry,
  deleteRegistry,
  deleteResourcePolicy,
  describeRegistry,
  getResourcePolicy,
  listRegistries,
  putResourcePolicy,
  updateRegistry,
} from "./operations/registries.ts";
import {
  createSchema,
  deleteSchema,
  deleteSchemaVersion,
  describeSchema,
  exportSchema,
  listSchemas,
  listSchemaVersions,
  searchSchemas,
  updateSchema,
} from "./operations/schemas.ts";
import { listTagsForResource, tagResource, untagResource } from "./operations/tags.ts";
import { Registry } from "./registry.ts";
import { discovererType, registryType, schemaType } from "./resource-types/registry.ts";
import { registryPolicyType } from "./resource-types/registry-policy.ts";
import { Schema } from "./schema.ts";

export default defineService<Schemas>({
  model: schemas,
  resourceTypes: [discovererType, registryPolicyType, registryType, schemaType],
  resources: [Registry, Schema, Discoverer],
  operations: {
    CreateRegistry: createRegistry,
    DescribeRegistry: describeRegistry,
    UpdateRegistry: updateRegistry,
    ListRegistries: listRegistries,
    DeleteRegistry: deleteRegistry,
    PutResourcePolicy: putResourcePolicy,
    GetResourcePolicy: getResourcePolicy,
    DeleteResourcePolicy: deleteResourcePolicy,
    CreateSchema: createSchema,
    DescribeSchema: describeSchema,
    UpdateSchema: updateSchema,
    ExportSchema: exportSchema,
    ListSchemas: listSchemas,
    ListSchemaVersions: listSchemaVersions,
    SearchSchemas: searchSchemas,
    DeleteSchema: deleteSchema,
    DeleteSchemaVersion: deleteSchemaVersion,
    CreateDiscoverer: createDiscoverer,
    DescribeDiscoverer: describeDiscoverer,
    ListDiscoverers: listDiscoverers,
    UpdateDiscoverer: updateDiscoverer,
    StartDiscoverer: startDiscoverer,
    StopDiscoverer: stopDiscoverer,
    DeleteDiscoverer: deleteDiscoverer,
    GetDiscoveredSchema: getDiscoveredSchema,
    PutCodeBinding: putCodeBinding,
    DescribeCodeBinding: describeCodeBinding,
    GetCodeBindingSource: getCodeBindingSource,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsForResource: listTagsForResource,
  },
  jobs: [generateBinding],
  targets: [discovererTarget],
  validationError: "BadRequestException",
  cursorError: "BadRequestException",
});
