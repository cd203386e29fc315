/** What a mapping set makes of sample records, while it is edited. */
import type { Preview } from './use-preview.ts';
import { formatCountOf } from '../ui/format.ts';
import { Empty } from '../ui/states.tsx';
import type { Sample } from './samples.ts';
import styles from './mapping.module.css';

export function MappingPreview({ samples, preview }: { readonly samples: readonly Sample[]; readonly preview: Preview }) {
  if (samples.length === 0)
    return <Empty title="No records to try it on">Paste some, or take them from a file. Nothing of them is stored.</Empty>;
  const { made, problem } = preview;
  if (problem !== null)
    return (
      <p className={styles.none}>
        {problem.row === null ? problem.message : 'Correct the field that is marked; then the documents appear.'}
      </p>
    );
  const failed = made.filter(({ errors }) => errors.length > 0).length;
  return (
    <>
      <p className={styles.sum} role="status">
        {failed === 0
          ? `${formatCountOf(made.length, 'record')} can be mapped.`
          : `${formatCountOf(failed, 'record')} of ${made.length} cannot be mapped as they are.`}
      </p>
      <ol className={styles.made}>
        {made.map(({ data, errors }, index) => (
          <li key={index}>
            {errors.length > 0 && (
              <ul className={styles.errors}>
                {errors.map(({ field, message }) => (
                  <li key={`${field} ${message}`}>
                    <code>{field}</code>: {message}
                  </li>
                ))}
              </ul>
            )}
            {/* A scroll container has to be reached by keyboard. */}
            <pre tabIndex={0} aria-label={`Document of record ${index + 1}`}>
              {JSON.stringify(data, null, 2)}
            </pre>
          </li>
        ))}
      </ol>
    </>
  );
}
