// API Gateway's management of open WebSocket connections: what AWS calls
// `@connections`. The connections themselves are served by apigatewayv2.

import { defineService } from "../../core/service.ts";
import { ConnectionRecord } from "../../gateway/connections/connection.ts";
import type { Apigatewaymanagementapi } from "../../model/generated/apigatewaymanagementapi.d.ts";
import { apigatewaymanagementapi, invalidInput } from "./model.ts";
import { deleteConnection, getConnection, postToConnection } from "./operations.ts";

export default defineService<Apigatewaymanagementapi>({
  model: apigatewaymanagementapi,
  resources: [ConnectionRecord],
  operations: {
    PostToConnection: { waits: postToConnection },
    GetConnection: { waits: getConnection },
    DeleteConnection: { waits: deleteConnection },
  },
  actions: {
    PostToConnection: "ManageConnections",
    GetConnection: "ManageConnections",
    DeleteConnection: "ManageConnections",
  },
  validationFault: invalidInput,
});
