import { useState } from 'react';
import styles from './name-form.module.css';

export interface NameFormProps {
  readonly label: string;
  readonly before?: string;
  readonly onName: (name: string) => void;
  readonly onGiveUp: () => void;
}

/** One name asked in place: Enter takes it, Escape gives up. */
export function NameForm({ label, before = '', onName, onGiveUp }: NameFormProps) {
  const [name, setName] = useState(before);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') onName(name.trim());
      }}
    >
      <input
        aria-label={label}
        className={styles.name}
        placeholder="Name, then Enter"
        value={name}
        autoFocus
        onChange={({ target }) => setName(target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onGiveUp()}
      />
    </form>
  );
}
