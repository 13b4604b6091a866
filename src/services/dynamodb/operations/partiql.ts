// ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.

import { Fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  BatchExecuteStatementInput,
  BatchExecuteStatementOutput,
  BatchStatementErrorCodeEnum,
  BatchStatementRequest,
  BatchStatementResponse,
  ExecuteStatementInput,
  ExecuteStatementOutput,
  ExecuteTransactionInput,
  ExecuteTransactionOutput,
  ItemResponse,
} from "../../../model/generated/dynamodb.d.ts";
import { dynamodbFault, validation } from "../faults.ts";
import { CapacityMeters, readUnits } from "../items/capacity.ts";
import { checkKey } from "../items/keys.ts";
import { Stored } from "../items/stored.ts";
import { writeItem } from "../items/write.ts";
import { type Bound, bind } from "../partiql/binding.ts";
import { type Position, selectedIndex, selectPage, show } from "../partiql/select.ts";
import { duplicateItem, oneItem, type WritingStep, writingStep } from "../partiql/write.ts";
import { itemSuffix } from "../tables/layout.ts";
import { takeUnits } from "../throttling/throttle.ts";
import type { Item } from "../values/attribute-value.ts";
import { conditionFailed } from "./single-write.ts";
import { transact } from "./steps.ts";
import { targetTable } from "./target.ts";

const batchLimit = 25;
const transactionLimit = 100;

export async function executeStatement(
  input: Readonly<ExecuteStatementInput>,
  caller: Transaction,
): Promise<ExecuteStatementOutput> {
  const bound = bind(input.Statement, input.Parameters);
  if (bound.statement.kind === "exists") {
    throw validation("EXISTS is only supported in ExecuteTransaction");
  }
  if (bound.statement.kind === "select") return select(bound, input, caller);
  const meters = new CapacityMeters("write");
  const showsOld = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
  const items = await write(await writingStep(bound, caller, showsOld), meters);
  const { ConsumedCapacity: [capacity] = [] } = meters.report(input.ReturnConsumedCapacity, false);
  return { Items: items, ...(capacity === undefined ? undefined : { ConsumedCapacity: capacity }) };
}

async function select(
  { statement, parameters }: Bound,
  input: Readonly<ExecuteStatementInput>,
  caller: Transaction,
): Promise<ExecuteStatementOutput> {
  if (statement.kind !== "select") throw validation("Unexpected statement");
  const { table, tx } = await targetTable(caller, statement.from.table, "PartiQLSelect");
  const page = await selectPage(tx, table, statement, parameters, {
    limit: input.Limit ?? Number.POSITIVE_INFINITY,
    consistent: input.ConsistentRead,
    from: input.NextToken === undefined ? undefined : readToken(input.NextToken, input.Statement),
  });
  const meters = new CapacityMeters("read");
  const consistent = input.ConsistentRead ?? false;
  if (table.throttled) await takeUnits(tx, table, page.index, "read", readUnits(page.size, consistent));
  const meter = meters.of(table);
  if (page.index === undefined) meter.addTable(readUnits(page.size, consistent));
  else meter.addIndex(page.index, readUnits(page.size, consistent));
  for (const stored of page.fetched) meter.addTable(readUnits(stored.size, consistent));
  const { ConsumedCapacity: [capacity] = [] } = meters.report(input.ReturnConsumedCapacity, false);
  return {
    Items: page.items,
    ...(page.next === undefined
      ? undefined
      : {
          NextToken: writeToken(page.next, input.Statement),
          ...(page.next.key === undefined ? undefined : { LastEvaluatedKey: page.next.key }),
        }),
    ...(capacity === undefined ? undefined : { ConsumedCapacity: capacity }),
  };
}

interface Token {
  readonly statement: string;
  readonly position: Position;
}

function writeToken(position: Position, statement: string): string {
  const token: Token = { statement, position };
  const text = JSON.stringify(token, function (this: Record<string, unknown>, key, value) {
    const original = this[key];
    return original instanceof Uint8Array ? { base64: Buffer.from(original).toString("base64") } : value;
  });
  return Buffer.from(text).toString("base64");
}

function readToken(text: string, statement: string): Position {
  let token: Token | undefined;
  try {
    token = JSON.parse(Buffer.from(text, "base64").toString(), (_key, value) =>
      typeof value?.base64 === "string" ? Buffer.from(value.base64, "base64") : value,
    ) as Token;
  } catch {
    // Told below, with tokens that are well formed and not of this statement.
  }
  const { position } = token ?? {};
  if (token?.statement !== statement || typeof position?.range !== "number") {
    throw validation("Invalid NextToken");
  }
  return position;
}

/** What RETURNING shows. */
async function write(step: WritingStep, meters: CapacityMeters): Promise<readonly Item[]> {
  const { table, tx, condition } = step;
  const change = step.changeOf(table);
  const before = Stored.read(await tx.raw.get(table.prefix + change.suffix));
  if (condition !== undefined && !condition.test(before?.item ?? {})) {
    if (step.failure === duplicateItem) {
      throw dynamodbFault("DuplicateItemException", duplicateItem.Message);
    }
    throw conditionFailed(step.showsOld ? before : undefined);
  }
  const after = change.next(before);
  meters.of(table).addWrite(await writeItem(tx, table, change.suffix, before, after));
  const { returning, update } = step;
  const shown = returning?.state === "OLD" ? before : after;
  if (returning === undefined || shown === undefined) return [];
  if (returning.which === "ALL" || update === undefined) return [shown.output];
  const touched = update.touched(shown.item);
  return Object.keys(touched).length === 0 ? [] : [touched];
}

