// Amazon SNS: topics, and everybody who hears them. What differs from AWS is in
// README.md.

import { defineService } from "../../core/service.ts";
import type { Sns } from "../../model/generated/sns.d.ts";
import { deliverBacklog } from "./delivery/backlog.ts";
import { fanOut } from "./delivery/fan-out.ts";
import { FanOutRecord } from "./delivery/outgoing.ts";
import { deadLetter, deliver } from "./delivery/retry.ts";
import { certificateEndpoint, optOutEndpoint, outboxEndpoint } from "./endpoints.ts";
import { sns, validationMessage } from "./faults.ts";
import { SigningKey } from "./messages/signing.ts";
import { clearEndpoints } from "./mobile/clear.ts";
import { PlatformApplication } from "./mobile/platform-application.ts";
import { PlatformEndpoint } from "./mobile/platform-endpoint.ts";
import * as attributes from "./operations/attributes.ts";
import * as applications from "./operations/platform-application.ts";
import * as endpoints from "./operations/platform-endpoint.ts";
import { publish, publishBatch } from "./operations/publish.ts";
import { confirmSubscription, subscribe, unsubscribe } from "./operations/subscription.ts";
import * as subscriptions from "./operations/subscription-lists.ts";
import { listTagsForResource, tagResource, untagResource } from "./operations/tags.ts";
import { createTopic, deleteTopic, listTopics } from "./operations/topic.ts";
import { audit } from "./protection/audit.ts";
import { subscriptionType, topicInlinePolicyType, topicPolicyType } from "./resource-types/subscription.ts";
import { topicType } from "./resource-types/topic.ts";
import { getSmsAttributes, SmsSettings, setSmsAttributes } from "./sms/attributes.ts";
import * as optOuts from "./sms/opt-out.ts";
import * as sandbox from "./sms/sandbox.ts";
import { logText } from "./sms/status-log.ts";
import { ask, CancelledSubscription, expirePending } from "./subscriptions/confirmation.ts";
import { replay } from "./subscriptions/replay.ts";
import { OwnedSubscription, Subscription } from "./subscriptions/subscription.ts";
import { topicTarget } from "./target.ts";
import { clearTopic } from "./topics/clear.ts";
import { Topic } from "./topics/topic.ts";

export default defineService<Sns>({
  model: sns,
  resourceTypes: [topicType, subscriptionType, topicInlinePolicyType, topicPolicyType],
  resources: [
    PlatformApplication,
    PlatformEndpoint,
    Topic,
    Subscription,
    OwnedSubscription,
    CancelledSubscription,
    FanOutRecord,
    SigningKey,
    SmsSettings,
    optOuts.OptedOut,
    sandbox.SandboxNumber,
  ],
  operations: {
    CreateTopic: createTopic,
    DeleteTopic: deleteTopic,
    ListTopics: listTopics,
    GetTopicAttributes: attributes.getTopicAttributes,
    SetTopicAttributes: attributes.setTopicAttributes,
    AddPermission: attributes.addPermission,
    RemovePermission: attributes.removePermission,
    GetDataProtectionPolicy: attributes.getDataProtectionPolicy,
    PutDataProtectionPolicy: attributes.putDataProtectionPolicy,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsForResource: listTagsForResource,
    Subscribe: subscribe,
    ConfirmSubscription: confirmSubscription,
    Unsubscribe: unsubscribe,
    ListSubscriptions: subscriptions.listSubscriptions,
    ListSubscriptionsByTopic: subscriptions.listSubscriptionsByTopic,
    GetSubscriptionAttributes: subscriptions.getSubscriptionAttributes,
    SetSubscriptionAttributes: subscriptions.setSubscriptionAttributes,
    Publish: { waits: publish },
    PublishBatch: { waits: publishBatch },
    CreatePlatformApplication: applications.createPlatformApplication,
    ListPlatformApplications: applications.listPlatformApplications,
    GetPlatformApplicationAttributes: applications.getPlatformApplicationAttributes,
    SetPlatformApplicationAttributes: applications.setPlatformApplicationAttributes,
    DeletePlatformApplication: applications.deletePlatformApplication,
    CreatePlatformEndpoint: endpoints.createPlatformEndpoint,
    ListEndpointsByPlatformApplication: endpoints.listEndpointsByPlatformApplication,
    GetEndpointAttributes: endpoints.getEndpointAttributes,
    SetEndpointAttributes: endpoints.setEndpointAttributes,
    DeleteEndpoint: endpoints.deleteEndpoint,
    GetSMSAttributes: getSmsAttributes,
    SetSMSAttributes: setSmsAttributes,
    CheckIfPhoneNumberIsOptedOut: optOuts.checkIfPhoneNumberIsOptedOut,
    ListPhoneNumbersOptedOut: optOuts.listPhoneNumbersOptedOut,
    OptInPhoneNumber: optOuts.optInPhoneNumber,
    CreateSMSSandboxPhoneNumber: sandbox.createSandboxNumber,
    VerifySMSSandboxPhoneNumber: sandbox.verifySandboxNumber,
    DeleteSMSSandboxPhoneNumber: sandbox.deleteSandboxNumber,
    ListSMSSandboxPhoneNumbers: sandbox.listSandboxNumbers,
    GetSMSSandboxAccountStatus: sandbox.sandboxStatus,
    ListOriginationNumbers: sandbox.listOriginationNumbers,
  },
  jobs: [
    fanOut,
    deliver,
    deadLetter,
    deliverBacklog,
    ask,
    expirePending,
    replay,
    audit,
    logText,
    clearTopic,
    clearEndpoints,
  ],
  targets: [topicTarget],
  endpoints: [certificateEndpoint, outboxEndpoint, optOutEndpoint],
  validationError: "InvalidParameter",
  validationMessage,
  cursorError: "InvalidParameter",
});
