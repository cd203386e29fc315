/** The schemas of users, in the registry. */
import { Link } from 'react-router';
import { useResource } from '../api/use-resource.ts';
import { Panel } from '../ui/panel.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';
import { classTitle } from './class-title.ts';
import styles from './schema-page.module.css';
import { loadSchemas } from './use-schemas.ts';

export function SchemasPanel() {
  const schemas = useResource('schemas', loadSchemas);
  const all = [...(schemas.data?.values() ?? [])];
  return (
    <Panel title="Schemas" flush>
      {schemas.error && <Failure error={schemas.error} retry={schemas.reload} title="The schemas could not be loaded" />}
      {!schemas.data && schemas.loading && <Skeleton lines={3} height={32} label="Loading schemas" />}
      {schemas.data?.size === 0 && (
        <Empty title="No schema of your own">
          Every standard field is there without one. A schema adds fields of your own and checks the records of a dataset.
        </Empty>
      )}
      {all.length > 0 && (
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Class</th>
            </tr>
          </thead>
          <tbody>
            {all.map(({ altId, title, class: xdmClass, profile }) => (
              <tr key={altId}>
                <th scope="row">
                  <Link to={`/schema/${encodeURIComponent(altId)}`}>{title}</Link>
                  {!profile && ' (not for Profile)'}
                </th>
                <td>{classTitle(xdmClass)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className={styles.more}>
        <Link to="/schema/blocks">Classes, field groups and data types</Link>
      </p>
    </Panel>
  );
}
