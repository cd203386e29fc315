import { childrenOfNode, loadText } from '@kindred/pql';
import type { AudienceRule, CodeRule } from '@kindred/pql';
import { useState } from 'react';
import { formatCountOf } from '../ui/format.ts';
import { useBuilder } from './builder-context.ts';
import { CardFrame } from './card-frame.tsx';
import styles from './card.module.css';

/** Membership of another audience; its rules can take its place. */
export function AudienceCard({ node, label }: { readonly node: AudienceRule; readonly label: string }) {
  const { audiences, run } = useBuilder();
  const found = node.namespace === 'ups' ? audiences.find(({ id }) => id === node.audience) : undefined;
  const convert = () => {
    const rules = found && loadText(found.pql)?.root;
    if (rules) run({ type: 'exchange', id: node.id, nodes: [{ ...rules, exclude: node.exclude, note: node.note, off: node.off }] });
  };
  return (
    <CardFrame
      node={node}
      label={found === undefined ? label : `audience ${found.name}`}
      main={
        <>
          <span className={styles.tag}>Audience</span>
          <span className={styles.name}>{found?.name ?? `${node.namespace}: ${node.audience}`}</span>
          {found !== undefined && found.size !== null && (
            <span className={styles.path}>{formatCountOf(found.size, 'member')} at its last evaluation</span>
          )}
          {found !== undefined && found.pql !== '' && (
            <button type="button" className={styles.link} onClick={convert}>
              Convert to rules
            </button>
          )}
        </>
      }
    />
  );
}

/** PQL without a picture. What one writes instead becomes cards as far as it can. */
export function CodeCard({ node, label }: { readonly node: CodeRule; readonly label: string }) {
  const { run } = useBuilder();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? node.pql;
  const loaded = loadText(text)?.root;
  const broken = loaded === undefined || loaded.children.length === 0;
  const commit = () => {
    if (typed === null || broken || typed === node.pql) return;
    const [only] = childrenOfNode(loaded);
    if (only?.kind === 'code' && loaded.children.length === 1) run({ type: 'replace', node: { ...node, pql: only.pql } });
    else run({ type: 'exchange', id: node.id, nodes: [{ ...loaded, exclude: node.exclude, note: node.note, off: node.off }] });
    setTyped(null);
  };
  return (
    <CardFrame
      node={node}
      label={label}
      className={styles.code}
      main={
        <>
          <span className={styles.tag}>Code</span>
          <span className={styles.path}>This part has no picture; it counts as it is written.</span>
        </>
      }
    >
      <div className={styles.body}>
        <textarea
          aria-label="PQL of this part"
          aria-invalid={broken || undefined}
          className={styles.codeText}
          spellCheck={false}
          value={text}
          onChange={({ target }) => setTyped(target.value)}
          onBlur={commit}
        />
        {broken && <p className={styles.problem}>This does not read as PQL yet; the rule keeps what was there.</p>}
      </div>
    </CardFrame>
  );
}
