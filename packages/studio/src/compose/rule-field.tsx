import { useRef } from 'react';
import { BuildButton } from '../builder/build-button.tsx';
import { PqlEditor } from '../editor/pql-editor.tsx';
import type { PqlEditorHandle } from '../editor/pql-editor.tsx';
import styles from './canvas.module.css';
import { useCanvas } from './canvas-context.ts';

export interface RuleFieldProps {
  readonly label: string;
  readonly example: string;
  readonly value: string;
  readonly onChange: (pql: string) => void;
}

/** A condition inside of a block, as text or as a picture; what is wrong with it stands below the block. */
export function RuleField({ label, example, value, onChange }: RuleFieldProps) {
  const { vocabulary } = useCanvas();
  const editor = useRef<PqlEditorHandle>(null);
  return (
    <div className={styles.rule}>
      <PqlEditor ref={editor} value={value} onChange={onChange} vocabulary={vocabulary} problems={[]} label={label} example={example} low />
      <BuildButton title={label} pql={value} vocabulary={vocabulary} onUse={onChange} />
    </div>
  );
}
