import type { Audience } from '@kindred/contract';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { formatCount } from '../ui/format.ts';
import styles from './filters.module.css';
import type { Facet, PortalFilter, Range } from './portal-filter.ts';
import { countsOf, FACET_TITLES, FACETS } from './portal-filter.ts';

export interface FiltersProps {
  /** All of them: the counts beside the values are of these. */
  readonly audiences: readonly Audience[];
  readonly filter: PortalFilter;
  readonly change: (news: Partial<PortalFilter>) => void;
}

/** What a list is narrowed by, each value with how many audiences have it. */
export function Filters({ audiences, filter, change }: FiltersProps) {
  const toggle = (facet: Facet, value: string) => {
    const old = filter.chosen[facet];
    const next = old.includes(value) ? old.filter((each) => each !== value) : [...old, value];
    change({ chosen: { ...filter.chosen, [facet]: next } });
  };
  const counts = useMemo(() => FACETS.map((facet) => [facet, countsOf(audiences, facet)] as const), [audiences]);
  return (
    <div className={styles.filters}>
      {counts.map(([facet, values]) => (
        <FacetChoice key={facet} facet={facet} counts={values} chosen={filter.chosen[facet]} onToggle={toggle}>
          {facet === 'tags' && filter.chosen.tags.length > 1 && (
            <label className={styles.value}>
              <input
                type="checkbox"
                checked={filter.tagMatch === 'all'}
                onChange={({ target }) => change({ tagMatch: target.checked ? 'all' : 'any' })}
              />
              <em>All of them at once</em>
            </label>
          )}
        </FacetChoice>
      ))}
      <Days title="Created" from="createdFrom" to="createdTo" filter={filter} change={change} />
      <Days title="Last updated" from="changedFrom" to="changedTo" filter={filter} change={change} />
    </div>
  );
}

interface FacetChoiceProps {
  readonly facet: Facet;
  readonly counts: readonly (readonly [string, number])[];
  readonly chosen: readonly string[];
  readonly onToggle: (facet: Facet, value: string) => void;
  readonly children?: ReactNode;
}

const FEW = 6;

function FacetChoice({ facet, counts, chosen, onToggle, children }: FacetChoiceProps) {
  const [all, setAll] = useState(false);
  if (counts.length === 0) return null;
  const shown = counts.filter(([value], index) => all || index < FEW || chosen.includes(value));
  return (
    <fieldset className={styles.facet}>
      <legend>{FACET_TITLES[facet]}</legend>
      {shown.map(([value, count]) => (
        <label key={value} className={styles.value}>
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => onToggle(facet, value)} />
          <span>{facet === 'lifecycle' ? value.charAt(0).toUpperCase() + value.slice(1) : value}</span>
          <span className={styles.count}>{formatCount(count)}</span>
        </label>
      ))}
      {children}
      {counts.length > shown.length && (
        <button type="button" className={styles.more} onClick={() => setAll(true)}>
          {counts.length - shown.length} more
        </button>
      )}
    </fieldset>
  );
}

interface DaysProps extends Pick<FiltersProps, 'filter' | 'change'> {
  readonly title: string;
  readonly from: Range;
  readonly to: Range;
}

function Days({ title, from, to, filter, change }: DaysProps) {
  const field = (range: Range, word: string) => (
    <label className={styles.day}>
      {word}
      <input
        type="date"
        aria-label={`${title} ${word}`}
        value={filter.days[range] ?? ''}
        onChange={({ target }) => {
          const { [range]: _, ...rest } = filter.days;
          change({ days: target.value === '' ? rest : { ...rest, [range]: target.value } });
        }}
      />
    </label>
  );
  return (
    <fieldset className={styles.facet}>
      <legend>{title}</legend>
      {field(from, 'from')}
      {field(to, 'to')}
    </fieldset>
  );
}
