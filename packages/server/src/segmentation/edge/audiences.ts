/** The audiences of the edge with all they depend on, compiled: sets of those that see people by one merge policy, in the order of need. */
import type { DataObject, EdgePlans } from '@kindred/pql';
import { edgePlans, EdgeSets } from '@kindred/pql';
import type { EvaluationMethod } from '../../store/index.ts';
import type { Definition, Definitions } from '../definitions.ts';
import type { Planned } from '../dependencies.ts';
import { inLevels, namesOf } from '../dependencies.ts';
import type { AudienceReference } from '../plans.ts';

export interface EdgeAudiences {
  /** Each may ask for members of those before it, and not for others. */
  readonly sets: EdgeSets;
  /** Of each set, whose view of the people it has. */
  readonly policies: readonly (string | null)[];
  /** Those that are answered, by id; the others are only asked for by rules. */
  readonly told: ReadonlyMap<string, Definition>;
  /** Asked for, with members from outside. */
  readonly outside: readonly (Planned & Required<Pick<Planned, 'outside'>>)[];
}

export interface CompileOptions {
  readonly definitions: Definitions;
  readonly evaluations: readonly EvaluationMethod[];
  readonly lookup: (entity: string, id: string) => DataObject | null;
  readonly zone: string;
  /** Hears why an audience is left out: the schema has changed, what it refers to is gone. */
  readonly onUnexpected: (error: unknown) => void;
}

export async function compileEdge({ definitions, evaluations, lookup, zone, onUnexpected }: CompileOptions): Promise<EdgeAudiences> {
  const { definitions: all } = await definitions.list();
  const wanted = all.filter(
    ({ kind, lifecycleState, evaluation }) => kind === 'rule' && lifecycleState === 'published' && evaluations.includes(evaluation),
  );
  const find = (reference: AudienceReference): Promise<Planned | undefined> => definitions.planned(reference);
  const told = new Map<string, Definition>();
  const roots: Planned[] = [];
  for (const definition of wanted) {
    try {
      const planned = definitions.planOf(definition);
      await inLevels([planned], find);
      roots.push(planned);
      told.set(definition.id, definition);
    } catch (error) {
      onUnexpected(error);
    }
  }
  const levels = await inLevels(roots, find);
  const outside = levels.flat().filter((planned): planned is EdgeAudiences['outside'][number] => planned.outside !== undefined);
  const groups = groupsOf(levels);
  const plansOf = (group: readonly Planned[]): EdgePlans =>
    edgePlans(
      group.map(({ id, plan }) => ({ key: id, plan, names: namesOf({ id }) })),
      zone,
    );
  return {
    sets: new EdgeSets(
      groups.map(({ audiences }) => plansOf(audiences)),
      lookup,
    ),
    policies: groups.map(({ policy }) => policy),
    told,
    outside,
  };
}

/** One set when all see people by the same policy: then rules refer to each other inside it. */
function groupsOf(
  levels: readonly (readonly Planned[])[],
): readonly { readonly policy: string | null; readonly audiences: readonly Planned[] }[] {
  const rules = levels.map((level) => level.filter(({ outside }) => outside === undefined));
  const parts = new Set(rules.flat().map(policyOf)).size <= 1 ? [rules.flat()] : rules;
  return parts.flatMap((part) => [...Map.groupBy(part, policyOf)].map(([policy, audiences]) => ({ policy, audiences })));
}

const policyOf = ({ mergePolicyId = null }: Planned): string | null => mergePolicyId;
