// AWS Cloud Control API: resources of every type that services define, made and
// looked at one by one, in the properties of templates.

import { defineService } from "../../core/service.ts";
import type { Cloudcontrol } from "../../model/generated/cloudcontrol.d.ts";
import { cloudcontrol } from "./model.ts";
import {
  cancelResourceRequest,
  createResource,
  deleteResource,
  getResource,
  getResourceRequestStatus,
  listResourceRequests,
  listResources,
  updateResource,
} from "./operations.ts";
import { forgetRequest, RequestRecord, resourceWork } from "./request.ts";

export default defineService<Cloudcontrol>({
  model: cloudcontrol,
  resources: [RequestRecord],
  operations: {
    CreateResource: { waits: createResource },
    GetResource: { waits: getResource },
    UpdateResource: { waits: updateResource },
    DeleteResource: { waits: deleteResource },
    ListResources: { waits: listResources },
    GetResourceRequestStatus: getResourceRequestStatus,
    ListResourceRequests: listResourceRequests,
    CancelResourceRequest: cancelResourceRequest,
  },
  jobs: [resourceWork, forgetRequest],
});
