import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { call, cloud, freshCloud, id, order, orders, plain, putOrder } from "../test-tables.ts";

freshCloud();

const put = (key: string, n: number) =>
  call("PutItem", { TableName: "plain", Item: { ...id(key), n: { N: String(n) } } });
const remove = (key: string) => call("DeleteItem", { TableName: "plain", Key: id(key) });

async function contents(TableName: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  let ExclusiveStartKey: object | undefined;
  do {
    const page = await call("Scan", {
      TableName,
      ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
    });
    for (const item of page.Items) found[item.id.S] = Number(item.n.N);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return found;
}

const enableRecovery = (more: object = {}) =>
  call("UpdateContinuousBackups", {
    TableName: "plain",
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, ...more },
  });

describe("a backup", () => {
  test("holds the items of its moment, whatever is written while it is made", async () => {
    await call("CreateTable", plain);
    for (let n = 0; n < 450; n += 1) await put(`k${n}`, n);
    const { BackupDetails } = await call("CreateBackup", { TableName: "plain", BackupName: "first" });
    expect(BackupDetails).toMatchObject({
      BackupName: "first",
      BackupStatus: "CREATING",
      BackupType: "USER",
    });
    await put("k1", -1);
    await put("later", 1);
    await remove("k2");
    await cloud().settle();
    const { BackupArn } = BackupDetails;
    const { BackupDescription } = await call("DescribeBackup", { BackupArn });
    expect(BackupDescription).toMatchObject({
      BackupDetails: { BackupStatus: "AVAILABLE" },
      SourceTableDetails: { TableName: "plain", ItemCount: 450, BillingMode: "PAY_PER_REQUEST" },
    });
    await call("DeleteTable", { TableName: "plain" });
    await cloud().settle();
    const { TableDescription } = await call("RestoreTableFromBackup", { BackupArn, TargetTableName: "copy" });
    expect(TableDescription).toMatchObject({
      TableStatus: "CREATING",
      RestoreSummary: { SourceBackupArn: BackupArn, RestoreInProgress: true },
    });
    await expect(call("GetItem", { TableName: "copy", Key: id("k1") })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
    await cloud().settle();
    expect(await contents("copy")).toEqual(
      Object.fromEntries(Array.from({ length: 450 }, (_each, n) => [`k${n}`, n])),
    );
    const { Table } = await call("DescribeTable", { TableName: "copy" });
    expect(Table).toMatchObject({
      TableStatus: "ACTIVE",
      ItemCount: 450,
      RestoreSummary: { RestoreInProgress: false },
    });
  });

  test("brings its indexes back, or those that are kept", async () => {
    await call("CreateTable", orders);
    await putOrder("ann", 1, "open");
    const { BackupDetails } = await call("CreateBackup", { TableName: "orders", BackupName: "all" });
    await cloud().settle();
    const { BackupArn } = BackupDetails;
    await call("RestoreTableFromBackup", { BackupArn, TargetTableName: "copy" });
    await call("RestoreTableFromBackup", {
      BackupArn,
      TargetTableName: "bare",
      GlobalSecondaryIndexOverride: [],
    });
    await cloud().settle();
    const query = (TableName: string) =>
      call("Query", {
        TableName,
        IndexName: "by-state",
        KeyConditionExpression: "#s = :s",
        ExpressionAttributeNames: { "#s": "state" },
        ExpressionAttributeValues: { ":s": { S: "open" } },
      });
    expect((await query("copy")).Count).toBe(1);
    await expect(query("bare")).rejects.toThrow("The table does not have the specified index");
    expect((await call("Scan", { TableName: "bare" })).Items).toEqual([order("ann", 1, "open")]);
  });

  test("is listed by table, time and type, page by page, and deleted", async () => {
    await call("CreateTable", plain);
    await call("CreateTable", { ...plain, TableName: "other" });
    const arns: string[] = [];
    for (const TableName of ["plain", "plain", "other"]) {
      const { BackupDetails } = await call("CreateBackup", { TableName, BackupName: "backup" });
      arns.push(BackupDetails.BackupArn);
      await cloud().advance(1000);
    }
    const first = await call("ListBackups", { TableName: "plain", Limit: 1 });
    expect(first.BackupSummaries).toMatchObject([
      { BackupArn: arns[0], TableName: "plain", BackupStatus: "AVAILABLE" },
    ]);
    const second = await call("ListBackups", {
      TableName: "plain",
      ExclusiveStartBackupArn: first.LastEvaluatedBackupArn,
    });
    expect(second.BackupSummaries).toMatchObject([{ BackupArn: arns[1] }]);
    expect(second.LastEvaluatedBackupArn).toBeUndefined();
    const late = await call("ListBackups", { TimeRangeLowerBound: Date.UTC(2024, 0, 1) + 1500 });
    expect(late.BackupSummaries).toMatchObject([{ BackupArn: arns[2] }]);
    const { BackupDescription } = await call("DeleteBackup", { BackupArn: arns[2] });
    expect(BackupDescription.BackupDetails.BackupStatus).toBe("DELETED");
    await expect(call("DescribeBackup", { BackupArn: arns[2] })).rejects.toMatchObject({
      code: "BackupNotFoundException",
      message: `Backup not found: ${arns[2]}`,
    });
  });

  test("of a missing table, or onto one that is there, is refused", async () => {
    await expect(call("CreateBackup", { TableName: "nowhere", BackupName: "abc" })).rejects.toMatchObject({
      code: "TableNotFoundException",
    });
    await call("CreateTable", plain);
    const { BackupDetails } = await call("CreateBackup", { TableName: "plain", BackupName: "abc" });
    await expect(call("DeleteTable", { TableName: "plain" })).rejects.toMatchObject({
      code: "ResourceInUseException",
    });
    await cloud().settle();
    await expect(
      call("RestoreTableFromBackup", { BackupArn: BackupDetails.BackupArn, TargetTableName: "plain" }),
    ).rejects.toMatchObject({ code: "TableAlreadyExistsException" });
  });
});

describe("point-in-time recovery", () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c", "d"),
    n: fc.option(fc.nat(5), { nil: undefined }),
    seconds: fc.nat(2),
  });

  test("restores any second of its history", async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        round += 1;
        await call("CreateTable", plain);
        await put("a", 100);
        await enableRecovery();
        let now: Record<string, number> = { a: 100 };
        const began = cloud().kernel.clock.now();
        const states = new Map<number, Record<string, number>>([[began, now]]);
        for (const { key, n, seconds } of steps) {
          await cloud().advance(seconds * 1000);
          if (n === undefined) await remove(key);
          else await put(key, n);
          const { [key]: _old, ...others } = now;
          now = n === undefined ? others : { ...others, [key]: n };
          states.set(cloud().kernel.clock.now(), now);
        }
        for (const [at, state] of states) {
          const TargetTableName = `copy-${round}-${at}`;
          await call("RestoreTableToPointInTime", {
            SourceTableName: "plain",
            TargetTableName,
            RestoreDateTime: at,
          });
          await cloud().settle();
          expect(await contents(TargetTableName)).toEqual(state);
        }
        await call("DeleteTable", { TableName: "plain" });
        await cloud().settle();
      }),
      { numRuns: 15 },
    );
  });

  test("shows what it can restore, and refuses other times", async () => {
    await call("CreateTable", plain);
    const restore = (more: object) =>
      call("RestoreTableToPointInTime", { SourceTableName: "plain", TargetTableName: "copy", ...more });
    await expect(restore({ UseLatestRestorableTime: true })).rejects.toMatchObject({
      code: "PointInTimeRecoveryUnavailableException",
    });
    await enableRecovery({ RecoveryPeriodInDays: 2 });
    await put("a", 1);
    await cloud().advance(86_400_000);
    await put("a", 2);
    const start = Date.UTC(2024, 0, 1);
    const describeRecovery = async () =>
      (await call("DescribeContinuousBackups", { TableName: "plain" })).ContinuousBackupsDescription;
    expect(await describeRecovery()).toEqual({
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: "ENABLED",
        RecoveryPeriodInDays: 2,
        EarliestRestorableDateTime: start,
        LatestRestorableDateTime: start + 86_400_000,
      },
    });
    await expect(restore({ RestoreDateTime: start - 1000 })).rejects.toMatchObject({
      code: "InvalidRestoreTimeException",
    });
    await cloud().advance(2 * 86_400_000);
    await expect(restore({ RestoreDateTime: start })).rejects.toMatchObject({
      code: "InvalidRestoreTimeException",
    });
    await restore({ RestoreDateTime: start + 86_400_000 });
    await cloud().settle();
    expect(await contents("copy")).toEqual({ a: 2 });
  });

  test("leaves a system backup of a deleted table for 35 days", async () => {
    await call("CreateTable", plain);
    await enableRecovery();
    await put("a", 1);
    await call("DeleteTable", { TableName: "plain" });
    await cloud().settle();
    const { BackupSummaries } = await call("ListBackups", { BackupType: "SYSTEM" });
    expect(BackupSummaries).toMatchObject([{ BackupName: "plain$DeletedTableBackup", BackupType: "SYSTEM" }]);
    await call("RestoreTableFromBackup", {
      BackupArn: BackupSummaries[0].BackupArn,
      TargetTableName: "plain",
    });
    await cloud().settle();
    expect(await contents("plain")).toEqual({ a: 1 });
    await cloud().advance(36 * 86_400_000);
    expect((await call("ListBackups", { BackupType: "ALL" })).BackupSummaries).toEqual([]);
  });
});
