// AWS CodeDeploy for Lambda: aliases move from version to version, in steps,
// with hooks before and after. What differs from AWS is in README.md.

import { defineService } from "../../core/service.ts";
import type { Codedeploy } from "../../model/generated/codedeploy.d.ts";
import { Application, Revision } from "./application.ts";
import { Configuration } from "./configuration.ts";
import { advance } from "./deployments/advance.ts";
import { Deployment } from "./deployments/deployment.ts";
import { sendTrigger } from "./deployments/trigger.ts";
import { Group } from "./group.ts";
import { codedeploy } from "./model.ts";
import { operations } from "./operations/table.ts";
import { applicationType } from "./resource-types/application.ts";
import { configurationType } from "./resource-types/configuration.ts";
import { groupType } from "./resource-types/group.ts";

export default defineService<Codedeploy>({
  model: codedeploy,
  resources: [Application, Revision, Configuration, Group, Deployment],
  resourceTypes: [applicationType, configurationType, groupType],
  operations,
  jobs: [advance, sendTrigger],
  validationError: "InvalidInputException",
  cursorError: "InvalidNextTokenException",
});
