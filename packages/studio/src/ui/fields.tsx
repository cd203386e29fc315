/** Small native controls: a canvas has hundreds of them, and every keyboard, screen reader and phone knows them. */
import { useId, useState } from 'react';
import type { ClipboardEvent, KeyboardEvent } from 'react';
import styles from './fields.module.css';
import { splitList } from './split-list.ts';

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
  readonly quiet?: boolean;
}

export function Choice<T extends string>({ label, value, options, onChange, quiet = false }: ChoiceProps<T>) {
  return (
    <select
      aria-label={label}
      className={quiet ? styles.quiet : styles.select}
      value={value}
      onChange={(event) => onChange(event.target.value as T)}
    >
      {options.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}

export interface NumberBoxProps {
  readonly label: string;
  /** Null: nothing is known. */
  readonly value: number | null;
  readonly min?: number;
  readonly whole?: boolean;
  readonly onChange: (value: number) => void;
  /** The field was emptied; when left out, the last number stays. */
  readonly onEmpty?: () => void;
}

/** What is typed is kept as typed until the field is left; each readable number counts at once. */
export function NumberBox({ label, value, min, whole = false, onChange, onEmpty }: NumberBoxProps) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input
      type="number"
      aria-label={label}
      className={styles.number}
      min={min}
      step={whole ? 1 : 'any'}
      value={typed ?? String(value ?? '')}
      onChange={({ target }) => {
        setTyped(target.value);
        if (target.value === '' && !target.validity.badInput) onEmpty?.();
        const number = target.valueAsNumber;
        if (Number.isFinite(number) && (min === undefined || number >= min)) onChange(whole ? Math.trunc(number) : number);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

export interface TextBoxProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly suggestions?: readonly string[];
  readonly invalid?: boolean;
  readonly type?: 'text' | 'date' | 'month';
  readonly onChange: (value: string) => void;
}

export function TextBox({ label, value, placeholder, suggestions = [], invalid = false, type = 'text', onChange }: TextBoxProps) {
  const list = useId();
  return (
    <>
      <input
        type={type}
        aria-label={label}
        aria-invalid={invalid || undefined}
        className={styles.text}
        value={value}
        placeholder={placeholder}
        list={suggestions.length > 0 ? list : undefined}
        onChange={({ target }) => onChange(target.value)}
      />
      <Suggestions id={list} values={suggestions} />
    </>
  );
}

const SHOWN = 200;

function Suggestions({ id, values }: { readonly id: string; readonly values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <datalist id={id}>
      {values.slice(0, SHOWN).map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}

export interface ManyValuesProps {
  readonly label: string;
  readonly values: readonly string[];
  readonly suggestions?: readonly string[];
  /** Whether a value belongs to a known list; others are marked. */
  readonly known?: ReadonlySet<string>;
  readonly placeholder?: string;
  readonly onChange: (values: readonly string[]) => void;
}

/** Chips that are drawn; a list of thousands shows its beginning. */
const CHIPS_SHOWN = 12;

/** Values as chips: Enter or a comma adds one, Backspace takes the last away, a pasted list becomes as many as it has. */
export function ManyValues({ label, values, suggestions = [], known, placeholder = 'Value', onChange }: ManyValuesProps) {
  const list = useId();
  const [typed, setTyped] = useState('');
  const [all, setAll] = useState(false);
  const given = values.filter((value) => value !== '');
  const add = (more: readonly string[]) => {
    setTyped('');
    const next = [...new Set([...given, ...more.map((value) => value.trim()).filter((value) => value !== '')])];
    if (next.length !== given.length) onChange(next);
  };
  const onPaste = (event: ClipboardEvent) => {
    const parts = splitList(event.clipboardData.getData('text'));
    if (parts.length < 2) return;
    event.preventDefault();
    add(parts);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault();
      add([typed]);
    } else if (event.key === 'Backspace' && typed === '' && given.length > 0) onChange(given.slice(0, -1));
  };
  const shown = all ? given : given.slice(0, CHIPS_SHOWN);
  return (
    <span className={styles.many}>
      {shown.map((value) => (
        <Chip
          key={value}
          value={value}
          odd={known !== undefined && !known.has(value)}
          onRemove={() => onChange(given.filter((each) => each !== value))}
        />
      ))}
      {given.length > shown.length && (
        <button type="button" className={styles.more} onClick={() => setAll(true)}>
          {given.length - shown.length} more
        </button>
      )}
      <input
        aria-label={label}
        className={styles.adding}
        value={typed}
        placeholder={given.length === 0 ? placeholder : '+'}
        list={suggestions.length > 0 ? list : undefined}
        onChange={({ target, nativeEvent }) => {
          // A suggestion that is chosen comes as one whole replacement.
          const chosen =
            (nativeEvent as InputEvent).inputType === 'insertReplacementText' || (nativeEvent as InputEvent).inputType === undefined;
          if (chosen && suggestions.includes(target.value)) add([target.value]);
          else setTyped(target.value);
        }}
        onPaste={onPaste}
        onKeyDown={onKeyDown}
        onBlur={() => typed.trim() !== '' && add([typed])}
      />
      <Suggestions id={list} values={suggestions} />
    </span>
  );
}

function Chip({ value, odd, onRemove }: { readonly value: string; readonly odd: boolean; readonly onRemove: () => void }) {
  return (
    <span className={odd ? styles.odd : styles.chip} title={odd ? 'Not among the values that the schema lists' : undefined}>
      {value}
      <button type="button" aria-label={`Remove ${value}`} onClick={onRemove}>
        ×
      </button>
    </span>
  );
}
