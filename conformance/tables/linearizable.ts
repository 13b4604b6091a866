// Whether a history of operations on one register could have happened one after
// the other, each at some moment between its call and its answer (Wing and
// Gong's search, which remembers what it has seen).

export interface Operation {
  readonly called: number;
  readonly answered: number;
  /** Nobody heard how it ended: it happened at any time after its call, or never. */
  readonly maybe?: boolean;
  /** The register afterwards, or undefined where the operation cannot have happened in that state. */
  readonly apply: (state: string | undefined) => { readonly next: string | undefined } | undefined;
}

export function isLinearizable(operations: readonly Operation[]): boolean {
  const seen = new Set<string>();
  const open = [...operations].sort((a, b) => a.called - b.called);
  const certain = open.reduce((mask, { maybe }, at) => (maybe ? mask : mask | (1n << BigInt(at))), 0n);
  const search = (done: bigint, state: string | undefined): boolean => {
    if ((done & certain) === certain) return true;
    const name = `${done} ${state}`;
    if (seen.has(name)) return false;
    seen.add(name);
    const left = [...open.keys()].filter((at) => (done & (1n << BigInt(at))) === 0n);
    const firstAnswer = Math.min(
      ...left.map((at) => (open[at]!.maybe ? Number.POSITIVE_INFINITY : open[at]!.answered)),
    );
    return left.some((at) => {
      const operation = open[at]!;
      if (operation.called > firstAnswer) return false;
      const outcome = operation.apply(state);
      return outcome !== undefined && search(done | (1n << BigInt(at)), outcome.next);
    });
  };
  return search(0n, undefined);
}
