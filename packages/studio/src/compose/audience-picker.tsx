import type { Audience } from '@kindred/contract';
import { useId, useState } from 'react';
import { formatCount } from '../ui/format.ts';
import styles from './canvas.module.css';

export interface AudiencePickerProps {
  readonly label: string;
  readonly audiences: readonly Audience[];
  readonly onPick: (id: string) => void;
}

const SHOWN = 50;

/** Finds an audience by what is typed of its name; the one that is chosen, or the only one left at Enter, is taken. */
export function AudiencePicker({ label, audiences, onPick }: AudiencePickerProps) {
  const list = useId();
  const [typed, setTyped] = useState('');
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = audiences.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  const take = (audience: Audience | undefined) => {
    if (audience === undefined) return;
    setTyped('');
    onPick(audience.id);
  };
  return (
    <>
      <input
        aria-label={label}
        className={styles.picker}
        placeholder={audiences.length === 0 ? 'No other published audience' : label}
        value={typed}
        list={list}
        onChange={({ target }) => {
          const exact = audiences.find(({ name }) => name === target.value);
          if (exact === undefined) setTyped(target.value);
          else take(exact);
        }}
        onKeyDown={(event) => event.key === 'Enter' && found.length === 1 && take(found[0])}
      />
      <datalist id={list}>
        {found.slice(0, SHOWN).map(({ id, name, size }) => (
          <option key={id} value={name}>
            {size === null ? '' : formatCount(size)}
          </option>
        ))}
      </datalist>
    </>
  );
}
