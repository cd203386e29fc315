import { useMemo, useRef } from 'react';
import { ProblemList } from '../audiences/problem-list.tsx';
import type { Vocabulary } from './completion.ts';
import { PqlEditor } from './pql-editor.tsx';
import type { PqlEditorHandle } from './pql-editor.tsx';
import { useConditionCheck } from './use-condition-check.ts';
import type { Scope } from './use-condition-check.ts';

export interface ConditionEditorProps {
  readonly label: string;
  /** Whether it is about one event, as within `xEvent[…]`, or about people. */
  readonly scope: Scope;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly vocabulary: Vocabulary | undefined;
}

const EXAMPLES = {
  event: 'For example: eventType = "commerce.purchases" and commerce.order.priceTotal > 100',
  profile: 'For example: loyalty.tier = "gold" and xEvent[timestamp occurs <= 90 days before now].count() >= 3',
};

/** The PQL editor, as high as its text, with its mistakes below. */
export function ConditionEditor({ label, scope, value, onChange, vocabulary }: ConditionEditorProps) {
  const editor = useRef<PqlEditorHandle>(null);
  const problems = useConditionCheck(value, scope);
  const inScope = useMemo(
    () =>
      vocabulary && scope === 'event' ? { ...vocabulary, schema: { ...vocabulary.schema, profile: vocabulary.schema.event } } : vocabulary,
    [vocabulary, scope],
  );
  return (
    <div>
      <PqlEditor
        ref={editor}
        low
        label={label}
        example={EXAMPLES[scope]}
        value={value}
        onChange={onChange}
        vocabulary={inScope}
        problems={problems}
      />
      <ProblemList
        problems={problems}
        missing={false}
        onGo={(span) => editor.current?.select(span)}
        onFix={(fix) => editor.current?.apply(fix)}
      />
    </div>
  );
}
