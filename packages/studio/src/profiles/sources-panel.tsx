/** The records that a profile is merged from: what each dataset says. */
import type { ProfileRecord } from '@kindred/contract';
import { Link } from 'react-router';
import { Ago } from '../ui/ago.tsx';
import { formatCountOf } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { AttributeTree } from './attribute-tree.tsx';
import { identityText } from './describe.ts';
import table from '../ui/table.module.css';
import styles from './profile-page.module.css';

export function SourcesPanel({ records, more }: { readonly records: readonly ProfileRecord[]; readonly more: boolean }) {
  return (
    <Panel title="By source" aside={`${formatCountOf(records.length, 'record')}${more ? ' and more' : ''}`}>
      {records.length === 0 && <p className={table.none}>No dataset says anything about this person but the events.</p>}
      <ul className={styles.records}>
        {records.map((record) => (
          <li key={`${record.dataset} ${identityText(record.identity)} ${record.time} ${JSON.stringify(record.fields)}`}>
            <details>
              <summary>
                <span className={styles.dataset}>{record.dataset}</span>
                <span className={styles.when}>
                  of {identityText(record.identity)}, <Ago at={record.time} />
                </span>
              </summary>
              <AttributeTree document={record.fields} origins={null} />
              <p className={styles.when}>
                <Link to={`/datasets/${encodeURIComponent(record.dataset)}`}>Dataset</Link>
                {record.received !== null && (
                  <>
                    , received <Ago at={record.received} />
                  </>
                )}
              </p>
            </details>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
