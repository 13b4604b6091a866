// Amazon EventBridge Pipes: from a queue or a stream, through filter, template
// and enrichment, to a target. What differs from AWS is in README.md.

import { defineService } from "../../core/service.ts";
import type { Pipes } from "../../model/generated/pipes.d.ts";
import { pipes } from "./model.ts";
import { createPipe, deletePipe, startPipe, stopPipe, updatePipe } from "./operations/change.ts";
import { describePipe, listPipes } from "./operations/read.ts";
import { listTagsForResource, tagResource, untagResource } from "./operations/tags.ts";
import { Pipe, PipeCheckpoint } from "./pipe.ts";
import { pipeType } from "./resource-types/pipe.ts";
import { tendPipe } from "./tend.ts";

export default defineService<Pipes>({
  model: pipes,
  resources: [Pipe, PipeCheckpoint],
  operations: {
    CreatePipe: createPipe,
    DeletePipe: deletePipe,
    DescribePipe: describePipe,
    ListPipes: listPipes,
    ListTagsForResource: listTagsForResource,
    StartPipe: startPipe,
    StopPipe: stopPipe,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdatePipe: updatePipe,
  },
  jobs: [tendPipe],
  resourceTypes: [pipeType],
});