export async function batchExecuteStatement(
  input: Readonly<BatchExecuteStatementInput>,
  caller: Transaction,
): Promise<BatchExecuteStatementOutput> {
  const { Statements: statements } = input;
  if (statements.length > batchLimit) {
    throw validation(
      "1 validation error detected: Value at 'statements' failed to satisfy constraint: Member must have length less than or equal to 25",
    );
  }
  const reading = statements.map(({ Statement }) => /^\s*select\b/i.test(Statement));
  if (new Set(reading).size > 1) {
    throw validation("Statements can contain only one type of operation: either all reads or all writes");
  }
  const meters = new CapacityMeters(reading[0] === true ? "read" : "write");
  const responses: BatchStatementResponse[] = [];
  for (const statement of statements) {
    responses.push(await batchMember(statement, caller, meters));
  }
  return { Responses: responses, ...meters.report(input.ReturnConsumedCapacity, false) };
}

async function batchMember(
  request: BatchStatementRequest,
  caller: Transaction,
  meters: CapacityMeters,
): Promise<BatchStatementResponse> {
  let name: string | undefined;
  try {
    const bound = bind(request.Statement, request.Parameters);
    name = tableOf(bound);
    if (bound.statement.kind === "select") {
      const item = await readOne(
        bound,
        caller,
        { operation: "BatchExecuteStatement", consistent: request.ConsistentRead ?? false, factor: 1 },
        meters,
      );
      return { TableName: name, ...(item === undefined ? undefined : { Item: item }) };
    }
    if (bound.statement.kind === "exists") {
      throw validation("EXISTS is only supported in ExecuteTransaction");
    }
    const showsOld = request.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
    const [item] = await write(await writingStep(bound, caller, showsOld), meters);
    return { TableName: name, ...(item === undefined ? undefined : { Item: item }) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { Item: shown } = error.fields as { Item?: Item };
    return {
      ...(name === undefined ? undefined : { TableName: name }),
      Error: {
        Code: batchCodes[error.code] ?? "ValidationError",
        Message: error.message,
        ...(shown === undefined ? undefined : { Item: shown }),
      },
    };
  }
}

const batchCodes: Readonly<Record<string, BatchStatementErrorCodeEnum>> = {
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  DuplicateItemException: "DuplicateItem",
  ResourceNotFoundException: "ResourceNotFound",
  ProvisionedThroughputExceededException: "ProvisionedThroughputExceeded",
  AccessDeniedException: "AccessDenied",
};

function tableOf({ statement }: Bound): string {
  switch (statement.kind) {
    case "insert":
      return statement.into.table;
    case "update":
      return statement.table.table;
    case "exists":
      return statement.select.from.table;
    default:
      return statement.from.table;
  }
}

interface OneRead {
  readonly operation: string;
  readonly consistent: boolean;
  /** Transactional reads cost twice as much. */
  readonly factor: number;
}

/** The item that a SELECT of a whole key means. */
async function readOne(
  { statement, parameters }: Bound,
  caller: Transaction,
  { operation, consistent, factor }: OneRead,
  meters: CapacityMeters,
): Promise<Item | undefined> {
  if (statement.kind !== "select") throw validation("Unexpected statement");
  const { table, tx } = await targetTable(caller, statement.from.table, "PartiQLSelect");
  selectedIndex(table, statement, { consistent: undefined });
  const one = statement.from.index === undefined ? oneItem(table, statement.where, parameters) : undefined;
  // Nothing beside the key: it is read as GetItem would.
  if (one === undefined || one.condition !== undefined) {
    throw validation(
      `Select statements within ${operation} must specify the primary key in the where clause.`,
    );
  }
  checkKey(table, one.key);
  const suffix = itemSuffix(table, one.key);
  const stored = Stored.read(await tx.raw.get(table.prefix + suffix));
  const units = factor * readUnits(stored?.size ?? 0, consistent);
  if (table.throttled) await takeUnits(tx, table, undefined, "read", units);
  meters.of(table).addTable(units);
  return stored && show(stored, statement.columns);
}

export async function executeTransaction(
  input: Readonly<ExecuteTransactionInput>,
  caller: Transaction,
): Promise<ExecuteTransactionOutput> {
  const { TransactStatements: statements } = input;
  if (statements.length > transactionLimit) {
    throw validation("Member must have length less than or equal to 100");
  }
  const bound = statements.map(({ Statement, Parameters }) => bind(Statement, Parameters));
  const reads = bound.filter(({ statement }) => statement.kind === "select").length;
  if (reads > 0 && reads < bound.length) {
    throw validation(
      "The entire transaction must consist of either read statements or write statements. You cannot mix both in one transaction.",
    );
  }
  if (reads > 0) {
    const meters = new CapacityMeters("read");
    const responses: ItemResponse[] = [];
    const read = { operation: "ExecuteTransaction", consistent: true, factor: 2 };
    for (const [at, statement] of bound.entries()) {
      const item = await placed(at, readOne(statement, caller, read, meters));
      responses.push(item === undefined ? {} : { Item: item });
    }
    return { Responses: responses, ...meters.report(input.ReturnConsumedCapacity, true) };
  }
  const { ConsumedCapacity } = await transact(caller, statements, input, () =>
    Promise.all(
      bound.map((statement, at) => {
        const showsOld = statements[at]!.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
        if ("returning" in statement.statement && statement.statement.returning !== undefined) {
          throw validation("RETURNING clause is not supported in ExecuteTransaction");
        }
        return placed(at, writingStep(statement, caller, showsOld));
      }),
    ),
  );
  return {
    Responses: [],
    ...(ConsumedCapacity === undefined ? undefined : { ConsumedCapacity }),
  };
}

/** What is wrong with a statement, told with its place. */
async function placed<T>(at: number, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "ValidationException") throw error;
    throw validation(`Validation failed in TransactStatements[${at}]: ${error.message}`);
  }
}
