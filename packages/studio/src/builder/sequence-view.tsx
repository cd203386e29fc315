import type { Gap, Sequence, Step } from '@kindred/pql';
import type { TestScope } from './attribute-test.tsx';
import { useBuilder } from './builder-context.ts';
import { CardFrame } from './card-frame.tsx';
import styles from './card.module.css';
import { EventConditions, TypesEditor } from './event-card.tsx';
import { Choice, NumberBox } from '../ui/fields.tsx';
import own from './sequence-view.module.css';
import { Funnel } from './funnel.tsx';
import { stepName } from './parts.ts';
import { FunnelOf } from './size-of.tsx';
import { DropSlot, ThenSlot } from './slots.tsx';
import { UNITS } from './time-kinds.ts';
import { useFocusInto } from './use-focus-into.ts';

/** Events that happen one after the other, each later than the one before. */
export function SequenceView({ node, label }: { readonly node: Sequence; readonly label: string }) {
  return (
    <CardFrame
      node={node}
      label={label}
      className={styles.event}
      main={
        <>
          <span className={styles.name}>Sequence</span>
          <span className={styles.path}>{node.steps.length} events in this order</span>
        </>
      }
    >
      <ol className={own.steps}>
        {node.steps.map((step, index) => (
          <li key={step.id}>
            <DropSlot parent={node.id} index={index} label={`Before step ${index + 1} of the sequence`} />
            {index > 0 && <Gaps step={step} earlier={node.steps.slice(0, index)} />}
            <StepCard step={step} number={index + 1} earlier={node.steps.slice(0, index)} />
          </li>
        ))}
      </ol>
      <div className={own.end}>
        <DropSlot parent={node.id} index={node.steps.length} label="At the end of the sequence" wide />
      </div>
      <ThenSlot target={node} label="After the sequence, as its last step" />
      {!node.off && <Funnel sequence={node} />}
    </CardFrame>
  );
}

function StepCard({ step, number, earlier }: { readonly step: Step; readonly number: number; readonly earlier: readonly Step[] }) {
  const { run, schema } = useBuilder();
  const change = (news: Partial<Step>, part?: string) => run({ type: 'replace', node: { ...step, ...news } }, part && `${part} ${step.id}`);
  const label = `step ${number}, ${stepName(step)}`;
  const scope: TestScope = {
    base: { of: 'event', path: [] },
    fields: schema.event.fields,
    profile: schema.profile.fields,
    steps: earlier.map((each) => ({ label: each.label, name: stepName(each) })),
  };
  return (
    <CardFrame
      node={step}
      label={label}
      className={styles.event}
      size={<FunnelOf id={step.id} />}
      main={
        <>
          <span className={styles.tag} title="Later steps can compare their fields with this name in front">
            {step.label}
          </span>
          {!step.negated && (
            <>
              <span>At least</span>
              <NumberBox label="Number of events" value={step.count} min={1} whole onChange={(count) => change({ count }, 'count')} />
              <span>{step.count === 1 ? 'event' : 'events'}</span>
            </>
          )}
          <TypesEditor types={step.types.values} onChange={(values) => change({ types: { ...step.types, values } })} />
        </>
      }
    >
      <EventConditions of={step} scope={scope} label={label} onTime={(time) => change({ time }, 'time')} />
    </CardFrame>
  );
}

const GAPS: readonly (readonly [Gap['comparison'], string])[] = [
  ['>=', 'After at least'],
  ['<=', 'Within'],
  ['>', 'After more than'],
  ['<', 'Within less than'],
];

/** How long after an earlier step; without a limit, any time later. */
function Gaps({ step, earlier }: { readonly step: Step; readonly earlier: readonly Step[] }) {
  const { run } = useBuilder();
  const { ref, focusInto } = useFocusInto<HTMLDivElement>();
  const previous = earlier.findLast(({ negated }) => !negated) ?? earlier.at(-1);
  const set = (gaps: readonly Gap[], part?: string) => run({ type: 'replace', node: { ...step, gaps } }, part && `${part} ${step.id}`);
  const add = (comparison: '>=' | '<=') => {
    if (previous === undefined) return;
    focusInto('input');
    set([...step.gaps, { comparison, amount: 1, unit: 'day', after: previous.label }]);
  };
  const remove = (index: number) => {
    focusInto('button');
    set(step.gaps.toSpliced(index, 1));
  };
  return (
    <div ref={ref} className={own.gaps}>
      <strong className={own.then}>Then</strong>
      {step.gaps.map((gap, index) => (
        <GapEditor
          key={index}
          gap={gap}
          earlier={earlier}
          onChange={(news, part) => set(step.gaps.with(index, { ...gap, ...news }), part)}
          onRemove={() => remove(index)}
        />
      ))}
      {!step.gaps.some(({ comparison }) => comparison.startsWith('>')) && (
        <button type="button" className={styles.link} onClick={() => add('>=')}>
          After…
        </button>
      )}
      {!step.gaps.some(({ comparison }) => comparison.startsWith('<')) && (
        <button type="button" className={styles.link} onClick={() => add('<=')}>
          Within…
        </button>
      )}
    </div>
  );
}

interface GapEditorProps {
  readonly gap: Gap;
  readonly earlier: readonly Step[];
  readonly onChange: (news: Partial<Gap>, part?: string) => void;
  readonly onRemove: () => void;
}

function GapEditor({ gap, earlier, onChange, onRemove }: GapEditorProps) {
  return (
    <span className={own.gap}>
      <Choice label="Kind of gap" value={gap.comparison} options={GAPS} onChange={(comparison) => onChange({ comparison })} />
      <NumberBox label="Length of the gap" value={gap.amount} min={0} whole onChange={(amount) => onChange({ amount }, 'gap')} />
      <Choice
        label="Unit of the gap"
        value={gap.unit}
        options={UNITS.map((unit) => [unit, `${unit}s`] as const)}
        onChange={(unit) => onChange({ unit })}
      />
      <Choice
        quiet
        label="After which step"
        value={gap.after}
        options={earlier.map(({ label }) => [label, `after ${label}`] as const)}
        onChange={(after) => onChange({ after })}
      />
      <button type="button" className={styles.close} aria-label="Remove the gap" onClick={onRemove}>
        ×
      </button>
    </span>
  );
}
