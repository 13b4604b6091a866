// botocore lets a member change the very shape it refers to: S3's `Body` streams
// in PutObject and is plain bytes in an event. Here such a member gets a shape
// of its own, so that a shape alone says what a value is.

import type { BotocoreReference, BotocoreService, BotocoreShape } from "./botocore.ts";

export function specialised(source: BotocoreService): BotocoreService {
  const shapes: Record<string, BotocoreShape> = {};
  const added: Record<string, BotocoreShape> = {};

  const specialise = (owner: string, name: string, reference: BotocoreReference): BotocoreReference => {
    const { streaming, enum: values, ...rest } = reference;
    const target = source.shapes[reference.shape];
    if (target === undefined) throw new Error(`There is no shape ${reference.shape}.`);
    if (streaming && !target.streaming) {
      const shape = `Streaming${reference.shape}`;
      added[shape] = { ...target, streaming: true };
      return { ...rest, shape };
    }
    if (values !== undefined && target.enum === undefined) {
      const shape = `${owner}${name}`;
      added[shape] = { ...target, enum: values };
      return { ...rest, shape };
    }
    return reference;
  };

  for (const [owner, shape] of Object.entries(source.shapes)) {
    if (shape.members === undefined) {
      shapes[owner] = shape;
      continue;
    }
    const members: Record<string, BotocoreReference> = {};
    for (const [name, reference] of Object.entries(shape.members)) {
      members[name] = specialise(owner, name, reference);
    }
    shapes[owner] = { ...shape, members };
  }
  for (const name of Object.keys(added)) {
    if (shapes[name] !== undefined) throw new Error(`The shape ${name} exists already.`);
  }
  return { ...source, shapes: { ...shapes, ...added } };
}
