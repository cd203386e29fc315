/** The rows of a mapping set: what a field is made of, and where it goes. */
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { useId } from 'react';
import { Choice } from '../ui/fields.tsx';
import type { Row } from './draft.ts';
import { newRow } from './draft.ts';
import styles from './mapping.module.css';

const KINDS = [
  ['ATTRIBUTE', 'Field'],
  ['EXPRESSION', 'Expression'],
] as const;

export interface RowsProps {
  readonly rows: readonly Row[];
  readonly onChange: (rows: readonly Row[]) => void;
  /** To choose sources and destinations from. */
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  /** By key. */
  readonly problems: ReadonlyMap<number, string>;
}

export function MappingRows({ rows, onChange, sources, destinations, problems }: RowsProps) {
  const [sourceList, destinationList] = [useId(), useId()];
  const change = (key: number, next: Partial<Row>): void => onChange(rows.map((row) => (row.key === key ? { ...row, ...next } : row)));
  return (
    <>
      <table className={styles.rows}>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">Source</th>
            <th scope="col">Destination</th>
            <th scope="col">
              <span className="visually-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <MappingRow
              key={row.key}
              row={row}
              number={index + 1}
              lists={[sourceList, destinationList]}
              problem={problems.get(row.key)}
              onChange={(next) => change(row.key, next)}
              onRemove={() => onChange(rows.filter(({ key }) => key !== row.key))}
            />
          ))}
        </tbody>
      </table>
      <datalist id={sourceList}>
        {sources.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
      <datalist id={destinationList}>
        {destinations.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
      <ActionButton onPress={() => onChange([...rows, newRow(rows)])}>Add a field</ActionButton>
    </>
  );
}

interface RowProps {
  readonly row: Row;
  readonly number: number;
  readonly lists: readonly [sources: string, destinations: string];
  readonly problem: string | undefined;
  readonly onChange: (next: Partial<Row>) => void;
  readonly onRemove: () => void;
}

function MappingRow({ row, number, lists, problem, onChange, onRemove }: RowProps) {
  const told = useId();
  const { sourceType, source, destination } = row;
  const wrong = problem === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': told };
  return (
    <>
      <tr>
        <td>
          <Choice
            label={`Kind of field ${number}`}
            value={sourceType}
            options={KINDS}
            onChange={(kind) => onChange({ sourceType: kind })}
          />
        </td>
        <td>
          <input
            aria-label={`Source of field ${number}`}
            value={source}
            placeholder={sourceType === 'ATTRIBUTE' ? 'order.no' : 'concat(first, " ", last)'}
            spellCheck={false}
            {...(sourceType === 'ATTRIBUTE' && { list: lists[0] })}
            {...wrong}
            onChange={(event) => onChange({ source: event.target.value })}
          />
        </td>
        <td>
          <input
            aria-label={`Destination of field ${number}`}
            value={destination}
            placeholder="commerce.order.priceTotal"
            spellCheck={false}
            list={lists[1]}
            {...wrong}
            onChange={(event) => onChange({ destination: event.target.value })}
          />
        </td>
        <td>
          <ActionButton size="S" aria-label={`Remove field ${number}`} onPress={onRemove}>
            ×
          </ActionButton>
        </td>
      </tr>
      {problem !== undefined && (
        <tr>
          <td colSpan={4} id={told} className={styles.problem}>
            {problem}
          </td>
        </tr>
      )}
    </>
  );
}
