// AWS Serverless Application Repository: SAM templates under a name, in versions,
// shared with other accounts and deployed as stacks. What differs is in README.md.

import { defineService } from "../../core/service.ts";
import type { Serverlessrepo } from "../../model/generated/serverlessrepo.d.ts";
import { Application } from "./application.ts";
import { serverlessrepo } from "./model.ts";
import {
  deleteApplication,
  getApplication,
  listApplicationDependencies,
  listApplications,
  listApplicationVersions,
} from "./operations/applications.ts";
import {
  createCloudFormationChangeSet,
  createCloudFormationTemplate,
  forgetTemplate,
  getCloudFormationTemplate,
} from "./operations/deployments.ts";
import { getApplicationPolicy, putApplicationPolicy, unshareApplication } from "./operations/policies.ts";
import { createApplication, createApplicationVersion, updateApplication } from "./operations/publish.ts";
import { clearShelf } from "./shelf.ts";
import { Template } from "./template.ts";
import { Version } from "./version.ts";

export default defineService<Serverlessrepo>({
  model: serverlessrepo,
  resources: [Application, Version, Template],
  operations: {
    CreateApplication: { waits: createApplication },
    GetApplication: getApplication,
    UpdateApplication: { waits: updateApplication },
    ListApplications: listApplications,
    DeleteApplication: deleteApplication,
    CreateApplicationVersion: { waits: createApplicationVersion },
    ListApplicationVersions: listApplicationVersions,
    ListApplicationDependencies: listApplicationDependencies,
    PutApplicationPolicy: putApplicationPolicy,
    GetApplicationPolicy: getApplicationPolicy,
    UnshareApplication: unshareApplication,
    CreateCloudFormationTemplate: createCloudFormationTemplate,
    GetCloudFormationTemplate: getCloudFormationTemplate,
    CreateCloudFormationChangeSet: { waits: createCloudFormationChangeSet },
  },
  jobs: [clearShelf, forgetTemplate],
  validationError: "BadRequestException",
  cursorError: "BadRequestException",
});
