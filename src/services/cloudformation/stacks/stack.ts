// A stack: what it was asked for, how it stands, and the operation under way.
// The operation is stored with it, so that whoever runs the cloud next goes on.

import type { Principal } from "../../../core/principal.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Fields } from "../../../lang/template/value.ts";
import type {
  Capability,
  OnFailure,
  RollbackConfiguration,
  StackStatus,
} from "../../../model/generated/cloudformation.d.ts";

/** What a stack is asked to do. */
export type OperationKind = "create" | "update" | "delete" | "rollback" | "continue-rollback" | "import";

export interface Operation {
  readonly kind: OperationKind;
  /** Tells this operation from every other. */
  readonly id: string;
  readonly startedAt: number;
  /** On whose behalf, where the stack has no role. */
  readonly principal: Principal;
  readonly clientRequestToken?: string | undefined;
  readonly disableRollback?: boolean | undefined;
  readonly onFailure?: OnFailure | undefined;
  readonly retainExceptOnCreate?: boolean | undefined;
  /** Resources that a deletion leaves alone, or that a rollback skips. */
  readonly skip?: readonly string[] | undefined;
  readonly forceDelete?: boolean | undefined;
  /** Why it was asked to stop: an update cancelled, a timeout. */
  readonly cancelled?: string | undefined;
  /** What the stack was before, to return to. */
  readonly before?: Target | undefined;
  /** The policy for this update alone. */
  readonly stackPolicy?: string | undefined;
  /** The operation whose rollback this one continues. */
  readonly continues?: string | undefined;
  readonly deadline?: number | undefined;
  /** By logical id, what an import takes over. */
  readonly imports?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
}

/** What a stack is to be, apart from its template's text. */
export interface Target {
  /** Which of the stack's templates. */
  readonly generation: number;
  readonly description?: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  /** The values of parameters that name one of Systems Manager. */
  readonly resolved: Readonly<Record<string, string>>;
  /** Parameters that are never shown. */
  readonly secret: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly capabilities: readonly Capability[];
  readonly notificationArns: readonly string[];
  readonly rollbackConfiguration?: RollbackConfiguration | undefined;
}

export interface StackOutput {
  readonly name: string;
  readonly value: string;
  readonly description?: string | undefined;
  readonly exportName?: string | undefined;
}

export interface StackState extends Target {
  /** The ARN. */
  readonly id: string;
  readonly name: string;
  /** How many templates it has been given, in change sets too. */
  readonly templates: number;
  readonly status: StackStatus;
  readonly statusReason?: string | undefined;
  readonly createdAt: number;
  readonly updatedAt?: number | undefined;
  readonly deletedAt?: number | undefined;
  readonly roleArn?: string | undefined;
  readonly timeoutMinutes?: number | undefined;
  readonly disableRollback: boolean;
  readonly terminationProtection: boolean;
  readonly policy?: string | undefined;
  readonly parentId?: string | undefined;
  readonly rootId?: string | undefined;
  readonly changeSetId?: string | undefined;
  /** Of a nested stack: the parent's latest operation that changes it, and what it was before. */
  readonly withParent?: { readonly operation: string; readonly before: Target } | undefined;
  readonly outputs: readonly StackOutput[];
  /** The names of exports that this stack reads. */
  readonly imports: readonly string[];
  readonly drift?: { readonly status: "DRIFTED" | "IN_SYNC"; readonly checkedAt: number } | undefined;
  readonly operation?: Operation | undefined;
  /** Why the latest operation failed, if it did. */
  readonly failure?: string | undefined;
  /** The update that failed and was left as it was, for RollbackStack. */
  readonly lastFailed?: Operation | undefined;
  /** The client's token of the latest operation. */
  readonly lastToken?: string | undefined;
  /** The update whose rollback failed, for ContinueUpdateRollback to go on with. */
  readonly interrupted?: Operation | undefined;
}

/** The last part of a stack's ARN. */
export function stackKey(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

const arnPattern = /^arn:[^:]+:cloudformation:[^:]*:[^:]*:stack\/([^/]+)\/([^/]+)$/;

export const Stack = defineResource<StackState>()({
  service: "cloudformation",
  type: "stack",
  key: ({ id }) => [stackKey(id)],
  arn: ({ id }) => id,
  named: ({ StackName, StackId }, at) => {
    const name = StackName ?? StackId;
    if (typeof name !== "string") return undefined;
    return name.startsWith("arn:")
      ? name
      : `arn:aws:cloudformation:${at.region}:${at.account}:stack/${name}/*`;
  },
  tags: ({ tags }) => tags,
  indexes: {
    name: ({ name, deletedAt }) => (deletedAt === undefined ? [name] : undefined),
    created: ({ createdAt, id }) => [createdAt, stackKey(id)],
    export: ({ outputs }) => (outputs.some(({ exportName }) => exportName !== undefined) ? [1] : undefined),
  },
});

/** The key that an ARN or id names; undefined for a name. */
export function keyOfArn(text: string): string | undefined {
  return arnPattern.exec(text)?.[2];
}

/** A template of a stack: as given, and as its macros left it. */
export interface StackTemplate {
  readonly stack: string;
  readonly generation: number;
  readonly original: string;
  readonly processed: Fields;
  /** Whether macros had anything to do. */
  readonly transformed: boolean;
}

export const TemplateRecord = defineResource<StackTemplate>()({
  service: "cloudformation",
  type: "template",
  key: ({ stack, generation }) => [stack, generation],
});

export interface ExportState {
  readonly name: string;
  readonly value: string;
  readonly stackId: string;
}

/** What a stack exports, by name: unique within the account and region. */
export const ExportRecord = defineResource<ExportState>()({
  service: "cloudformation",
  type: "export",
  key: ({ name }) => [name],
});

export interface ImportState {
  readonly name: string;
  readonly stackName: string;
}

export const ImportRecord = defineResource<ImportState>()({
  service: "cloudformation",
  type: "import",
  key: ({ name, stackName }) => [name, stackName],
});
