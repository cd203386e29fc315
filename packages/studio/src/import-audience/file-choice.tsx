import { useId, useRef, useState } from 'react';
import styles from './import-audience.module.css';

export interface FileChoiceProps {
  readonly label: string;
  readonly onFile: (file: File) => void;
}

/** A file by dialog or by dropping it. */
export function FileChoice({ label, onFile }: FileChoiceProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div
      className={over ? styles.over : styles.drop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const dropped = event.dataTransfer.files[0];
        if (dropped === undefined) return;
        // The field shows what was dropped, too.
        if (input.current) input.current.files = event.dataTransfer.files;
        onFile(dropped);
      }}
    >
      <label htmlFor={id}>{label}</label>
      <input
        ref={input}
        id={id}
        type="file"
        accept=".csv,.gz,text/csv"
        onChange={({ target }) => {
          const chosen = target.files?.[0];
          if (chosen) onFile(chosen);
        }}
      />
      <span className={styles.faint}>or drop it here</span>
    </div>
  );
}
