// Discovery: a discoverer is the target of its own rule. Each event is held
// against what is known of its kind; what is new makes a new version.

import { type Aim, defineTarget } from "../../../core/target.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { discoveredRegistry, Registry, registryArn } from "../registry.ts";
import { putVersion, Schema, schemaArn } from "../schema.ts";
import { Discoverer, LearnedRecord } from "./discoverer.ts";
import { merge, type Shape, shapeOf } from "./shape.ts";
import { className, type EventKind, kindOf, openApi } from "./write-schema.ts";

export const discovererTarget = defineTarget({ arns: "schemas:discoverer/*", sendAll: learn });

async function learn(aims: readonly Aim[], ctx: Waiting): Promise<readonly []> {
  const id = aims[0]!.arn.slice(aims[0]!.arn.lastIndexOf("/") + 1);
  const shapes = new Map<string, { readonly kind: EventKind; readonly shape: Shape }>();
  for (const { input } of aims) {
    const event: unknown = JSON.parse(input);
    const kind = kindOf(event);
    if (kind === undefined) continue;
    const name = `${kind.source}@${className(kind.detailType)}`;
    const known = shapes.get(name);
    const shape = shapeOf(event);
    shapes.set(name, { kind, shape: known === undefined ? shape : merge(known.shape, shape) });
  }
  await ctx.atomically(async (tx) => {
    const discoverer = await tx.get(Discoverer, id);
    if (discoverer?.state !== "STARTED") return;
    for (const [name, { kind, shape }] of shapes) await add(tx, name, kind, shape);
  });
  return [];
}

async function add(tx: Transaction, schemaName: string, kind: EventKind, shape: Shape): Promise<void> {
  const learned = await tx.get(LearnedRecord, schemaName);
  const merged = learned === undefined ? shape : merge(learned.shape, shape);
  const existing = await tx.get(Schema, discoveredRegistry, schemaName);
  if (
    learned !== undefined &&
    existing !== undefined &&
    JSON.stringify(merged) === JSON.stringify(learned.shape)
  ) {
    return;
  }
  if ((await tx.get(Registry, discoveredRegistry)) === undefined) {
    tx.put(Registry, { name: discoveredRegistry, arn: registryArn(tx, discoveredRegistry), tags: {} });
  }
  tx.put(LearnedRecord, { schemaName, shape: merged });
  putVersion(
    tx,
    existing ?? {
      registryName: discoveredRegistry,
      name: schemaName,
      arn: schemaArn(tx, discoveredRegistry, schemaName),
      type: "OpenApi3",
      description: `Schema for event type '${kind.detailType}', published by AWS service '${kind.source}'`,
      tags: {},
    },
    openApi(merged, kind),
  );
}
