// LabelParameterVersion and UnlabelParameterVersion: a label is on one version at
// a time, and moves.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  LabelParameterVersionRequest,
  LabelParameterVersionResult,
  UnlabelParameterVersionRequest,
  UnlabelParameterVersionResult,
} from "../../../model/generated/ssm.d.ts";
import { ssm, versionNotFound } from "../model.ts";
import { tellChange } from "../parameters/event.ts";
import { labelsOf, openParameter, Parameter, versionOf } from "../parameters/parameter.ts";

const mostLabels = 10;

const isLabel = (text: string): boolean =>
  /^[A-Za-z0-9_.-]{1,100}$/.test(text) && !/^(?:\d|aws|ssm)/i.test(text);

export async function labelParameterVersion(
  { Name, ParameterVersion, Labels }: LabelParameterVersionRequest,
  caller: Transaction,
): Promise<LabelParameterVersionResult> {
  const { parameter, tx } = await openParameter(caller, Name, "LabelParameterVersion");
  const version = ParameterVersion ?? parameter.version;
  if ((await versionOf(tx, parameter, version)) === undefined) throw versionNotFound(version, Name);
  const valid = Labels.filter(isLabel);
  const labels = { ...parameter.labels, ...Object.fromEntries(valid.map((label) => [label, version])) };
  const labelled = { ...parameter, labels };
  if (labelsOf(labelled, version).length > mostLabels) {
    throw fault(
      ssm,
      "ParameterVersionLabelLimitExceeded",
      `A parameter version can have maximum ${mostLabels} labels.Move one or more labels to another version and try again.`,
    );
  }
  if (valid.length > 0) {
    tx.put(Parameter, labelled);
    tellChange(tx, "LabelParameterVersion", parameter, { label: valid });
  }
  return { InvalidLabels: Labels.filter((label) => !isLabel(label)), ParameterVersion: version };
}

export async function unlabelParameterVersion(
  { Name, ParameterVersion: version, Labels }: UnlabelParameterVersionRequest,
  caller: Transaction,
): Promise<UnlabelParameterVersionResult> {
  const { parameter, tx } = await openParameter(caller, Name, "UnlabelParameterVersion");
  if ((await versionOf(tx, parameter, version)) === undefined) throw versionNotFound(version, Name);
  const there = new Set(labelsOf(parameter, version));
  const RemovedLabels = Labels.filter((label) => there.has(label));
  const gone = new Set(RemovedLabels);
  const labels = Object.fromEntries(Object.entries(parameter.labels).filter(([label]) => !gone.has(label)));
  if (gone.size > 0) tx.put(Parameter, { ...parameter, labels });
  return { RemovedLabels, InvalidLabels: Labels.filter((label) => !there.has(label)) };
}
