// Triggers: messages to SNS topics about what happens to a deployment.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-sns-event-notifications-json-format.html

import { defineJob } from "../../../core/job.ts";
import type { Sns } from "../../../model/generated/sns.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { Deployment, shownDeployment } from "./deployment.ts";

const sns = modelOf<Sns>("sns");

export const sendTrigger = defineJob<{
  readonly deployment: string;
  readonly topicArn: string;
  readonly triggerName: string;
  readonly event: string;
}>({
  name: "codedeploy.sendTrigger",
  attempts: 3,
  run: {
    waits: async ({ deployment: id, topicArn, triggerName, event }, ctx) => {
      const deployment = await ctx.atomically((tx) => tx.get(Deployment, id));
      if (deployment === undefined) return;
      const { application, group, serviceRoleArn } = deployment;
      const { errorInformation, rollbackInfo, deploymentOverview, ...shown } = shownDeployment(deployment);
      const words = event.replace(/^Deployment/, "").toUpperCase();
      const time = (at: number | undefined) => at && new Date(at).toUTCString();
      await ctx.asRole(serviceRoleArn, id).call(sns, "Publish", {
        TopicArn: topicArn,
        Subject: `${words}: AWS CodeDeploy ${id} in ${ctx.region} to ${application}`.slice(0, 100),
        Message: JSON.stringify({
          region: ctx.region,
          accountId: ctx.account,
          eventTriggerName: triggerName,
          applicationName: application,
          deploymentId: id,
          deploymentGroupName: group,
          createTime: time(shown.createTime),
          completeTime: time(shown.completeTime),
          deploymentOverview: JSON.stringify(deploymentOverview),
          status: event === "DeploymentStart" ? "CREATED" : shown.status?.toUpperCase(),
          ...(errorInformation && {
            errorInformation: JSON.stringify({
              ErrorCode: errorInformation.code,
              ErrorMessage: errorInformation.message,
            }),
          }),
          ...(rollbackInfo && { rollbackInformation: JSON.stringify(rollbackInfo) }),
        }),
      });
    },
  },
});
