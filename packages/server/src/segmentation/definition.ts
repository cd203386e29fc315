/** A segment definition: what is known of an audience besides who is in, and its row in PostgreSQL. */
import type { AudienceKind, EvaluationMethod, LifecycleState, NewSegmentDefinition, SegmentDefinitionRow } from '../store/index.ts';
import type { Choice } from './composition/choice.ts';
import type { AudienceReference } from './plans.ts';

export interface Definition {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Whether a rule says who is in, somebody outside, or a composition. */
  readonly kind: AudienceKind;
  /** The rule; empty when there is none. */
  readonly pql: string;
  /** The rule as it was given, when it was given as pql/json; else null. */
  readonly json: string | null;
  /** Leaves out people who have opted out of everything, whatever the rule says. */
  readonly excludeOptOut: boolean;
  readonly evaluation: EvaluationMethod;
  readonly lifecycleState: LifecycleState;
  /** Counts the changes of the rule, from 1. */
  readonly version: number;
  /** Counts all changes, from 1. */
  readonly changes: number;
  /** Where `segmentMembership` lists it. */
  readonly namespace: string;
  /** The id that whoever made an external audience gave it. */
  readonly externalId: string | null;
  /** Where it comes from, in the words of the documented API. */
  readonly origin: string;
  readonly labels: readonly string[];
  readonly tags: readonly string[];
  /** Null at the top. */
  readonly folderId: string | null;
  readonly ttlInDays: number | null;
  readonly mergePolicyId: string | null;
  /** Fields of the documented API that are kept and given back as they came. */
  readonly documented: Readonly<Record<string, unknown>>;
  /** The composition it is a path of; else null. */
  readonly composition: PathOf | null;
  /** Who of those for whom the rule holds is in; null: all of them. */
  readonly choice: Choice | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly createdBy: string;
  readonly updatedBy: string;
}

export interface PathOf {
  readonly id: string;
  /** The key of the path. */
  readonly path: string;
}

/** What can be said of an audience at its creation and later. Left out: as it is, or what is usual. */
export interface DefinitionDetails {
  readonly description?: string;
  readonly excludeOptOut?: boolean;
  readonly evaluation?: EvaluationMethod;
  readonly labels?: readonly string[];
  readonly tags?: readonly string[];
  readonly folderId?: string | null;
  readonly ttlInDays?: number | null;
  readonly mergePolicyId?: string | null;
  readonly documented?: Readonly<Record<string, unknown>>;
}

export interface NewDefinition extends DefinitionDetails {
  readonly name: string;
  readonly pql: string;
  /** The same rule as pql/json, when it was given so. A changed rule without it is text; null makes an unchanged one text again. */
  readonly json?: string | null;
  readonly lifecycleState?: Exclude<LifecycleState, 'inactive'>;
  readonly createdBy: string;
}

/** An audience whose members come from outside. It is published from the beginning. */
export interface NewExternal extends DefinitionDetails {
  readonly name: string;
  readonly namespace: string;
  readonly externalId?: string;
  readonly origin: string;
  readonly createdBy: string;
}

export interface DefinitionChange extends DefinitionDetails {
  readonly name?: string;
  readonly pql?: string;
  readonly json?: string | null;
  readonly lifecycleState?: LifecycleState;
  /** With the state published: publishes the drafts that the rule refers to as well. */
  readonly publishReferred?: boolean;
  /** Who asks; whoever changed it last when left out. */
  readonly changedBy?: string;
  /** The number of changes the caller knows of; with others in between nothing is changed. */
  readonly ifChanges?: number;
  /** The version whose rule comes back with this change. */
  readonly restoredFrom?: number;
}

export function definitionOf(row: SegmentDefinitionRow): Definition {
  const { composition_id: id, composition_path: path } = row;
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    kind: row.kind,
    pql: row.pql,
    json: row.expression_json,
    excludeOptOut: row.exclude_opt_out,
    evaluation: row.evaluation_method,
    lifecycleState: row.lifecycle_state,
    version: row.version,
    changes: row.changes,
    namespace: row.namespace,
    externalId: row.external_id,
    origin: row.origin,
    labels: row.labels,
    tags: row.tags,
    folderId: row.folder_id,
    ttlInDays: row.ttl_in_days,
    mergePolicyId: row.merge_policy_id,
    documented: row.documented,
    composition: id === null || path === null ? null : { id, path },
    choice: row.choice as Choice | null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
  };
}

type NewRow = NewSegmentDefinition;

/** What every new row has. */
export function newRow(id: string, input: DefinitionDetails & { readonly name: string; readonly createdBy: string }, now: Date): NewRow {
  return {
    id,
    name: input.name,
    description: input.description ?? '',
    pql: '',
    expression_format: 'pql/text',
    schema_name: '_xdm.context.profile',
    evaluation_method: input.evaluation ?? 'batch',
    lifecycle_state: 'published',
    merge_policy_id: input.mergePolicyId ?? null,
    labels: JSON.stringify(input.labels ?? []),
    tags: JSON.stringify(input.tags ?? []),
    created_at: now,
    updated_at: now,
    created_by: input.createdBy,
    updated_by: input.createdBy,
    exclude_opt_out: input.excludeOptOut ?? false,
    ttl_in_days: input.ttlInDays ?? null,
    folder_id: input.folderId ?? null,
    documented: JSON.stringify(input.documented ?? {}),
    refers_to: '[]',
  };
}

/** The columns of what a change says. */
export function changedDetails(change: DefinitionDetails & { readonly name?: string; readonly lifecycleState?: LifecycleState }) {
  return {
    ...(change.name !== undefined && { name: change.name }),
    ...(change.description !== undefined && { description: change.description }),
    ...(change.excludeOptOut !== undefined && { exclude_opt_out: change.excludeOptOut }),
    ...(change.evaluation !== undefined && { evaluation_method: change.evaluation }),
    ...(change.lifecycleState !== undefined && { lifecycle_state: change.lifecycleState }),
    ...(change.labels !== undefined && { labels: JSON.stringify(change.labels) }),
    ...(change.tags !== undefined && { tags: JSON.stringify(change.tags) }),
    ...(change.folderId !== undefined && { folder_id: change.folderId }),
    ...(change.ttlInDays !== undefined && { ttl_in_days: change.ttlInDays }),
    ...(change.mergePolicyId !== undefined && { merge_policy_id: change.mergePolicyId }),
    ...(change.documented !== undefined && { documented: JSON.stringify(change.documented) }),
  };
}

/** The columns of a rule. */
export function ruleColumns(pql: string, json: string | null, refersTo: readonly AudienceReference[]) {
  return {
    pql,
    expression_format: json === null ? 'pql/text' : 'pql/json',
    expression_json: json,
    refers_to: JSON.stringify(refersTo),
  };
}
