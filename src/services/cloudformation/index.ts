// AWS CloudFormation: templates become stacks of resources, by the public
// operations of the services they belong to. What differs from AWS is in
// README.md.

import { defineService } from "../../core/service.ts";
import type { Cloudformation } from "../../model/generated/cloudformation.d.ts";
import { ChangeSet } from "./change-sets/change-set.ts";
import { describeChangeSet, describeChangeSetHooks, listChangeSets } from "./change-sets/describe.ts";
import { createChangeSet, deleteChangeSet, executeChangeSet } from "./change-sets/operations.ts";
import { DetectionRecord, detectDrift } from "./drift/detection.ts";
import {
  describeDetection,
  describeStackResourceDrifts,
  detectStackDrift,
  detectStackResourceDrift,
} from "./drift/operations.ts";
import { stackWork } from "./engine/run.ts";
import { cloudformation } from "./model.ts";
import {
  describeAccountLimits,
  describeOrganizationsAccess,
  estimateTemplateCost,
} from "./operations/account.ts";
import {
  cancelUpdateStack,
  continueUpdateRollback,
  deleteStack,
  getStackPolicy,
  rollbackStack,
  setStackPolicy,
  signalResource,
  updateTerminationProtection,
} from "./operations/change.ts";
import { createStack, updateStack } from "./operations/create.ts";
import {
  describeStackEvents,
  describeStackResource,
  describeStackResources,
  describeStacks,
  listExports,
  listImports,
  listStackResources,
  listStacks,
} from "./operations/describe.ts";
import { describeEvents } from "./operations/events.ts";
import { getHookResult, listHookResults } from "./operations/hooks.ts";
import { getTemplate, getTemplateSummary, validateTemplate } from "./operations/templates.ts";
import { describeType, listTypes } from "./operations/types.ts";
import { cdkMetadataType } from "./resource-types/cdk-metadata.ts";
import { customResourceType } from "./resource-types/custom-resource.ts";
import { macroType } from "./resource-types/macro.ts";
import { nestedStackType } from "./resource-types/nested-stack.ts";
import { stackSetType } from "./resource-types/stack-set.ts";
import { waitConditionHandleType, waitConditionType } from "./resource-types/wait-condition.ts";
import { signalEndpoint } from "./signal-endpoint.ts";
import { detectStackSetDrift, listInstanceDrifts } from "./stack-sets/drift.ts";
import {
  createStackInstances,
  deleteStackInstances,
  describeStackInstance,
  listStackInstances,
  updateStackInstances,
} from "./stack-sets/instances.ts";
import {
  createStackSet,
  deleteStackSet,
  describeSetOperation,
  describeStackSet,
  listSetOperationResults,
  listSetOperations,
  listStackSets,
  stopSetOperation,
  updateStackSet,
} from "./stack-sets/operations.ts";
import { SetOperationRecord, StackInstance, StackSet } from "./stack-sets/stack-set.ts";
import { stackSetWork } from "./stack-sets/work.ts";
import { EventRecord } from "./stacks/event.ts";
import { forgetStack } from "./stacks/forget.ts";
import { notifyJob } from "./stacks/notify.ts";
import { AddressRecord, SignalRecord } from "./stacks/signal.ts";
import { ExportRecord, ImportRecord, Stack, TemplateRecord } from "./stacks/stack.ts";
import { ResourceRecord } from "./stacks/stack-resource.ts";
import { MacroRecord } from "./templates/macro.ts";

export default defineService<Cloudformation>({
  model: cloudformation,
  resources: [
    Stack,
    TemplateRecord,
    ResourceRecord,
    EventRecord,
    ExportRecord,
    ImportRecord,
    ChangeSet,
    SignalRecord,
    AddressRecord,
    MacroRecord,
    DetectionRecord,
    StackSet,
    StackInstance,
    SetOperationRecord,
  ],
  operations: {
    CreateStack: { waits: createStack },
    UpdateStack: { waits: updateStack },
    DeleteStack: deleteStack,
    CancelUpdateStack: cancelUpdateStack,
    ContinueUpdateRollback: continueUpdateRollback,
    RollbackStack: rollbackStack,
    UpdateTerminationProtection: updateTerminationProtection,
    SetStackPolicy: { waits: setStackPolicy },
    GetStackPolicy: getStackPolicy,
    SignalResource: signalResource,
    DescribeStacks: describeStacks,
    ListStacks: listStacks,
    DescribeStackEvents: describeStackEvents,
    DescribeStackResource: describeStackResource,
    DescribeStackResources: describeStackResources,
    ListStackResources: listStackResources,
    ListExports: listExports,
    ListImports: listImports,
    GetTemplate: { waits: getTemplate },
    GetTemplateSummary: { waits: getTemplateSummary },
    ValidateTemplate: { waits: validateTemplate },
    EstimateTemplateCost: { waits: estimateTemplateCost },
    DescribeAccountLimits: describeAccountLimits,
    DescribeOrganizationsAccess: describeOrganizationsAccess,
    CreateChangeSet: { waits: createChangeSet },
    DescribeChangeSet: describeChangeSet,
    DescribeChangeSetHooks: describeChangeSetHooks,
    ListHookResults: listHookResults,
    GetHookResult: getHookResult,
    DescribeEvents: describeEvents,
    ListChangeSets: listChangeSets,
    DeleteChangeSet: deleteChangeSet,
    ExecuteChangeSet: executeChangeSet,
    DetectStackDrift: detectStackDrift,
    DetectStackResourceDrift: { waits: detectStackResourceDrift },
    DescribeStackDriftDetectionStatus: describeDetection,
    DescribeStackResourceDrifts: describeStackResourceDrifts,
    ListTypes: { waits: listTypes },
    DescribeType: { waits: describeType },
    CreateStackSet: { waits: createStackSet },
    UpdateStackSet: { waits: updateStackSet },
    DeleteStackSet: deleteStackSet,
    DescribeStackSet: describeStackSet,
    ListStackSets: listStackSets,
    CreateStackInstances: createStackInstances,
    UpdateStackInstances: updateStackInstances,
    DeleteStackInstances: deleteStackInstances,
    DescribeStackInstance: describeStackInstance,
    ListStackInstances: listStackInstances,
    DescribeStackSetOperation: describeSetOperation,
    ListStackSetOperations: listSetOperations,
    ListStackSetOperationResults: listSetOperationResults,
    DetectStackSetDrift: detectStackSetDrift,
    ListStackInstanceResourceDrifts: { waits: listInstanceDrifts },
    StopStackSetOperation: stopSetOperation,
  },
  jobs: [stackWork, notifyJob, detectDrift, stackSetWork, forgetStack],
  resourceTypes: [
    nestedStackType,
    stackSetType,
    waitConditionType,
    waitConditionHandleType,
    customResourceType,
    macroType,
    cdkMetadataType,
  ],
  endpoints: [signalEndpoint],
});
