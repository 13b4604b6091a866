// How far mappings have come in their streams' shards.

import { checkpoints } from "../../../../sources/checkpoint.ts";

export const CheckpointRecord = checkpoints("lambda");
