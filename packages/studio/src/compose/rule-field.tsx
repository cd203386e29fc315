import { useRef } from 'react';
import { PqlEditor } from '../editor/pql-editor.tsx';
import type { PqlEditorHandle } from '../editor/pql-editor.tsx';
import { useCanvas } from './canvas-context.ts';

export interface RuleFieldProps {
  readonly label: string;
  readonly example: string;
  readonly value: string;
  readonly onChange: (pql: string) => void;
}

/** A condition in PQL inside of a block, with the completion of the editor; what is wrong with it stands below the block. */
export function RuleField({ label, example, value, onChange }: RuleFieldProps) {
  const { vocabulary } = useCanvas();
  const editor = useRef<PqlEditorHandle>(null);
  return (
    <PqlEditor ref={editor} value={value} onChange={onChange} vocabulary={vocabulary} problems={[]} label={label} example={example} low />
  );
}
