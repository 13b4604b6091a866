// Integrations that start something and, with `.sync`, wait for its end: each
// knows what to ask, and which answers mean that it is over.

import type { Waiting } from "../../../core/waiting.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import { callService, shapesOf, withMetadata } from "./call.ts";
import type { Pattern, TaskAim, TaskIntegration } from "./integration.ts";
import { capitalized } from "./names.ts";
import { services } from "./optimized.ts";

type Values = Readonly<Record<string, Json>>;

interface Started {
  readonly service: string;
  readonly api: string;
  readonly token?: boolean;
  /** The operation that tells how it stands, and its parameters from the start's output. */
  readonly ask: readonly [operation: string, (started: Values, input: Values) => Json];
  /** What the answer tells of it. */
  readonly found: (answer: Values) => Values;
  readonly status: (found: Values) => Json | undefined;
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  readonly end?: readonly [operation: string, (started: Values, input: Values) => Json];
  /** Fails the start's answer itself, or the job at its end, beyond its status. */
  readonly check?: (found: Values) => string | undefined;
}

function first(list: Json | undefined): Values {
  return ((Array.isArray(list) ? list[0] : undefined) ?? {}) as Values;
}

const jobs: readonly Started[] = [
  {
    service: "ecs",
    api: "runTask",
    token: true,
    ask: [
      "DescribeTasks",
      (started, input) => ({ ...clusterOf(input), Tasks: [first(started.Tasks).TaskArn ?? ""] }),
    ],
    found: (answer) => first(answer.Tasks),
    status: (task) => task.LastStatus,
    succeeded: ["STOPPED"],
    failed: [],
    end: [
      "StopTask",
      (started, input) => ({ ...clusterOf(input), Task: first(started.Tasks).TaskArn ?? "" }),
    ],
    // A task has failed where one of its containers has.
    check: (task) => {
      const containers = Array.isArray(task.Containers) ? (task.Containers as readonly Values[]) : [];
      return containers.some((container) => container.ExitCode !== 0) ? JSON.stringify(task) : undefined;
    },
  },
  {
    service: "batch",
    api: "submitJob",
    token: true,
    ask: ["DescribeJobs", (started) => ({ Jobs: [started.JobId ?? ""] })],
    found: (answer) => first(answer.Jobs),
    status: (job) => job.Status,
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED"],
    end: ["TerminateJob", (started) => ({ JobId: started.JobId ?? "", Reason: "The execution was stopped" })],
  },
  {
    service: "codebuild",
    api: "startBuild",
    ask: ["BatchGetBuilds", (started) => ({ Ids: [(started.Build as Values).Id ?? ""] })],
    found: (answer) => ({ Build: first(answer.Builds) }),
    status: (found) => (found.Build as Values).BuildStatus,
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED", "FAULT", "STOPPED", "TIMED_OUT"],
    end: ["StopBuild", (started) => ({ Id: (started.Build as Values).Id ?? "" })],
  },
  {
    service: "codebuild",
    api: "startBuildBatch",
    ask: ["BatchGetBuildBatches", (started) => ({ Ids: [(started.BuildBatch as Values).Id ?? ""] })],
    found: (answer) => ({ BuildBatch: first(answer.BuildBatches) }),
    status: (found) => (found.BuildBatch as Values).BuildBatchStatus,
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED", "FAULT", "STOPPED", "TIMED_OUT"],
    end: ["StopBuildBatch", (started) => ({ Id: (started.BuildBatch as Values).Id ?? "" })],
  },
  {
    service: "glue",
    api: "startJobRun",
    ask: ["GetJobRun", (started, input) => ({ JobName: input.JobName ?? "", RunId: started.JobRunId ?? "" })],
    found: (answer) => answer.JobRun as Values,
    status: (run) => run.JobRunState,
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"],
    end: [
      "BatchStopJobRun",
      (started, input) => ({ JobName: input.JobName ?? "", JobRunIds: [started.JobRunId ?? ""] }),
    ],
  },
  {
    service: "athena",
    api: "startQueryExecution",
    ask: ["GetQueryExecution", (started) => ({ QueryExecutionId: started.QueryExecutionId ?? "" })],
    found: (answer) => ({ QueryExecution: answer.QueryExecution ?? {} }),
    status: (found) => ((found.QueryExecution as Values).Status as Values | undefined)?.State,
    succeeded: ["SUCCEEDED"],
    failed: ["FAILED", "CANCELLED"],
    end: ["StopQueryExecution", (started) => ({ QueryExecutionId: started.QueryExecutionId ?? "" })],
  },
  {
    service: "emr-serverless",
    api: "startJobRun",
    ask: [
      "GetJobRun",
      (started) => ({ ApplicationId: started.ApplicationId ?? "", JobRunId: started.JobRunId ?? "" }),
    ],
    found: (answer) => answer.JobRun as Values,
    status: (run) => run.State,
    succeeded: ["SUCCESS"],
    failed: ["FAILED", "CANCELLED"],
    end: [
      "CancelJobRun",
      (started) => ({ ApplicationId: started.ApplicationId ?? "", JobRunId: started.JobRunId ?? "" }),
    ],
  },
  sageMakerJob("TrainingJob"),
  sageMakerJob("TransformJob"),
  sageMakerJob("ProcessingJob"),
  sageMakerJob("HyperParameterTuningJob"),
  sageMakerJob("LabelingJob"),
];

