// What N nodes over a distributed SQL cluster would serve: a simulation in
// virtual time. Entries lie in memory with their versions, transactions are
// optimistic as in the store adapter, and every statement, commit and processor
// takes the time that was measured (`--only nodes`) or that is given below.
//   node bench/scale.mjs [--seconds 2] [--json]

import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "2" }, json: { type: "boolean", default: false } },
});
const duration = Number(values.seconds) * 1e6;

/** Microseconds. A cluster in one region: three zones, a millisecond apart at most. */
const model = {
  /** Node to database, there and back. */
  roundTrip: 500,
  /** Leader to the nearer of its two followers, there and back, with the write to its disk. */
  quorum: 1500,
  /** Processors of one database server, and of one node. */
  databaseProcessors: 8,
  nodeProcessors: 1,
  /** A node commits so many transactions at once, one batch after the other. */
  batch: 256,
  /** A batch that touches several leaders agrees among them. */
  agreement: 1500,
  clientsPerNode: 64,
};

/**
 * Per call: processor time at the node (over PostgreSQL) and for each statement
 * in the database; how many statements are read one after the other before the
 * commit; how many entries there are; to how many counters (of a table's items,
 * of a queue's messages) a commit adds: each node in a part of its own.
 */
export const operations = {
  GetItem: { node: 96, statement: 91, reads: 1, writes: 0, keys: 1_000_000 },
  "UpdateItem, a million items": { node: 108, statement: 49, reads: 1, writes: 1, keys: 1_000_000 },
  "UpdateItem, one item": { node: 108, statement: 49, reads: 1, writes: 1, keys: 1 },
  "PutItem of new items": { node: 152, statement: 46, reads: 1, writes: 1, keys: 1e9, counters: 2 },
  SendMessage: { node: 110, statement: 46, reads: 0, writes: 1, keys: 1e9, counters: 1 },
};

/** Things to happen, by time. */
class Agenda {
  #heap = [];
  now = 0;

  at(time, action) {
    const heap = this.#heap;
    let index = heap.push({ time, action }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (heap[parent].time <= heap[index].time) break;
      [heap[parent], heap[index]] = [heap[index], heap[parent]];
      index = parent;
    }
  }

  run(until) {
    const heap = this.#heap;
    while (heap.length > 0 && heap[0].time <= until) {
      const { time, action } = heap[0];
      const last = heap.pop();
      if (heap.length > 0) {
        heap[0] = last;
        for (let index = 0; ; ) {
          const left = 2 * index + 1;
          if (left >= heap.length) break;
          const right = left + 1;
          const child = right < heap.length && heap[right].time < heap[left].time ? right : left;
          if (heap[child].time >= heap[index].time) break;
          [heap[child], heap[index]] = [heap[index], heap[child]];
          index = child;
        }
      }
      this.now = time;
      action();
    }
  }
}

/** Processors that take work in the order it comes. */
class Processors {
  #free;
  busy = 0;

  constructor(agenda, count) {
    this.agenda = agenda;
    this.#free = new Array(count).fill(0);
  }

