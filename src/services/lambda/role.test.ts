import { describe, expect, it } from "vitest";
import { fault } from "../../core/fault.ts";
import { defineService } from "../../core/service.ts";
import type { Iam } from "../../model/generated/iam.d.ts";
import { modelOf } from "../../model/handle.ts";
import { trustsLambda } from "./role.ts";
import { lambdaCloud } from "./testing/fixtures.ts";

const trusting = (Principal: unknown): string =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }] });

describe("execution roles", () => {
  it.each([
    ["Lambda by name", { Service: "lambda.amazonaws.com" }, true],
    ["Lambda among others", { Service: ["ec2.amazonaws.com", "lambda.amazonaws.com"] }, true],
    ["everyone", "*", true],
    ["another service", { Service: "ec2.amazonaws.com" }, false],
    ["an account", { AWS: "000000000000" }, false],
  ])("a role that trusts %s", (_name, principal, trusted) => {
    expect(trustsLambda(trusting(principal))).toBe(trusted);
    expect(trustsLambda(encodeURIComponent(trusting(principal)))).toBe(trusted);
  });

  it("CreateFunction refuses a role that does not exist or does not trust Lambda", async () => {
    const model = modelOf<Iam>("iam");
    const iam = defineService<Iam>({
      model,
      resources: [],
      operations: {
        GetRole: async ({ RoleName }) => {
          if (RoleName === "missing") throw fault(model, "NoSuchEntity", "no such role");
          const service = RoleName === "app" ? "lambda" : "ec2";
          return {
            Role: {
              Path: "/",
              RoleName,
              RoleId: "AROA",
              Arn: "",
              CreateDate: 0,
              AssumeRolePolicyDocument: trusting({ Service: `${service}.amazonaws.com` }),
            },
          };
        },
      },
    });
    const cloud = await lambdaCloud({}, [iam]);
    for (const role of ["missing", "other"]) {
      await expect(
        cloud.create("f", { Role: `arn:aws:iam::000000000000:role/${role}` }),
      ).rejects.toMatchObject({
        code: "InvalidParameterValueException",
        message: "The role defined for the function cannot be assumed by Lambda.",
      });
    }
    await expect(cloud.create("f", { Role: "arn:aws:iam::111122223333:role/app" })).rejects.toMatchObject({
      code: "AccessDeniedException",
    });
    expect(await cloud.create("f")).toMatchObject({ State: "Pending" });
    await cloud.stop();
  });
});
