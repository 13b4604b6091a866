// AWS Security Token Service as a table of contents: who the caller is, and
// temporary credentials for who the caller may be.

import { defineService } from "../../core/service.ts";
import type { Sts } from "../../model/generated/sts.d.ts";
import { sts } from "./model.ts";
import { assumeRoleOperations } from "./operations/assume-role.ts";
import { samlOperations } from "./operations/assume-role-with-saml.ts";
import { webIdentityOperations } from "./operations/assume-role-with-web-identity.ts";
import { identityOperations } from "./operations/identity.ts";
import { sessionTokenOperations } from "./operations/session-tokens.ts";
import { forgetSession } from "./session.ts";

export default defineService<Sts>({
  model: sts,
  // What it stores are the kernel's credentials; it has no resource of its own.
  resources: [],
  operations: {
    ...identityOperations,
    ...assumeRoleOperations,
    ...webIdentityOperations,
    ...samlOperations,
    ...sessionTokenOperations,
  },
  jobs: [forgetSession],
});
