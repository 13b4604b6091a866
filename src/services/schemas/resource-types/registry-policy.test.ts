// Registries' policies as templates declare them.

import { expect, test } from "vitest";
import { testCloud } from "../../test-cloud.ts";
import { provisioner } from "../../test-resource-type.ts";
import schemas from "../index.ts";

test("a registry's policy is put, changed and removed", async () => {
  const cloud = await testCloud([schemas]);
  const types = provisioner(cloud);
  const type = "AWS::EventSchemas::RegistryPolicy";
  await cloud.call("schemas", "CreateRegistry", { RegistryName: "r" });
  const of = (Action: string) => ({
    RegistryName: "r",
    Policy: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "s",
          Effect: "Allow",
          Principal: { AWS: "111111111111" },
          Action,
          Resource: "arn:aws:schemas:us-east-1:000000000000:registry/r",
        },
      ],
    },
  });
  const made = await types.create(type, of("schemas:DescribeRegistry"));
  expect(made.id).toBe("r");
  await types.update(type, "r", of("schemas:ListSchemas"), of("schemas:DescribeRegistry"));
  expect(await types.read(type, "r")).toMatchObject(of("schemas:ListSchemas"));
  await types.delete(type, "r");
  expect(await types.read(type, "r")).toBeUndefined();
  await cloud.stop();
});
