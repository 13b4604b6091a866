// Templates that are only looked at.

import { expect, test } from "vitest";
import { stackCloud } from "../test-stacks.ts";

test("types that nobody defines are refused, or told of where that is asked for", async () => {
  const stacks = await stackCloud();
  const TemplateBody = JSON.stringify({
    Resources: { Q: { Type: "AWS::SQS::Queue" }, N: { Type: "AWS::No::Type" }, C: { Type: "Custom::Any" } },
  });
  const message = "Template format error: Unrecognized resource types: [AWS::No::Type]";
  await expect(stacks.call("ValidateTemplate", { TemplateBody })).rejects.toThrow(message);
  await expect(stacks.call("GetTemplateSummary", { TemplateBody })).rejects.toThrow(message);
  const TemplateSummaryConfig = { TreatUnrecognizedResourceTypesAsWarnings: true };
  expect(await stacks.call("GetTemplateSummary", { TemplateBody, TemplateSummaryConfig })).toMatchObject({
    ResourceTypes: ["AWS::SQS::Queue", "AWS::No::Type", "Custom::Any"],
    Warnings: { UnrecognizedResourceTypes: ["AWS::No::Type"] },
  });
  const stored = JSON.stringify({ Resources: { Q: { Type: "AWS::SQS::Queue" } }, Description: "of a set" });
  await stacks.call("CreateStackSet", { StackSetName: "set", TemplateBody: stored });
  expect(await stacks.call("GetTemplateSummary", { StackSetName: "set" })).toMatchObject({
    Description: "of a set",
    ResourceTypes: ["AWS::SQS::Queue"],
  });
  await stacks.cloud.stop();
});
