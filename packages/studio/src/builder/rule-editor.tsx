import { ConditionEditor } from '../editor/condition-editor.tsx';
import type { ConditionEditorProps } from '../editor/condition-editor.tsx';
import { BuildButton } from './build-button.tsx';

/** A rule about people, as text or as a picture. */
export function RuleEditor(props: Omit<ConditionEditorProps, 'scope'>) {
  const { value, vocabulary, onChange } = props;
  return (
    <div>
      <ConditionEditor {...props} scope="profile" />
      <BuildButton title="Build the rule" pql={value} vocabulary={vocabulary} onUse={onChange} />
    </div>
  );
}
