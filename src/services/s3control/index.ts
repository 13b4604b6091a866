// Amazon S3 Control: access points, the account's block of public access, and
// tags by ARN.

import { defineService } from "../../core/service.ts";
import type { S3control } from "../../model/generated/s3control.d.ts";
import { AccessPoint, AccessPointAlias } from "./access-point.ts";
import { s3control } from "./model.ts";
import { accessPointOperations } from "./operations/access-points.ts";
import { policyOperations } from "./operations/policies.ts";
import { AccountPublicAccess, publicAccessOperations } from "./operations/public-access.ts";
import { tagOperations } from "./operations/tags.ts";
import { accessPointType } from "./resource-types/access-point.ts";

export default defineService<S3control>({
  model: s3control,
  resources: [AccessPoint, AccessPointAlias, AccountPublicAccess],
  operations: {
    ...accessPointOperations,
    ...policyOperations,
    ...publicAccessOperations,
    ...tagOperations,
  },
  resourceTypes: [accessPointType],
  validationError: "InvalidRequest",
  cursorError: "InvalidRequest",
});
