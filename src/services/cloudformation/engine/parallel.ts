// Does work on many resources at once, each after those it needs.

/** What became of it: all done, or what failed. */
export interface ParallelOutcome {
  readonly failed: readonly string[];
  /** Those whose turn never came. */
  readonly left: readonly string[];
}

const defaultLimit = 48;

/**
 * `work` resolves with whether it succeeded. After a failure nothing new begins, unless `goOn` is set: then
 * only what needs the failed one is left out.
 */
export async function inParallel(
  graph: ReadonlyMap<string, readonly string[]>,
  work: (id: string) => Promise<boolean>,
  options: { readonly goOn?: boolean; readonly stop?: () => boolean; readonly limit?: number } = {},
): Promise<ParallelOutcome> {
  const limit = options.limit ?? defaultLimit;
  const open = new Map([...graph].map(([id, needs]) => [id, needs.filter((each) => graph.has(each)).length]));
  const needed = new Map<string, string[]>();
  for (const [id, needs] of graph) {
    for (const each of new Set(needs)) {
      const list = needed.get(each);
      if (list === undefined) needed.set(each, [id]);
      else list.push(id);
    }
  }
  const ready = [...open].filter(([, count]) => count === 0).map(([id]) => id);
  const failed: string[] = [];
  const begun = new Set<string>();
  let running = 0;
  let next = 0;
  await new Promise<void>((resolve, reject) => {
    const fill = (): void => {
      const stopped = (failed.length > 0 && options.goOn !== true) || options.stop?.() === true;
      while (!stopped && running < limit && next < ready.length) {
        const id = ready[next++]!;
        begun.add(id);
        running++;
        work(id).then((succeeded) => {
          running--;
          if (!succeeded) failed.push(id);
          else {
            for (const each of needed.get(id) ?? []) {
              const count = open.get(each)! - 1;
              open.set(each, count);
              if (count === 0) ready.push(each);
            }
          }
          fill();
        }, reject);
      }
      if (running === 0) resolve();
    };
    fill();
  });
  return { failed, left: [...graph.keys()].filter((id) => !begun.has(id)) };
}

/** The graph the other way round: for deletions, what needs a resource comes before it. */
export function reversed(
  graph: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const turned = new Map<string, string[]>([...graph.keys()].map((id) => [id, []]));
  for (const [id, needs] of graph) for (const each of needs) turned.get(each)?.push(id);
  return turned;
}
