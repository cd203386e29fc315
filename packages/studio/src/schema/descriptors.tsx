/** What is said of the fields of a schema: which are identities, which refer to records of other schemas. */
import { routes } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure } from '../ui/states.tsx';
import styles from './schema-page.module.css';
import { useSchemas } from './use-schemas.ts';

type Descriptor = Readonly<Record<string, unknown>>;

/** Whole, by type. */
const WHOLE = 'application/vnd.adobe.xdm+json';

export function Descriptors({ schema }: { readonly schema: string }) {
  const found = useResource('descriptors', async (signal) => {
    const byType = await call(routes.listDescriptors, { accept: WHOLE, signal });
    return Object.values(byType).flat() as readonly Descriptor[];
  });
  const schemas = useSchemas();
  const own = (found.data ?? []).filter((descriptor) => descriptor['xdm:sourceSchema'] === schema);
  return (
    <Panel title="Identities and relations">
      {found.error && <Failure error={found.error} retry={found.reload} />}
      {found.data !== undefined && own.length === 0 && <p>No field is an identity; records need an identityMap.</p>}
      <ul className={styles.descriptors}>
        {own.map((descriptor) => (
          <li key={String(descriptor['@id'])}>
            <code>{String(descriptor['xdm:sourceProperty'])}</code> {meaningOf(descriptor, (id) => schemas.get(id)?.title ?? id)}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function meaningOf(descriptor: Descriptor, titleOf: (schema: string) => string): string {
  switch (descriptor['@type']) {
    case 'xdm:descriptorIdentity':
      return `is ${descriptor['xdm:isPrimary'] === true ? 'the primary identity' : 'an identity'} in the namespace ${String(descriptor['xdm:namespace'])}`;
    case 'xdm:descriptorOneToOne':
    case 'xdm:descriptorRelationship':
      return `refers to a record of ${titleOf(String(descriptor['xdm:destinationSchema']))}`;
    case 'xdm:descriptorReferenceIdentity':
      return `holds ids of the namespace ${String(descriptor['xdm:identityNamespace'])}`;
    default:
      return `has a descriptor ${String(descriptor['@type'])}`;
  }
}
