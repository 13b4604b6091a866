// What became of text messages, in CloudWatch Logs, for accounts that name a
// role for it.
// https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { writeLog } from "../delivery/status-log.ts";
import { timestampOf } from "../messages/envelope.ts";
import { SmsSettings } from "./attributes.ts";

interface LogRun {
  readonly role: string;
  readonly group: string;
  readonly message: string;
}

export const logText = defineJob<LogRun>({
  name: "sns.logText",
  run: {
    waits: ({ role, group, message }, ctx) => writeLog(ctx.asRole(role, "sns"), group, [message]),
  },
});

export interface SentText {
  readonly messageId: string;
  readonly to: string;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, { readonly text?: string }>> | undefined;
  /** Undefined: it was published to the number itself. */
  readonly topicName?: string | undefined;
  readonly optedOut: boolean;
}

const charactersOfPart = 140;

/** A part of the successes, every failure. `tx` looks at the sender's account. */
export async function logTextMessage(tx: Transaction, sent: SentText): Promise<void> {
  const settings = (await tx.get(SmsSettings, "settings"))?.attributes ?? {};
  const role = settings.DeliveryStatusIAMRole;
  if (role === undefined || role === "") return;
  const percent = Number(settings.DeliveryStatusSuccessSamplingRate ?? 100);
  if (!sent.optedOut && tx.ids.fraction() * 100 >= percent) return;
  const name = sent.topicName ?? "DirectPublishToPhoneNumber";
  const group = `sns/${tx.region}/${tx.account}/${name}${sent.optedOut ? "/Failure" : ""}`;
  const type = sent.attributes?.["AWS.SNS.SMS.SMSType"]?.text ?? settings.DefaultSMSType ?? "Promotional";
  const message = JSON.stringify({
    notification: {
      messageId: sent.messageId,
      timestamp: timestampOf(tx.now).replace("T", " ").replace("Z", ""),
    },
    delivery: {
      phoneCarrier: "Unknown Carrier",
      numberOfMessageParts: Math.max(1, Math.ceil(Buffer.byteLength(sent.body) / charactersOfPart)),
      destination: sent.to,
      priceInUSD: 0,
      smsType: type,
      providerResponse: sent.optedOut
        ? "Phone number is opted out"
        : "Message has been accepted by phone carrier",
      dwellTimeMs: 0,
    },
    status: sent.optedOut ? "FAILURE" : "SUCCESS",
  });
  tx.enqueue(logText, { role, group, message });
}
