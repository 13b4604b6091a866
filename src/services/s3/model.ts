// The service's model, and short names for the types of its operations.

import type { S3 } from "../../model/generated/s3.d.ts";
import { modelOf } from "../../model/handle.ts";

export const s3 = modelOf<S3>("s3");

export type Operation = keyof S3["operations"];
export type Input<O extends Operation> = Readonly<S3["operations"][O]["input"]>;
export type Output<O extends Operation> = S3["operations"][O]["output"];
