import type { PredictionModel } from '@kindred/contract';
import table from '../../ui/table.module.css';
import { formatMeasure, measured, MEASURES, RESULT_MEASURES } from '../metrics.ts';
import styles from './insights.module.css';

/** The measures of a model with their intervals, and what they mean. */
export function Measures({ model: { metrics } }: { readonly model: PredictionModel }) {
  return (
    <dl className={styles.tiles}>
      {MEASURES.map(({ id, title, meaning }) => {
        const { value, range } = measured(metrics[id]);
        return (
          <div key={id}>
            <dt>{title}</dt>
            <dd data-measure={id}>
              {value}
              {range !== null && <small>{range}</small>}
              <small>{meaning}</small>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** The model beside simpler ways, on the newest cut-off of the back-test. */
export function Baselines({ model: { backTest } }: { readonly model: PredictionModel }) {
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label="The model against simpler ways">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Way</th>
            {RESULT_MEASURES.map(({ id, title }) => (
              <th key={id} scope="col" className={table.number}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(backTest[0]?.results ?? []).map((result) => (
            <tr key={result.name}>
              <th scope="row">
                {result.name}
                {result.parameters !== undefined && <small className={styles.fitted}>{parametersText(result.parameters)}</small>}
              </th>
              {RESULT_MEASURES.map(({ id }) => {
                const value = result[id];
                return (
                  <td key={id} className={table.number}>
                    {value === null ? '–' : formatMeasure(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Those of BG/NBD as they are usually told. */
const PARAMETERS = ['r', 'alpha', 'a', 'b'];

function parametersText(parameters: Readonly<Record<string, number>>): string {
  return PARAMETERS.flatMap((name) => {
    const value = parameters[name];
    return value === undefined ? [] : [`${name} ${formatMeasure(value)}`];
  }).join(', ');
}
