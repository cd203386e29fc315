/** One class, field group or data type: its fields, and the schemas that are made of it. */
import { routes } from '@kindred/contract';
import { Link, useParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { NotFound } from '../shell/not-found.tsx';
import { Columns } from '../ui/columns.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import type { Block, BlockKind, Container } from './blocks.ts';
import { BLOCK_KINDS, blockOf, CONTAINERS, KIND_TITLES } from './blocks.ts';
import { FieldTree } from './field-tree.tsx';
import { jsonTree } from './json-fields.ts';
import { useSchemas } from './use-schemas.ts';

const PARENT = { title: 'Building blocks', href: '/schema/blocks' };
/** With every reference in its place. */
const FULL = 'application/vnd.adobe.xed-full+json; version=1';

export function BlockPage() {
  const { id = '', ...given } = useParams();
  const kind = BLOCK_KINDS.find((each) => each === given['kind']);
  const container = CONTAINERS.find((each) => each === given['container']);
  return kind === undefined || container === undefined ? <NotFound /> : <Loaded id={id} kind={kind} container={container} />;
}

function Loaded({ id, kind, container }: { readonly id: string; readonly kind: BlockKind; readonly container: Container }) {
  const params = { container, kind, id };
  const found = useResource(`block ${kind} ${id}`, (signal) => call(routes.getSchemaResource, { params, accept: FULL, signal }));
  if (found.data !== undefined) return <Found block={blockOf(found.data, kind, container)} properties={found.data['properties']} />;
  return (
    <Page title={KIND_TITLES[kind]} parent={PARENT}>
      {found.error ? (
        <Failure error={found.error} retry={found.reload} title="It could not be loaded" />
      ) : (
        <Skeleton lines={10} height={28} />
      )}
    </Page>
  );
}

function Found({ block, properties }: { readonly block: Block; readonly properties: unknown }) {
  const whose = block.container === 'global' ? 'of the standard' : 'of your own';
  return (
    <Page
      wide
      title={block.title}
      parent={PARENT}
      subtitle={`${KIND_TITLES[block.kind]} ${whose}${block.description === '' ? '' : `: ${block.description}`}`}
    >
      <Columns rail={block.kind !== 'datatypes' && <Users id={block.id} />}>
        <Panel title="Fields">
          <FieldTree nodes={jsonTree(properties)} open={false} of={dataOf(block)} />
        </Panel>
      </Columns>
    </Page>
  );
}

/** Every person and event can have the fields of a standard group; those of others only once a schema for Profile has them. */
function dataOf({ kind, container, classes: [xdmClass = ''] }: Block): 'profile' | 'event' | null {
  if (kind !== 'fieldgroups' || container !== 'global') return null;
  return xdmClass.endsWith('/profile') ? 'profile' : 'event';
}

function Users({ id }: { readonly id: string }) {
  const users = [...useSchemas().values()].filter(({ parts }) => parts.includes(id));
  return (
    <Panel title="Schemas made of it">
      {users.length === 0 && <p>None.</p>}
      <ul>
        {users.map(({ altId, title }) => (
          <li key={altId}>
            <Link to={`/schema/${encodeURIComponent(altId)}`}>{title}</Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
