import { useState } from 'react';
import { FieldSummary } from '../builder/field-summary.tsx';
import type { FieldNode } from './fields.ts';
import styles from './field-tree.module.css';

const VALUES_SHOWN = 5;

export interface FieldTreeProps {
  readonly nodes: readonly FieldNode[];
  /** Everything unfolded, while searching. */
  readonly open: boolean;
  /** Where the fields lie in the data, whose values can be looked at; null: nowhere. */
  readonly of: 'profile' | 'event' | null;
}

export function FieldTree({ nodes, open, of }: FieldTreeProps) {
  if (nodes.length === 0) return <p className={styles.none}>No field fits.</p>;
  return (
    <ul className={styles.list}>
      {nodes.map((node) => (
        <li key={node.path}>{node.children.length > 0 ? <Group node={node} open={open} of={of} /> : <Leaf node={node} of={of} />}</li>
      ))}
    </ul>
  );
}

/** Children are drawn when first unfolded: the full schema has thousands of fields. */
function Group({ node, open, of }: Omit<FieldTreeProps, 'nodes'> & { readonly node: FieldNode }) {
  const [unfolded, setUnfolded] = useState(false);
  return (
    <details open={open || unfolded} onToggle={(event) => setUnfolded(event.currentTarget.open)}>
      <summary>
        <Row node={node} />
      </summary>
      <div className={styles.children}>{(open || unfolded) && <FieldTree nodes={node.children} open={open} of={of} />}</div>
    </details>
  );
}

/** A field with what is in it, when somebody asks. */
function Leaf({ node, of }: { readonly node: FieldNode; readonly of: FieldTreeProps['of'] }) {
  const [asked, setAsked] = useState(false);
  if (of === null) return <Row node={node} />;
  return (
    <>
      <span className={styles.leaf}>
        <Row node={node} />
        <button
          type="button"
          className={styles.ask}
          aria-expanded={asked}
          aria-label={`What is in ${node.path}`}
          onClick={() => setAsked(!asked)}
        >
          i
        </button>
      </span>
      {asked && (
        <div className={styles.summary}>
          <FieldSummary place={{ of, path: node.path.split('.') }} description="" />
        </div>
      )}
    </>
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
