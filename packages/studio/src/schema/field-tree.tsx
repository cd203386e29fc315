import { useState } from 'react';
import type { FieldNode } from './fields.ts';
import styles from './field-tree.module.css';

const VALUES_SHOWN = 5;

export interface FieldTreeProps {
  readonly nodes: readonly FieldNode[];
  /** Everything unfolded, while searching. */
  readonly open: boolean;
}

export function FieldTree({ nodes, open }: FieldTreeProps) {
  if (nodes.length === 0) return <p className={styles.none}>No field fits.</p>;
  return (
    <ul className={styles.list}>
      {nodes.map((node) => (
        <li key={node.path}>{node.children.length > 0 ? <Group node={node} open={open} /> : <Row node={node} />}</li>
      ))}
    </ul>
  );
}

/** Children are drawn when first unfolded: the full schema has thousands of fields. */
function Group({ node, open }: { readonly node: FieldNode; readonly open: boolean }) {
  const [unfolded, setUnfolded] = useState(false);
  return (
    <details open={open || unfolded} onToggle={(event) => setUnfolded(event.currentTarget.open)}>
      <summary>
        <Row node={node} />
      </summary>
      <div className={styles.children}>{(open || unfolded) && <FieldTree nodes={node.children} open={open} />}</div>
    </details>
  );
}

function Row({ node }: { readonly node: FieldNode }) {
  const { name, path, type, title, description, values } = node;
  return (
    <span className={styles.row}>
      <code className={styles.name} title={path}>
        {name}
      </code>
      <span className={styles.type}>{type}</span>
      <span className={styles.description}>
        {description ?? title}
        {values.length > 0 && ` (${values.slice(0, VALUES_SHOWN).join(', ')}${values.length > VALUES_SHOWN ? '…' : ''})`}
      </span>
    </span>
  );
}
