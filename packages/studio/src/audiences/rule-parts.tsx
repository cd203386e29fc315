import type { RuleWords } from '@kindred/pql';
import { asSentence } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import styles from './rule-parts.module.css';
import type { Draft } from './use-draft.ts';

/** The rule in words, as the checker understood it. */
export function RuleParts({ draft: { check, checked } }: { readonly draft: Draft }) {
  const rule = check?.rule ?? null;
  return (
    <Panel title="What the rule says">
      {rule === null ? (
        <p className={styles.none}>
          {checked === '' || check === undefined ? 'The parts of the rule appear here in words.' : 'It cannot be read yet.'}
        </p>
      ) : (
        <ul className={styles.list}>
          <Part words={rule} />
        </ul>
      )}
    </Panel>
  );
}

function Part({ words: { op, text, parts } }: { readonly words: RuleWords }) {
  const [only] = parts;
  if (op === 'not' && only?.op === 'leaf') {
    return (
      <li>
        <em className={styles.joining}>Not:</em> {only.text}
      </li>
    );
  }
  if (parts.length === 0) return <li>{asSentence(text)}</li>;
  return (
    <li>
      <em className={styles.joining}>{asSentence(text)}:</em>
      <ul className={styles.list}>
        {parts.map((part, index) => (
          <Part key={index} words={part} />
        ))}
      </ul>
    </li>
  );
}
