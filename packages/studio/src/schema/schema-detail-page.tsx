/** One schema of the registry: its fields with what is in them, its identities and relations, and the datasets that have it. */
import { routes } from '@kindred/contract';
import { Link, useParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { datasetsOf } from '../datasets/catalog.ts';
import { Columns } from '../ui/columns.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { blockPath, KIND_TITLES, loadBlocks } from './blocks.ts';
import { classTitle } from './class-title.ts';
import { Descriptors } from './descriptors.tsx';
import { FieldTree } from './field-tree.tsx';
import { jsonTree } from './json-fields.ts';
import { useSchemas } from './use-schemas.ts';

const PARENT = { title: 'Schema', href: '/schema' };
/** With every reference in its place. */
const FULL = 'application/vnd.adobe.xed-full+json; version=1';

export function SchemaDetailPage() {
  const { id = '' } = useParams();
  const params = { container: 'tenant', kind: 'schemas', id } as const;
  const schema = useResource(`schema ${id}`, (signal) => call(routes.getSchemaResource, { params, accept: FULL, signal }));
  if (schema.data !== undefined) return <Schema schema={schema.data} />;
  return (
    <Page title="Schema" parent={PARENT}>
      {schema.error ? (
        <Failure error={schema.error} retry={schema.reload} title="The schema could not be loaded" />
      ) : (
        <Skeleton lines={10} height={28} />
      )}
    </Page>
  );
}

function Schema({ schema }: { readonly schema: Readonly<Record<string, unknown>> }) {
  const [id, xdmClass, tags] = [String(schema['$id']), String(schema['meta:class']), schema['meta:immutableTags']];
  const isForProfile = Array.isArray(tags) && tags.includes('union');
  const of = xdmClass.endsWith('/profile') ? 'profile' : xdmClass.endsWith('/experienceevent') ? 'event' : null;
  return (
    <Page
      wide
      title={String(schema['title'])}
      parent={PARENT}
      subtitle={`${classTitle(xdmClass)}, version ${String(schema['version'])}, ${isForProfile ? 'enabled for Profile' : 'not enabled for Profile'}`}
    >
      <Columns
        rail={
          <>
            <Parts schema={id} />
            <Descriptors schema={id} />
            <Datasets schema={id} />
          </>
        }
      >
        <Panel title="Fields">
          <FieldTree nodes={jsonTree(schema['properties'])} open={false} of={isForProfile ? of : null} />
        </Panel>
      </Columns>
    </Page>
  );
}

/** The class and the field groups that it is made of. */
function Parts({ schema }: { readonly schema: string }) {
  const blocks = useResource('blocks', loadBlocks);
  const parts = useSchemas().get(schema)?.parts ?? [];
  return (
    <Panel title="Made of">
      {blocks.error && <Failure error={blocks.error} retry={blocks.reload} />}
      <ul>
        {blocks.data
          ?.filter(({ id }) => parts.includes(id))
          .map((block) => (
            <li key={block.id}>
              <Link to={blockPath(block)}>{block.title}</Link>, {KIND_TITLES[block.kind].toLowerCase()}
            </li>
          ))}
      </ul>
    </Panel>
  );
}

function Datasets({ schema }: { readonly schema: string }) {
  const query = { 'schemaRef.id': schema, limit: 100 };
  const found = useResource(`datasets of ${schema}`, async (signal) => datasetsOf(await call(routes.listDatasets, { query, signal })));
  return (
    <Panel title="Datasets">
      {found.error && <Failure error={found.error} retry={found.reload} />}
      {found.data?.length === 0 && <p>No dataset has this schema.</p>}
      <ul>
        {found.data?.map(({ id, name }) => (
          <li key={id}>
            <Link to={`/datasets/${encodeURIComponent(id)}`}>{name}</Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
