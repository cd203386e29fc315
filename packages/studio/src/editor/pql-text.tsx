import { useMemo } from 'react';
import { classify } from './classify.ts';
import styles from './pql-text.module.css';

/** A rule to read, coloured as in the editor. */
export function PqlText({ pql }: { readonly pql: string }) {
  const parts = useMemo(() => partsOf(pql), [pql]);
  return (
    <pre className={styles.text} tabIndex={0} aria-label="Rule in PQL" role="region">
      <code>
        {parts.map(({ key, text, shade }) => (
          <span key={key} className={shade && styles[shade]}>
            {text}
          </span>
        ))}
      </code>
    </pre>
  );
}

function partsOf(pql: string) {
  const parts: { readonly key: number; readonly text: string; readonly shade?: string }[] = [];
  let at = 0;
  for (const { from, to, shade } of classify(pql)) {
    if (from > at) parts.push({ key: at, text: pql.slice(at, from) });
    parts.push({ key: from, text: pql.slice(from, to), shade });
    at = to;
  }
  if (at < pql.length) parts.push({ key: at, text: pql.slice(at) });
  return parts;
}
