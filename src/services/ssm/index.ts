// AWS Systems Manager: of its parts Parameter Store, with all its operations.
// What differs from AWS is in README.md.

import { defineService } from "../../core/service.ts";
import type { Ssm } from "../../model/generated/ssm.d.ts";
import { ssm } from "./model.ts";
import { deleteParameter, deleteParameters } from "./operations/delete.ts";
import { getParameter, getParameters } from "./operations/get.ts";
import { getParameterHistory } from "./operations/history.ts";
import { labelParameterVersion, unlabelParameterVersion } from "./operations/labels.ts";
import { describeParameters, getParametersByPath } from "./operations/list.ts";
import { putParameter } from "./operations/put.ts";
import * as policy from "./operations/resource-policy.ts";
import * as setting from "./operations/service-setting.ts";
import * as tags from "./operations/tags.ts";
import { EarlierVersion, Parameter } from "./parameters/parameter.ts";
import { applyPolicy } from "./policies/apply.ts";
import { parameterType } from "./resource-types/parameter.ts";
import { resourcePolicyType } from "./resource-types/resource-policy.ts";

export default defineService<Ssm>({
  model: ssm,
  resources: [Parameter, EarlierVersion, setting.ServiceSetting],
  operations: {
    PutParameter: { waits: putParameter },
    GetParameter: { waits: getParameter },
    GetParameters: { waits: getParameters },
    GetParametersByPath: { waits: getParametersByPath },
    GetParameterHistory: { waits: getParameterHistory },
    DescribeParameters: describeParameters,
    DeleteParameter: deleteParameter,
    DeleteParameters: deleteParameters,
    LabelParameterVersion: labelParameterVersion,
    UnlabelParameterVersion: unlabelParameterVersion,
    AddTagsToResource: tags.addTagsToResource,
    RemoveTagsFromResource: tags.removeTagsFromResource,
    ListTagsForResource: tags.listTagsForResource,
    PutResourcePolicy: policy.putResourcePolicy,
    GetResourcePolicies: policy.getResourcePolicies,
    DeleteResourcePolicy: policy.deleteResourcePolicy,
    GetServiceSetting: setting.getServiceSetting,
    UpdateServiceSetting: setting.updateServiceSetting,
    ResetServiceSetting: setting.resetServiceSetting,
  },
  resourceTypes: [parameterType, resourcePolicyType],
  jobs: [applyPolicy],
  cursorError: "InvalidNextToken",
});