function clusterOf(input: Values): Values {
  return input.Cluster === undefined ? {} : { Cluster: input.Cluster };
}

function sageMakerJob(kind: string): Started {
  const named = (_started: Values, input: Values): Json => ({ [`${kind}Name`]: input[`${kind}Name`] ?? "" });
  return {
    service: "sagemaker",
    api: `create${kind}`,
    ask: [`Describe${kind}`, named],
    found: (answer) => answer,
    status: (found) => found[`${kind}Status`],
    succeeded: ["Completed"],
    failed: ["Failed", "Stopped"],
    end: [`Stop${kind}`, named],
  };
}

export function startedIntegration(
  service: string,
  api: string,
  pattern: Pattern,
): TaskIntegration | undefined {
  const job = jobs.find((each) => each.service === service && each.api === api);
  if (job === undefined || (pattern === "token" && job.token !== true)) return undefined;
  const known = services[service]!;
  const call = (operation: string, parameters: Json, aim: TaskAim, ctx: Waiting) =>
    callService({ service: known.service, operation, optimized: known.name }, parameters, aim, ctx);
  const suffix = pattern === "token" ? ".waitForTaskToken" : pattern === "sync" ? ".sync" : "";
  const base: TaskIntegration = {
    resourceType: service,
    resource: `${api}${suffix}`,
    kind: "task",
    pattern,
    ...shapesOf({ service: known.service, operation: capitalized(api), optimized: known.name }),
    run: async (aim, ctx) => {
      const output = await call(capitalized(api), aim.input, aim, ctx);
      failOnFailures(known.name.prefix, output);
      return withMetadata(output, ctx);
    },
  };
  if (pattern !== "sync") return base;
  const { end } = job;
  return {
    ...base,
    poll: async (started, aim, ctx) => {
      const [operation, parameters] = job.ask;
      const answer = await call(operation, parameters(started as Values, aim.input as Values), aim, ctx);
      return outcome(job, job.found(answer));
    },
    ...(end === undefined
      ? {}
      : {
          stop: async (started, aim, ctx) => {
            await call(end[0], end[1](started as Values, aim.input as Values), aim, ctx);
          },
        }),
  };
}

/** RunTask answers well though nothing could be placed. */
function failOnFailures(prefix: string, output: Values): void {
  if (!Array.isArray(output.Failures) || output.Failures.length === 0) return;
  throw new StateError(`${prefix}.AmazonECSException`, JSON.stringify(output));
}

function outcome(job: Started, found: Values): Values | undefined {
  const status = String(job.status(found) ?? "");
  if (job.failed.includes(status)) throw new StateError("States.TaskFailed", JSON.stringify(found));
  if (!job.succeeded.includes(status)) return undefined;
  const failure = job.check?.(found);
  if (failure !== undefined) throw new StateError("States.TaskFailed", failure);
  return found;
}
