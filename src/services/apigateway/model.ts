// The service's model, and the faults that several operations share.

import { type Fault, fault } from "../../core/fault.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Apigateway } from "../../model/generated/apigateway.d.ts";
import { modelOf } from "../../model/handle.ts";

export const apigateway = modelOf<Apigateway>("apigateway");

export type Input<O extends keyof Apigateway["operations"]> = Apigateway["operations"][O]["input"];
export type Output<O extends keyof Apigateway["operations"]> = Apigateway["operations"][O]["output"];

/** Now, as API Gateway keeps dates: in whole seconds, though in milliseconds. */
export const dateOf = ({ now }: Pick<Transaction, "now">): number => now - (now % 1000);

export const badRequest = (message: string): Fault => fault(apigateway, "BadRequestException", message);
export const conflict = (message: string): Fault => fault(apigateway, "ConflictException", message);
export const notFound = (message: string): Fault => fault(apigateway, "NotFoundException", message);
export const limitExceeded = (message: string): Fault => fault(apigateway, "LimitExceededException", message);
