/** Records to try the mapping on: pasted, or the first of a file. They stay in the browser but for the preview. */
import { useId, useState } from 'react';
import type { Sample } from './samples.ts';
import { parseSamples } from './samples.ts';
import styles from './mapping.module.css';

/** Of a file, in bytes: enough for the first records. */
const READ = 256 * 1024;

export function SampleInput({ onChange }: { readonly onChange: (samples: readonly Sample[]) => void }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [label, file, told] = [useId(), useId(), useId()];
  const take = (given: string): void => {
    setText(given);
    try {
      onChange(parseSamples(given));
      setProblem(null);
    } catch (error) {
      onChange([]);
      setProblem((error as Error).message);
    }
  };
  const read = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    const begun = await chosen.slice(0, READ).text();
    // A line that was cut off is none.
    take(chosen.size > READ ? begun.slice(0, begun.lastIndexOf('\n')) : begun);
  };
  return (
    <div className={styles.samples}>
      <label htmlFor={label}>JSON: a record, an array of them, or one a line</label>
      <textarea
        id={label}
        rows={8}
        spellCheck={false}
        value={text}
        placeholder='{"order": {"no": "O-1", "total": 12.5}, "customer": "C-1"}'
        {...(problem !== null && { 'aria-invalid': true, 'aria-describedby': told })}
        onChange={(event) => take(event.target.value)}
      />
      {problem !== null && (
        <p id={told} role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <label htmlFor={file}>Or take the first records of a file (JSON, JSON Lines)</label>
      <input id={file} type="file" accept=".json,.jsonl,.ndjson" onChange={(event) => void read(event.target.files?.[0])} />
    </div>
  );
}
