// The resource types of REST APIs, for stacks and Cloud Control.

import type { AnyResourceType } from "../../../core/resource-type.ts";
import { accountType, clientCertificateType, vpcLinkType } from "./account.ts";
import {
  basePathMappingType,
  basePathMappingV2Type,
  domainAccessType,
  domainNameType,
  domainNameV2Type,
} from "./domain.ts";
import { authorizerType, methodType, resourceType } from "./method.ts";
import {
  documentationPartType,
  documentationVersionType,
  gatewayResponseType,
  modelType,
  requestValidatorType,
} from "./parts.ts";
import { restApiType } from "./rest-api.ts";
import { deploymentType, stageType } from "./stage.ts";
import { apiKeyType, usagePlanKeyType, usagePlanType } from "./usage.ts";

export const resourceTypes: readonly AnyResourceType[] = [
  accountType,
  apiKeyType,
  authorizerType,
  basePathMappingType,
  basePathMappingV2Type,
  clientCertificateType,
  deploymentType,
  documentationPartType,
  documentationVersionType,
  domainAccessType,
  domainNameType,
  domainNameV2Type,
  gatewayResponseType,
  methodType,
  modelType,
  requestValidatorType,
  resourceType,
  restApiType,
  stageType,
  usagePlanType,
  usagePlanKeyType,
  vpcLinkType,
];
