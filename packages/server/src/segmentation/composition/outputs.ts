/** The audiences that the paths of a composition become. */
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../../store/index.ts';
import type { Definition } from '../definition.ts';
import { definitionOf, newRow, ruleColumns } from '../definition.ts';
import type { Definitions } from '../definitions.ts';
import { refuseUse } from '../lifecycle.ts';
import { referencesOf } from '../plans.ts';
import { named } from '../taken-names.ts';
import { Versions } from '../versions.ts';
import type { Composition } from './composition.ts';
import type { PathRule } from './rules.ts';

/** What people call where such an audience comes from, in the words of the documented API. */
const ORIGIN = 'AUDIENCE_ORCHESTRATION';

interface Output extends PathRule {
  readonly id: string;
  /** The audience that the path is already; null: none yet. */
  readonly before: Definition | null;
  readonly refersTo: ReturnType<typeof referencesOf>;
}

export interface PlannedOutputs {
  readonly outputs: readonly Output[];
  /** Of paths that are no more. */
  readonly removed: readonly Definition[];
}

interface Writing {
  readonly composition: string;
  readonly by: string;
  readonly now: Date;
}

export class Outputs {
  readonly #definitions: Definitions;

  constructor({ definitions }: { readonly definitions: Definitions }) {
    this.#definitions = definitions;
  }

  /** Throws SegmentationError `audience-cycle`, `audience-reference-unknown`, `audience-lifecycle`, `audience-in-use`. */
  async plan(
    { name }: Composition,
    { rules, before }: { readonly rules: readonly PathRule[]; readonly before: readonly Definition[] },
  ): Promise<PlannedOutputs> {
    const known = new Map(before.map((each) => [each.composition?.path, each]));
    const planned = rules.map((rule) => {
      const present = known.get(rule.path.key) ?? null;
      const id = present?.id ?? randomUUID();
      const plan = this.#definitions.planRule({
        ...rule,
        id,
        name: `${name}: ${rule.path.name}`,
        excludeOptOut: false,
        mergePolicyId: null,
      });
      return { plan, output: { ...rule, id, before: present, refersTo: referencesOf(plan.plan) } };
    });
    await this.#definitions.requirePublished(planned.map(({ plan }) => plan));
    const kept = new Set(planned.map(({ output }) => output.id));
    const removed = before.filter(({ id }) => !kept.has(id));
    for (const each of removed) refuseUse(each, await this.#definitions.dependents(each.id), 'deleted');
    return { outputs: planned.map(({ output }) => output), removed };
  }

  async write(db: Kysely<Database>, { outputs, removed }: PlannedOutputs, writing: Writing): Promise<void> {
    // First what gives names free.
    await this.remove(db, removed, writing.now);
    // Two paths may have changed their names with each other.
    for (const { before, path } of outputs) {
      if (before === null || before.name === path.name) continue;
      await db.updateTable('segment_definitions').set({ name: before.id }).where('id', '=', before.id).execute();
    }
    for (const output of outputs) {
      await named(output.path.name, () =>
        output.before === null ? insert(db, output, writing) : update(db, output.before, output, writing),
      );
    }
  }

  async remove(db: Kysely<Database>, outputs: readonly Definition[], now: Date): Promise<void> {
    const ids = outputs.map(({ id }) => id);
    if (ids.length === 0) return;
    await db.updateTable('segment_definitions').set({ deleted_at: now, folder_id: null }).where('id', 'in', ids).execute();
  }
}

async function insert(db: Kysely<Database>, { id, path, pql, choice, refersTo }: Output, { composition, by, now }: Writing): Promise<void> {
  const row = {
    ...newRow(id, { name: path.name, createdBy: by }, now),
    ...ruleColumns(pql, null, refersTo),
    kind: 'composition' as const,
    origin: ORIGIN,
    composition_id: composition,
    composition_path: path.key,
    choice: choice && JSON.stringify(choice),
  };
  const created = await db.insertInto('segment_definitions').values(row).returningAll().executeTakeFirstOrThrow();
  await new Versions(db).add(definitionOf(created), null);
}

async function update(
  db: Kysely<Database>,
  before: Definition,
  { id, path, pql, choice, refersTo }: Output,
  { by, now }: Writing,
): Promise<void> {
  const other = before.pql !== pql || !isDeepStrictEqual(before.choice, choice);
  if (!other && before.name === path.name) return;
  const row = {
    name: path.name,
    ...ruleColumns(pql, null, refersTo),
    choice: choice && JSON.stringify(choice),
    ...(other && { version: before.version + 1 }),
    changes: before.changes + 1,
    updated_at: now,
    updated_by: by,
  };
  const updated = await db.updateTable('segment_definitions').set(row).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
  if (other) await new Versions(db).add(definitionOf(updated), null);
}
