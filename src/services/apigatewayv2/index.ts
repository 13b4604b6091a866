// Amazon API Gateway V2: HTTP and WebSocket APIs. What differs from AWS is in
// README.md.

import { defineService } from "../../core/service.ts";
import { DomainRecord } from "../../gateway/domains/domain-name.ts";
import type { Apigatewayv2 } from "../../model/generated/apigatewayv2.d.ts";
import { domainEndpoint } from "./domain-endpoint.ts";
import { executeEndpoint } from "./endpoint.ts";
import { apigatewayv2 } from "./model.ts";
import {
  createApiMapping,
  deleteApiMapping,
  getApiMapping,
  getApiMappings,
  updateApiMapping,
} from "./operations/api-mappings.ts";
import {
  createApi,
  deleteApi,
  deleteCorsConfiguration,
  getApis,
  readApi,
  updateApi,
} from "./operations/apis.ts";
import {
  createAuthorizer,
  deleteAuthorizer,
  getAuthorizer,
  getAuthorizers,
  updateAuthorizer,
} from "./operations/authorizers.ts";
import {
  createDeployment,
  deleteDeployment,
  getDeployment,
  getDeployments,
  updateDeployment,
} from "./operations/deployments.ts";
import {
  createDomainName,
  deleteDomainName,
  getDomainName,
  getDomainNames,
  updateDomainName,
} from "./operations/domain-names.ts";
import {
  createIntegration,
  deleteIntegration,
  getIntegration,
  getIntegrations,
  updateIntegration,
} from "./operations/integrations.ts";
import {
  createModel,
  deleteModel,
  getModel,
  getModels,
  getModelTemplate,
  updateModel,
} from "./operations/models.ts";
import { exportApiDocument, importApi, reimportApi } from "./operations/open-api.ts";
import {
  createIntegrationResponse,
  createRouteResponse,
  deleteIntegrationResponse,
  deleteRouteResponse,
  getIntegrationResponse,
  getIntegrationResponses,
  getRouteResponse,
  getRouteResponses,
  updateIntegrationResponse,
  updateRouteResponse,
} from "./operations/responses.ts";
import {
  createRoute,
  deleteRoute,
  deleteRouteRequestParameter,
  getRoute,
  getRoutes,
  updateRoute,
} from "./operations/routes.ts";
import {
  createRoutingRule,
  deleteRoutingRule,
  getRoutingRule,
  listRoutingRules,
  putRoutingRule,
} from "./operations/routing-rules.ts";
import {
  createStage,
  deleteAccessLogSettings,
  deleteRouteSettings,
  deleteStage,
  getStage,
  getStages,
  resetAuthorizersCache,
  updateStage,
} from "./operations/stages.ts";
import { getTags, tagResource, untagResource } from "./operations/tags.ts";
import {
  createVpcLink,
  deleteVpcLink,
  getVpcLink,
  getVpcLinks,
  updateVpcLink,
} from "./operations/vpc-links.ts";
import { portalEndpoints } from "./portals/endpoint.ts";
import { portalOperations } from "./portals/operations.ts";
import { Portal, Product } from "./portals/records.ts";
import { ApiRecord } from "./records/api.ts";
import { DeploymentRecord, SnapshotRecord } from "./records/deployment.ts";
import {
  AuthorizerRecord,
  IntegrationRecord,
  IntegrationResponseRecord,
  ModelRecord,
  RouteRecord,
  RouteResponseRecord,
} from "./records/parts.ts";
import { StageRecord } from "./records/stage.ts";
import { VpcLinkRecord } from "./records/vpc-link.ts";
import { apiType } from "./resource-types/api.ts";
import {
  apiMappingType,
  domainNameType,
  routingRuleType,
  vpcLinkType,
} from "./resource-types/domain-name.ts";
import {
  authorizerType,
  deploymentType,
  integrationResponseType,
  integrationType,
  modelType,
  routeResponseType,
  routeType,
} from "./resource-types/parts.ts";
import { overridesType, stageType } from "./resource-types/stage.ts";
import { sweepConnections } from "./websocket/sweep.ts";

