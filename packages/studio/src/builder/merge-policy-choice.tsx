/** By which merge policy the audience sees profiles. */
import { routes } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Choice } from '../ui/fields.tsx';
import styles from './properties.module.css';

const MOST = 100;
/** For the default policy, whichever that is. */
const DEFAULT = '';

export interface MergePolicyChoiceProps {
  /** Null: the default one. */
  readonly id: string | null;
  readonly onChange: (id: string | null) => void;
}

export function MergePolicyChoice({ id, onChange }: MergePolicyChoiceProps) {
  const policies =
    useResource('merge policies', (signal) => call(routes.listMergePolicies, { query: { limit: MOST }, signal })).data?.children ?? [];
  // A policy without the graph sees no person as a whole.
  const usable = policies.filter((policy) => !policy.default && policy.identityGraph.type === 'pdg');
  const standard = policies.find((policy) => policy.default);
  const known = id === null || usable.some((policy) => policy.id === id);
  const options = [
    [DEFAULT, standard === undefined ? 'Default' : `Default: ${standard.name}`] as const,
    ...usable.map((policy) => [policy.id, policy.name] as const),
    ...(known || id === null ? [] : [[id, `${id} (not known here, so the default counts)`] as const]),
  ];
  const chosen = id === null ? standard : (policies.find((policy) => policy.id === id) ?? standard);
  return (
    <div className={styles.field}>
      <span>Merge policy</span>
      <Choice
        label="Merge policy"
        value={id ?? DEFAULT}
        options={options}
        onChange={(value) => onChange(value === DEFAULT ? null : value)}
      />
      <p className={styles.faint}>
        {chosen?.attributeMerge.type === 'dataSetPrecedence'
          ? `Of each field the value of the most trusted dataset: ${(chosen.attributeMerge.order ?? []).join(', ')}.`
          : 'Of each field the newest value.'}
      </p>
    </div>
  );
}
