import { Choice } from '../ui/fields.tsx';
import table from '../ui/table.module.css';
import type { Draft, FieldType } from './draft.ts';
import { FIELD_TYPES } from './draft.ts';
import styles from './import-audience.module.css';

const OPTIONS = FIELD_TYPES.map((type) => [type, type === 'string' ? 'text' : type] as const);

export interface PreviewProps {
  readonly draft: Draft;
  readonly onType: (column: string, type: FieldType) => void;
}

/** The columns with their types, and what the first people have in them. */
export function Preview({ draft: { beginning, column: identity, namespace, types }, onType }: PreviewProps) {
  const { columns, rows } = beginning;
  const broken = rows.filter((row) => row.length !== columns.length).length;
  const nameless = rows.filter((row) => (row[columns.indexOf(identity)] ?? '') === '').length;
  return (
    <>
      <div className={table.scroll} tabIndex={0} role="region" aria-label="First rows">
        <table className={table.table}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  <span className={styles.column}>
                    {column}
                    {column === identity ? (
                      <span className={styles.identity}>{namespace}</span>
                    ) : (
                      <Choice
                        label={`Type of ${column}`}
                        value={types[column] ?? 'string'}
                        options={OPTIONS}
                        onChange={(type) => onType(column, type)}
                      />
                    )}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {columns.map((column, place) => (
                  <td key={column}>{row[place] ?? ''}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(broken > 0 || nameless > 0) && (
        <p className={styles.warning} role="status">
          {broken > 0 && `${broken} of these rows have another number of columns than the first line. `}
          {nameless > 0 && `${nameless} of these rows name nobody.`}
        </p>
      )}
    </>
  );
}
