// Amazon SQS: queues that keep messages until someone has dealt with them.
// What differs from AWS is in README.md.

import { defineService } from "../../core/service.ts";
import type { Sqs } from "../../model/generated/sqs.d.ts";
import { sqs, validationMessage } from "./faults.ts";
import { moveMessages } from "./jobs.ts";
import { MoveTask } from "./move-task.ts";
import { getQueueAttributes, setQueueAttributes } from "./operations/attributes.ts";
import { deleteMessage, deleteMessageBatch } from "./operations/delete.ts";
import { cancelMessageMoveTask, listMessageMoveTasks, startMessageMoveTask } from "./operations/move-task.ts";
import { addPermission, removePermission } from "./operations/permission.ts";
import {
  createQueue,
  deleteQueue,
  getQueueUrl,
  listDeadLetterSourceQueues,
  listQueues,
  purgeQueue,
} from "./operations/queue.ts";
import { receiveMessage } from "./operations/receive.ts";
import { sendMessage, sendMessageBatch } from "./operations/send.ts";
import { listQueueTags, tagQueue, untagQueue } from "./operations/tags.ts";
import { changeMessageVisibility, changeMessageVisibilityBatch } from "./operations/visibility.ts";
import { Queue } from "./queue.ts";
import { queueType } from "./resource-types/queue.ts";
import { queueInlinePolicyType } from "./resource-types/queue-inline-policy.ts";
import { queuePolicyType } from "./resource-types/queue-policy.ts";
import { queueTarget } from "./target.ts";

export default defineService<Sqs>({
  model: sqs,
  resources: [Queue, MoveTask],
  operations: {
    CreateQueue: createQueue,
    GetQueueUrl: getQueueUrl,
    ListQueues: listQueues,
    ListDeadLetterSourceQueues: listDeadLetterSourceQueues,
    DeleteQueue: deleteQueue,
    PurgeQueue: purgeQueue,
    GetQueueAttributes: getQueueAttributes,
    SetQueueAttributes: setQueueAttributes,
    TagQueue: tagQueue,
    UntagQueue: untagQueue,
    ListQueueTags: listQueueTags,
    SendMessage: sendMessage,
    SendMessageBatch: sendMessageBatch,
    ReceiveMessage: { waits: receiveMessage },
    DeleteMessage: deleteMessage,
    DeleteMessageBatch: deleteMessageBatch,
    ChangeMessageVisibility: changeMessageVisibility,
    ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
    AddPermission: addPermission,
    RemovePermission: removePermission,
    StartMessageMoveTask: startMessageMoveTask,
    CancelMessageMoveTask: cancelMessageMoveTask,
    ListMessageMoveTasks: listMessageMoveTasks,
  },
  jobs: [moveMessages],
  targets: [queueTarget],
  resourceTypes: [queueInlinePolicyType, queueType, queuePolicyType],
  validationError: "MissingParameter",
  validationMessage,
  cursorError: "InvalidParameterValue",
});
