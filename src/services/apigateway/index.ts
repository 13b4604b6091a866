// Amazon API Gateway: REST APIs. What differs from AWS is in README.md.

import { defineService } from "../../core/service.ts";
import { ApiHome } from "../../gateway/api-home.ts";
import { DomainRecord } from "../../gateway/domains/domain-name.ts";
import type { Apigateway } from "../../model/generated/apigateway.d.ts";
import { AccountRecord } from "./account.ts";
import { actionsOf } from "./actions.ts";
import {
  AuthorizerRecord,
  DocumentationPartRecord,
  DocumentationVersionRecord,
  GatewayResponseRecord,
  ModelRecord,
  RequestValidatorRecord,
} from "./apis/parts.ts";
import { ResourceRecord } from "./apis/resource.ts";
import { RestApiRecord } from "./apis/rest-api.ts";
import { ClientCertificateRecord } from "./client-certificate.ts";
import { SnapshotRecord } from "./deployments/snapshot.ts";
import { DeploymentRecord, StageRecord } from "./deployments/stage.ts";
import { DomainAccessRecord } from "./domain-access.ts";
import { domainEndpoint } from "./execute/domain-endpoint.ts";
import { executeEndpoint } from "./execute/endpoint.ts";
import { apigateway } from "./model.ts";
import { emptyApi } from "./operations/rest-apis.ts";
import { operations } from "./operations.ts";
import { resourceTypes } from "./resource-types/index.ts";
import { executeTarget } from "./target.ts";
import { ApiKeyRecord } from "./usage/api-key.ts";
import { UsagePlanKeyRecord, UsagePlanRecord } from "./usage/usage-plan.ts";
import { invalidInput } from "./validation.ts";
import { VpcLinkRecord } from "./vpc-link.ts";

export default defineService<Apigateway>({
  model: apigateway,
  resources: [
    RestApiRecord,
    ApiHome,
    ResourceRecord,
    AuthorizerRecord,
    ModelRecord,
    RequestValidatorRecord,
    GatewayResponseRecord,
    DocumentationPartRecord,
    DocumentationVersionRecord,
    StageRecord,
    DeploymentRecord,
    SnapshotRecord,
    ApiKeyRecord,
    UsagePlanRecord,
    UsagePlanKeyRecord,
    ClientCertificateRecord,
    VpcLinkRecord,
    AccountRecord,
    DomainRecord,
    DomainAccessRecord,
  ],
  operations,
  actions: actionsOf(Object.keys(operations)),
  resourceTypes,
  endpoints: [executeEndpoint, domainEndpoint],
  targets: [executeTarget],
  jobs: [emptyApi],
  validationFault: invalidInput,
  cursorError: "BadRequestException",
});