export default defineService<Apigatewayv2>({
  model: apigatewayv2,
  resources: [
    ApiRecord,
    RouteRecord,
    IntegrationRecord,
    StageRecord,
    DeploymentRecord,
    SnapshotRecord,
    AuthorizerRecord,
    ModelRecord,
    RouteResponseRecord,
    IntegrationResponseRecord,
    VpcLinkRecord,
    DomainRecord,
    Portal,
    Product,
  ],
  operations: {
    CreateApi: createApi,
    GetApi: readApi,
    GetApis: getApis,
    UpdateApi: updateApi,
    DeleteApi: deleteApi,
    DeleteCorsConfiguration: deleteCorsConfiguration,
    ImportApi: importApi,
    ReimportApi: reimportApi,
    ExportApi: exportApiDocument,
    CreateRoute: createRoute,
    GetRoute: getRoute,
    GetRoutes: getRoutes,
    UpdateRoute: updateRoute,
    DeleteRoute: deleteRoute,
    DeleteRouteRequestParameter: deleteRouteRequestParameter,
    CreateIntegration: createIntegration,
    GetIntegration: getIntegration,
    GetIntegrations: getIntegrations,
    UpdateIntegration: updateIntegration,
    DeleteIntegration: deleteIntegration,
    CreateAuthorizer: createAuthorizer,
    GetAuthorizer: getAuthorizer,
    GetAuthorizers: getAuthorizers,
    UpdateAuthorizer: updateAuthorizer,
    DeleteAuthorizer: deleteAuthorizer,
    ResetAuthorizersCache: resetAuthorizersCache,
    CreateModel: createModel,
    GetModel: getModel,
    GetModels: getModels,
    GetModelTemplate: getModelTemplate,
    UpdateModel: updateModel,
    DeleteModel: deleteModel,
    CreateRouteResponse: createRouteResponse,
    GetRouteResponse: getRouteResponse,
    GetRouteResponses: getRouteResponses,
    UpdateRouteResponse: updateRouteResponse,
    DeleteRouteResponse: deleteRouteResponse,
    CreateIntegrationResponse: createIntegrationResponse,
    GetIntegrationResponse: getIntegrationResponse,
    GetIntegrationResponses: getIntegrationResponses,
    UpdateIntegrationResponse: updateIntegrationResponse,
    DeleteIntegrationResponse: deleteIntegrationResponse,
    CreateStage: createStage,
    GetStage: getStage,
    GetStages: getStages,
    UpdateStage: updateStage,
    DeleteStage: deleteStage,
    DeleteAccessLogSettings: deleteAccessLogSettings,
    DeleteRouteSettings: deleteRouteSettings,
    CreateDeployment: createDeployment,
    GetDeployment: getDeployment,
    GetDeployments: getDeployments,
    UpdateDeployment: updateDeployment,
    DeleteDeployment: deleteDeployment,
    CreateVpcLink: createVpcLink,
    GetVpcLink: getVpcLink,
    GetVpcLinks: getVpcLinks,
    UpdateVpcLink: updateVpcLink,
    DeleteVpcLink: deleteVpcLink,
    CreateDomainName: createDomainName,
    GetDomainName: getDomainName,
    GetDomainNames: getDomainNames,
    UpdateDomainName: updateDomainName,
    DeleteDomainName: deleteDomainName,
    CreateApiMapping: createApiMapping,
    GetApiMapping: getApiMapping,
    GetApiMappings: getApiMappings,
    UpdateApiMapping: updateApiMapping,
    DeleteApiMapping: deleteApiMapping,
    CreateRoutingRule: createRoutingRule,
    GetRoutingRule: getRoutingRule,
    ListRoutingRules: listRoutingRules,
    PutRoutingRule: putRoutingRule,
    DeleteRoutingRule: deleteRoutingRule,
    GetTags: getTags,
    TagResource: tagResource,
    UntagResource: untagResource,
    ...portalOperations,
  },
  jobs: [sweepConnections],
  endpoints: [executeEndpoint, ...portalEndpoints, domainEndpoint],
  resourceTypes: [
    apiType,
    routeType,
    integrationType,
    stageType,
    deploymentType,
    authorizerType,
    modelType,
    routeResponseType,
    integrationResponseType,
    overridesType,
    domainNameType,
    apiMappingType,
    routingRuleType,
    vpcLinkType,
  ],
  validationError: "BadRequestException",
  cursorError: "BadRequestException",
});
