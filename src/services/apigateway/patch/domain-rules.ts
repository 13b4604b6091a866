// What may be patched of a custom domain name.

import { patchTable } from "./patch.ts";
import { type PatchRule, removable, replaceable } from "./rule.ts";
import { oneOf, text } from "./value.ts";

const endpointTypes = oneOf("REGIONAL", "EDGE", "PRIVATE");

/** The type at an index, or added to the list: a domain name has one that counts. */
const types: PatchRule = {
  path: "/endpointConfiguration/types/<index>",
  ops: ["add", "replace"],
  pattern: /^\/endpointConfiguration\/types(?:\/([^/]+))?$/,
  edit: (draft, { value }) => {
    draft.endpointConfiguration = { ...draft.endpointConfiguration, types: [endpointTypes(value)] };
  },
};

export const domainRules = patchTable([
  replaceable("/certificateName", text),
  replaceable("/certificateArn", text),
  replaceable("/regionalCertificateName", text),
  replaceable("/regionalCertificateArn", text),
  types,
  replaceable("/endpointConfiguration/ipAddressType", oneOf("ipv4", "dualstack")),
  replaceable("/securityPolicy", text),
  replaceable("/endpointAccessMode", oneOf("BASIC", "STRICT")),
  replaceable("/ownershipVerificationCertificateArn", text),
  replaceable("/mutualTlsAuthentication/truststoreUri", text),
  replaceable("/mutualTlsAuthentication/truststoreVersion", text),
  removable("/mutualTlsAuthentication"),
  replaceable("/policy", text),
  replaceable("/managementPolicy", text),
  replaceable(
    "/routingMode",
    oneOf("BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING"),
  ),
]);