  work(microseconds, then) {
    let first = 0;
    for (let at = 1; at < this.#free.length; at++) if (this.#free[at] < this.#free[first]) first = at;
    const end = Math.max(this.agenda.now, this.#free[first]) + microseconds;
    this.#free[first] = end;
    this.busy += microseconds;
    this.agenda.at(end, then);
  }
}

function random(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One kind of operation at `nodes` nodes over `servers` database servers. */
export function simulate(operation, nodes, servers) {
  const agenda = new Agenda();
  const chance = random(1);
  const database = Array.from({ length: servers }, () => new Processors(agenda, model.databaseProcessors));
  const leaderOf = (key) => database[(key * 2654435761) % servers];
  const versions = new Map();
  let done = 0;
  let conflicts = 0;
  let latency = 0;
  const counted = duration / 4;
  const processors = [];

  for (let node = 0; node < nodes; node++) {
    const own = new Processors(agenda, model.nodeProcessors);
    processors.push(own);
    let committing = false;
    const waiting = [];
    const retries = [];

    const commitSome = () => {
      if (committing || waiting.length === 0) return;
      committing = true;
      // Transactions of one batch may not touch the same entry.
      const batch = [];
      const touched = new Set();
      const left = [];
      for (const one of waiting.splice(0)) {
        if (batch.length < model.batch && !touched.has(one.key)) {
          touched.add(one.key);
          batch.push(one);
        } else left.push(one);
      }
      waiting.push(...left);
      const leaders = new Map();
      for (const { key } of batch) leaders.set(leaderOf(key), (leaders.get(leaderOf(key)) ?? 0) + 1);
      let open = leaders.size;
      agenda.at(agenda.now + model.roundTrip / 2, () => {
        const forCounters = (operation.counters ?? 0) * operation.statement;
        for (const [leader, count] of leaders) {
          // Followers write as well: the load of three servers falls on all of them evenly.
          const work = count * operation.statement * operation.writes + forCounters / leaders.size;
          leader.work(work * 3, () => {
            if (--open === 0) agreed();
          });
        }
      });
      const agreed = () => {
        const wait = model.quorum + (leaders.size > 1 ? model.agreement : 0);
        agenda.at(agenda.now + wait, () => {
          const lost = new Set(batch.filter(({ key, version }) => (versions.get(key) ?? 0) !== version));
          for (const one of batch) if (!lost.has(one)) versions.set(one.key, one.version + 1);
          agenda.at(agenda.now + model.roundTrip / 2, () => {
            committing = false;
            for (const one of batch) {
              if (lost.has(one)) {
                conflicts++;
                one.again();
              } else one.end();
            }
            commitSome();
          });
        });
      };
    };

    const client = () => {
      const began = agenda.now;
      const key = Math.floor(chance() * operation.keys);
      const end = () => {
        if (agenda.now >= counted) {
          done++;
          latency += agenda.now - began;
        }
        client();
      };
      const read = (left, then) => {
        if (left === 0) return then();
        agenda.at(agenda.now + model.roundTrip / 2, () =>
          leaderOf(key).work(operation.statement, () =>
            agenda.at(agenda.now + model.roundTrip / 2, () => read(left - 1, then)),
          ),
        );
      };
      // Who lost tries again when those of its node that lost before have come through.
      const again = () => {
        retries.push(attempt);
        if (retries.length === 1) attempt();
      };
      const attempt = () =>
        read(operation.reads, () => {
          if (operation.writes === 0) return end();
          waiting.push({
            key,
            version: versions.get(key) ?? 0,
            again: retried() ? attempt : again,
            end: retried() ? ended : end,
          });
          commitSome();
        });
      const retried = () => retries[0] === attempt;
      const ended = () => {
        retries.shift();
        retries[0]?.();
        end();
      };
      own.work(operation.node, attempt);
    };
    for (let at = 0; at < model.clientsPerNode; at++) agenda.at(chance() * 1000, client);
  }
  agenda.run(duration);
  const share = (all, count) =>
    all.reduce((sum, { busy }) => sum + busy, 0) / (all.length * count * duration);
  return {
    perSecond: Math.round((done / (duration - counted)) * 1e6),
    milliseconds: latency / done / 1000,
    conflicts: conflicts / Math.max(done, 1),
    node: share(processors, model.nodeProcessors),
    database: share(database, model.databaseProcessors),
  };
}

const sizes = [
  [1, 3],
  [3, 3],
  [9, 9],
  [30, 30],
];
if (import.meta.url === `file://${process.argv[1]}`) {
  for (const [name, operation] of Object.entries(operations)) {
    for (const [nodes, servers] of sizes) {
      const result = simulate(operation, nodes, servers);
      if (values.json) process.stdout.write(`${JSON.stringify({ name, nodes, servers, ...result })}\n`);
      else process.stdout.write(line(name, nodes, servers, result));
    }
  }
}

function line(what, nodes, servers, result) {
  const percent = (part) => `${Math.round(part * 100)} %`.padStart(6);
  return (
    `${what.padEnd(38)} ${String(nodes).padStart(3)} nodes, ${String(servers).padStart(2)} servers  ` +
    `${String(result.perSecond).padStart(8)}/s  ${result.milliseconds.toFixed(1).padStart(6)} ms  ` +
    `nodes ${percent(result.node)}  servers ${percent(result.database)}  again ${percent(result.conflicts)}\n`
  );
}
