// The note that CDK leaves in its templates.

import { expect, onTestFinished, test } from "vitest";
import { stackCloud } from "../test-stacks.ts";

test("a stack takes CDK's note, changes it and gives it up", async () => {
  const { cloud, create, call } = await stackCloud();
  onTestFinished(() => cloud.stop());
  const template = (Analytics: string) => ({
    Resources: {
      CDKMetadata: { Type: "AWS::CDK::Metadata", Properties: { Analytics } },
    },
  });
  const status = async () => (await call("DescribeStacks", { StackName: "s" })).Stacks[0].StackStatus;
  await create("s", template("v2:deflate64:one"));
  expect(await status()).toBe("CREATE_COMPLETE");
  await call("UpdateStack", { StackName: "s", TemplateBody: JSON.stringify(template("v2:deflate64:two")) });
  await cloud.settle();
  expect(await status()).toBe("UPDATE_COMPLETE");
});
