// The lines that the platform writes around an invocation: START, END, REPORT
// and their kin, in AWS's text format or as AWS's `platform.*` JSON events.

import type { FunctionSpec } from "../core/ports/compute.ts";

export interface Report {
  readonly requestId: string;
  readonly durationMilliseconds: number;
  /** Only for the invocation that the environment was started for. */
  readonly initMilliseconds: number | undefined;
  readonly peakMegabytes: number;
  readonly outcome: "success" | "error" | "timeout";
  readonly errorType: string | undefined;
  readonly traceHeader: string | undefined;
}

export interface PlatformLog {
  initStart(runtimeVersion: string): string;
  /** Only where the initialisation failed: otherwise REPORT tells of it. */
  /** `invoke`: the second time, on the invocation's own. */
  initReport(
    milliseconds: number,
    phase: "init" | "invoke",
    status: "error" | "timeout",
    errorType: string | undefined,
  ): string;
  start(requestId: string, version: string): string;
  end(requestId: string): readonly string[];
  report(report: Report): string;
}

export function platformLog(spec: FunctionSpec, now: () => number): PlatformLog {
  return spec.logFormat === "JSON" ? jsonLog(spec, now) : textLog(spec);
}

function textLog(spec: FunctionSpec): PlatformLog {
  return {
    initStart: (runtimeVersion) => `INIT_START Runtime Version: ${runtimeVersion}\n`,
    initReport: (milliseconds, phase, status, errorType) =>
      `INIT_REPORT Init Duration: ${milliseconds.toFixed(2)} ms\tPhase: ${phase}\tStatus: ${status}${
        errorType === undefined ? "" : `\tError Type: ${errorType}`
      }\n`,
    start: (requestId, version) => `START RequestId: ${requestId} Version: ${version}\n`,
    end: (requestId) => [`END RequestId: ${requestId}\n`],
    report: (report) => textReport(spec, report),
  };
}

function textReport(spec: FunctionSpec, report: Report): string {
  const parts = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMilliseconds.toFixed(2)} ms`,
    `Billed Duration: ${billed(report)} ms`,
    `Memory Size: ${spec.memoryMegabytes} MB`,
    `Max Memory Used: ${report.peakMegabytes} MB`,
  ];
  if (report.initMilliseconds !== undefined) {
    parts.push(`Init Duration: ${report.initMilliseconds.toFixed(2)} ms`);
  }
  if (report.outcome === "timeout") parts.push("Status: timeout");
  if (report.outcome === "error") parts.push("Status: error", `Error Type: ${report.errorType}`);
  const trace = parseTrace(report.traceHeader);
  const tail =
    trace === undefined
      ? "\n"
      : `\nXRAY TraceId: ${trace.Root}\tSegmentId: ${trace.Parent}\tSampled: ${trace.Sampled === "1"}\t\n`;
  return `${parts.join("\t")}\t${tail}`;
}

/** Since August 2025 AWS bills the initialisation of on-demand functions as well. */
function billed(report: Report): number {
  return Math.max(1, Math.ceil(report.durationMilliseconds + (report.initMilliseconds ?? 0)));
}

function parseTrace(header: string | undefined): Readonly<Record<string, string>> | undefined {
  if (header === undefined) return undefined;
  const fields = Object.fromEntries(
    header.split(";").map((field) => {
      const [name = "", value = ""] = field.split("=");
      return [name.trim(), value.trim()];
    }),
  );
  return fields.Root !== undefined && fields.Parent !== undefined && fields.Sampled === "1"
    ? fields
    : undefined;
}

function jsonLog(spec: FunctionSpec, now: () => number): PlatformLog {
  const event = (type: string, record: object): string =>
    JSON.stringify({ time: new Date(now()).toISOString(), type: `platform.${type}`, record });
  return {
    initStart: (runtimeVersion) =>
      event("initStart", {
        initializationType: "on-demand",
        phase: "init",
        runtimeVersion,
        functionName: spec.functionName,
        functionVersion: spec.version,
      }),
    initReport: (milliseconds, phase, status, errorType) =>
      event("initReport", {
        initializationType: "on-demand",
        phase,
        status,
        ...(errorType === undefined ? {} : { errorType }),
        metrics: { durationMs: round(milliseconds) },
      }),
    start: (requestId, version) => event("start", { requestId, version }),
    end: () => [],
    report: (report) =>
      event("report", {
        requestId: report.requestId,
        metrics: {
          durationMs: round(report.durationMilliseconds),
          billedDurationMs: billed(report),
          memorySizeMB: spec.memoryMegabytes,
          maxMemoryUsedMB: report.peakMegabytes,
          ...(report.initMilliseconds === undefined
            ? {}
            : { initDurationMs: round(report.initMilliseconds) }),
        },
        status: report.outcome,
        ...(report.errorType === undefined ? {} : { errorType: report.errorType }),
      }),
  };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
