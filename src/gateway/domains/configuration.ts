// What API Gateway itself says of a domain name's endpoint: the name to point
// DNS at, and the hosted zone of that name
// (docs.aws.amazon.com/general/latest/gr/apigateway.html).

import type { Ids } from "../../core/ids.ts";
import type { DomainConfiguration, DomainEndpointType } from "./domain-name.ts";

const regionalZones: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Z1YSHQZHG15GKL",
  "ap-northeast-2": "Z20JF4UZKIW1U8",
  "ap-south-1": "Z3VO1THU9YC4UR",
  "ap-southeast-1": "ZL327KTPIQFUL",
  "ap-southeast-2": "Z2RPCDW04V8134",
  "ca-central-1": "Z19DQILCV0OWEC",
  "eu-central-1": "Z1U9ULNL0V5AJ3",
  "eu-north-1": "Z3UWIKFBOOGXPP",
  "eu-west-1": "ZLY8HYME6SFDD",
  "eu-west-2": "ZJ5UAJN8Y3Z2Q",
  "eu-west-3": "Z3KY65QIEKYHQQ",
  "sa-east-1": "ZCMLWB8V5SYIT",
  "us-east-1": "Z1UJRXOUMOOFQ8",
  "us-east-2": "ZOJJZC49E0EPZ",
  "us-west-1": "Z2MUQ32089INYE",
  "us-west-2": "Z2OJLYMUO9EFXC",
};

const edgeZone = "Z2FDTNDATAQYW2";

export function endpointOf(
  endpointType: DomainEndpointType,
  region: string,
  ids: Ids,
): Pick<DomainConfiguration, "endpointType" | "apiGatewayDomainName" | "hostedZoneId"> {
  return endpointType === "EDGE"
    ? {
        endpointType,
        apiGatewayDomainName: `d${ids.lower(13)}.cloudfront.net`,
        hostedZoneId: edgeZone,
      }
    : {
        endpointType,
        apiGatewayDomainName: `d-${ids.lower(10)}.execute-api.${region}.amazonaws.com`,
        hostedZoneId: regionalZones[region] ?? regionalZones["us-east-1"]!,
      };
}

/** Labels of letters, digits and hyphens, at least two; the first may be a star. */
export function isDomainName(name: string): boolean {
  return name.length <= 255 && /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i.test(name);
}
