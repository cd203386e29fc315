/** Every class, field group and data type that a schema can be made of. */
import { SearchField } from '@react-spectrum/s2/SearchField';
import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';
import { useResource } from '../api/use-resource.ts';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';
import type { Block } from './blocks.ts';
import { blockPath, KIND_TITLES, loadBlocks } from './blocks.ts';
import { classTitle } from './class-title.ts';
import styles from './schema-page.module.css';

const PARENT = { title: 'Schema', href: '/schema' };

export function BlockListPage() {
  const blocks = useResource('blocks', loadBlocks);
  const [search, setSearch] = useState('');
  const words = useDeferredValue(search).toLowerCase().split(/\s+/).filter(Boolean);
  const found = (blocks.data ?? []).filter((block) => {
    const text = `${block.title} ${KIND_TITLES[block.kind]} ${block.id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <Page
      wide
      title="Building blocks"
      parent={PARENT}
      subtitle="A schema is one class and field groups; data types are fields that many have in common."
    >
      <div className={styles.tools}>
        <SearchField
          aria-label="Search building blocks"
          placeholder="Search building blocks"
          value={search}
          onChange={setSearch}
          UNSAFE_style={{ width: 'min(100%, 420px)' }}
        />
      </div>
      <Panel title="Classes, field groups and data types" flush>
        {blocks.error && <Failure error={blocks.error} retry={blocks.reload} title="The building blocks could not be loaded" />}
        {!blocks.data && blocks.loading && <Skeleton lines={12} height={32} label="Loading building blocks" />}
        {blocks.data !== undefined && (found.length === 0 ? <p className={table.none}>None fits.</p> : <Blocks blocks={found} />)}
      </Panel>
    </Page>
  );
}

function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Kind</th>
          <th scope="col">For</th>
          <th scope="col">Made by</th>
        </tr>
      </thead>
      <tbody>
        {blocks.map((block) => (
          <tr key={`${block.kind} ${block.id}`}>
            <th scope="row">
              <Link to={blockPath(block)}>{block.title}</Link>
            </th>
            <td>{KIND_TITLES[block.kind]}</td>
            <td>{block.classes.map(classTitle).join(', ')}</td>
            <td>{block.container === 'global' ? 'the standard' : 'you'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
