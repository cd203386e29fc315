import type { SchemaBody } from '@kindred/contract';
import { useMemo } from 'react';
import { Panel } from '../ui/panel.tsx';
import styles from './example-list.module.css';
import { examplesFor } from './examples.ts';
import type { Example } from './examples.ts';

export function ExampleList({ schema, onInsert }: { readonly schema: SchemaBody; readonly onInsert: (example: Example) => void }) {
  const examples = useMemo(() => examplesFor(schema), [schema]);
  if (examples.length === 0) return null;
  return (
    <Panel title="Start from an example" aside="Takes the place of the rule; Ctrl Z brings it back" flush>
      <ul className={styles.list}>
        {examples.map((example) => (
          <li key={example.title}>
            <button type="button" className={styles.example} onClick={() => onInsert(example)}>
              <span className={styles.title}>{example.title}</span>
              <span className={styles.description}>{example.description}</span>
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
