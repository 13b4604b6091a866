// The operations by name.

import type { Operations } from "../../../core/service.ts";
import type { Codedeploy } from "../../../model/generated/codedeploy.d.ts";
import {
  batchGetApplicationRevisions,
  batchGetApplications,
  createApplication,
  deleteApplication,
  getApplication,
  getApplicationRevision,
  listApplicationRevisions,
  listApplications,
  registerApplicationRevision,
  updateApplication,
} from "./applications.ts";
import {
  createDeploymentConfig,
  deleteDeploymentConfig,
  getDeploymentConfig,
  listDeploymentConfigs,
} from "./configurations.ts";
import {
  batchGetDeployments,
  batchGetDeploymentTargets,
  createDeployment,
  getDeployment,
  getDeploymentTarget,
  listDeployments,
  listDeploymentTargets,
  putLifecycleEventHookExecutionStatus,
  stopDeployment,
} from "./deployments.ts";
import {
  batchGetDeploymentGroups,
  createDeploymentGroup,
  deleteDeploymentGroup,
  getDeploymentGroup,
  listDeploymentGroups,
  updateDeploymentGroup,
} from "./groups.ts";
import { listTagsForResource, tagResource, untagResource } from "./tags.ts";

export const operations: Operations<Codedeploy> = {
  CreateApplication: createApplication,
  GetApplication: getApplication,
  BatchGetApplications: batchGetApplications,
  ListApplications: listApplications,
  UpdateApplication: updateApplication,
  DeleteApplication: deleteApplication,
  RegisterApplicationRevision: registerApplicationRevision,
  GetApplicationRevision: getApplicationRevision,
  BatchGetApplicationRevisions: batchGetApplicationRevisions,
  ListApplicationRevisions: listApplicationRevisions,
  CreateDeploymentConfig: createDeploymentConfig,
  GetDeploymentConfig: getDeploymentConfig,
  ListDeploymentConfigs: listDeploymentConfigs,
  DeleteDeploymentConfig: deleteDeploymentConfig,
  CreateDeploymentGroup: createDeploymentGroup,
  GetDeploymentGroup: getDeploymentGroup,
  BatchGetDeploymentGroups: batchGetDeploymentGroups,
  ListDeploymentGroups: listDeploymentGroups,
  UpdateDeploymentGroup: updateDeploymentGroup,
  DeleteDeploymentGroup: deleteDeploymentGroup,
  CreateDeployment: { waits: createDeployment },
  GetDeployment: getDeployment,
  BatchGetDeployments: batchGetDeployments,
  ListDeployments: listDeployments,
  StopDeployment: stopDeployment,
  PutLifecycleEventHookExecutionStatus: putLifecycleEventHookExecutionStatus,
  ListDeploymentTargets: listDeploymentTargets,
  GetDeploymentTarget: getDeploymentTarget,
  BatchGetDeploymentTargets: batchGetDeploymentTargets,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
};
