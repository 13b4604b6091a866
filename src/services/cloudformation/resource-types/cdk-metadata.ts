// AWS::CDK::Metadata: which construct libraries a template was made with. It is
// nothing but a note, on AWS as well.

import { physicalName } from "../../../core/provision.ts";
import { defineResourceType, type Properties } from "../../../core/resource-type.ts";

export const cdkMetadataType = defineResourceType<Properties>({
  type: "AWS::CDK::Metadata",
  create: async (_properties, at) => ({ id: physicalName(at, 255, false) }),
  read: async (_id, _at, properties) => properties,
  update: async () => undefined,
  delete: async () => undefined,
});
