import type { Aggregate, EventCard, FieldPath, Measure, Step, TimeRule } from '@kindred/pql';
import type { TestScope } from './attribute-test.tsx';
import { useBuilder } from './builder-context.ts';
import { CardFrame } from './card-frame.tsx';
import styles from './card.module.css';
import { Rules } from './rules.tsx';
import { leafPaths, memberType, parsePath, pathText, typeOf } from './field-type.ts';
import { Choice, ManyValues, NumberBox, TextBox } from '../ui/fields.tsx';
import { ThenSlot } from './slots.tsx';
import { inLast } from './time-kinds.ts';
import { TimeEditor } from './time-editor.tsx';
import { useFocusInto } from './use-focus-into.ts';
import { useMemo, useState } from 'react';

export function EventCardView({ node, label }: { readonly node: EventCard; readonly label: string }) {
  const { run, schema } = useBuilder();
  const change = (news: Partial<EventCard>, part?: string) =>
    run({ type: 'replace', node: { ...node, ...news } }, part && `${part} ${node.id}`);
  const scope = useMemo<TestScope>(
    () => ({ base: { of: 'event', path: [] }, fields: schema.event.fields, profile: schema.profile.fields, steps: [] }),
    [schema],
  );
  return (
    <>
      <CardFrame
        node={node}
        label={label}
        className={styles.event}
        main={
          <>
            <MeasureEditor measure={node.measure} onChange={(measure) => change({ measure }, 'measure')} />
            <TypesEditor types={node.types.values} onChange={(values) => change({ types: { ...node.types, values } })} />
          </>
        }
      >
        <EventConditions of={node} scope={scope} label={label} onTime={(time) => change({ time }, 'time')} />
      </CardFrame>
      <ThenSlot target={node} label={`After ${label}, as its next step`} />
    </>
  );
}

/** When the events of a card were, and what has to be true of each. */
export function EventConditions({
  of,
  scope,
  label,
  onTime,
}: {
  readonly of: EventCard | Step;
  readonly scope: TestScope;
  readonly label: string;
  readonly onTime: (time: TimeRule | null) => void;
}) {
  return (
    <div className={styles.body}>
      <CardTime time={of.time} onChange={onTime} />
      <Rules
        of={of.where}
        scope={scope}
        name={`the conditions of ${label}`}
        empty="Drag event fields in here for conditions on the event."
      />
    </div>
  );
}

export function TypesEditor({
  types,
  onChange,
}: {
  readonly types: readonly string[];
  readonly onChange: (types: readonly string[]) => void;
}) {
  const { schema } = useBuilder();
  const occurring = schema.eventTypes.map(({ eventType }) => eventType).filter((eventType) => eventType !== '');
  return (
    <span className={styles.types}>
      <span>{types.length === 0 ? 'of any type' : 'of type'}</span>
      <ManyValues
        label="Event types"
        placeholder="Any"
        values={types}
        suggestions={occurring}
        known={new Set(occurring)}
        onChange={onChange}
      />
    </span>
  );
}

function CardTime({ time, onChange }: { readonly time: TimeRule | null; readonly onChange: (time: TimeRule | null) => void }) {
  const { ref, focusInto } = useFocusInto<HTMLDivElement>();
  const set = (next: TimeRule | null, selector: string) => {
    focusInto(selector);
    onChange(next);
  };
  return (
    <div ref={ref} className={styles.row}>
      {time === null ? (
        <button type="button" className={styles.link} onClick={() => set(inLast(30, 'day'), 'select[aria-label="Time rule"]')}>
          Apply time rule
        </button>
      ) : (
        <>
          <span className={styles.rowLabel}>When</span>
          <TimeEditor label="Time rule" time={time} onChange={onChange} />
          <button type="button" className={styles.close} aria-label="Remove the time rule" onClick={() => set(null, 'button')}>
            ×
          </button>
        </>
      )}
    </div>
  );
}

type MeasureKey = 'atLeast' | 'atMost' | 'exactly' | 'between' | 'all' | Aggregate;

const MEASURES: readonly (readonly [MeasureKey, string])[] = [
  ['atLeast', 'At least'],
  ['atMost', 'At most'],
  ['exactly', 'Exactly'],
  ['between', 'Between'],
  ['all', 'All events'],
  ['sum', 'Sum of'],
  ['average', 'Average of'],
  ['min', 'Minimum of'],
  ['max', 'Maximum of'],
  ['distinct', 'Different values of'],
];

const keyOf = (measure: Measure): MeasureKey =>
  measure.kind === 'count' ? measure.how : measure.kind === 'aggregate' ? measure.fn : measure.kind;

/** Another measure with the numbers of the one before, where they fit. */
function measureOf(key: MeasureKey, before: Measure, path: FieldPath): Measure {
  const count = before.kind === 'count' ? before.count : before.kind === 'between' ? before.from : 1;
  switch (key) {
    case 'atLeast':
    case 'atMost':
    case 'exactly':
      return { kind: 'count', how: key, count };
    case 'between':
      return { kind: 'between', from: count, to: count + 1 };
    case 'all':
      return { kind: 'all' };
    default:
      return before.kind === 'aggregate' ? { ...before, fn: key } : { kind: 'aggregate', fn: key, path, comparison: '>', value: 0 };
  }
}

function MeasureEditor({ measure, onChange }: { readonly measure: Measure; readonly onChange: (measure: Measure) => void }) {
  const { schema } = useBuilder();
  const paths = leafPaths(schema.event.fields);
  const numeric = paths.filter((path) => ['integer', 'number'].includes(memberType(typeOf(schema.event.fields, path.split('.'))).kind));
  const populated = numeric.find((path) => schema.populated.event.includes(path)) ?? numeric[0] ?? 'value';
  return (
    <>
      <Choice
        quiet
        label="How events are counted"
        value={keyOf(measure)}
        options={MEASURES}
        onChange={(key) => onChange(measureOf(key, measure, populated.split('.')))}
      />
      {measure.kind === 'count' && (
        <NumberBox label="Number of events" value={measure.count} min={0} whole onChange={(count) => onChange({ ...measure, count })} />
      )}
      {measure.kind === 'between' && (
        <>
          <NumberBox label="Fewest events" value={measure.from} min={0} whole onChange={(from) => onChange({ ...measure, from })} />
          <span>and</span>
          <NumberBox label="Most events" value={measure.to} min={0} whole onChange={(to) => onChange({ ...measure, to })} />
        </>
      )}
      {measure.kind === 'aggregate' && (
        <AggregateEditor measure={measure} paths={measure.fn === 'distinct' ? paths : numeric} onChange={onChange} />
      )}
      {measure.kind !== 'all' && measure.kind !== 'aggregate' && (
        <span>{measure.kind === 'count' && measure.count === 1 ? 'event' : 'events'}</span>
      )}
      {measure.kind === 'aggregate' && <span>over events</span>}
    </>
  );
}

const SIGNS = [
  ['>', '>'],
  ['>=', '≥'],
  ['<', '<'],
  ['<=', '≤'],
  ['=', '='],
  ['!=', '≠'],
] as const;

interface AggregateEditorProps {
  readonly measure: Extract<Measure, { readonly kind: 'aggregate' }>;
  readonly paths: readonly string[];
  readonly onChange: (measure: Measure) => void;
}

function AggregateEditor({ measure, paths, onChange }: AggregateEditorProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? pathText(measure.path);
  return (
    <>
      <span onBlur={() => setTyped(null)}>
        <TextBox
          label="Field to aggregate"
          value={text}
          suggestions={paths}
          invalid={parsePath(text, []) === null}
          onChange={(next) => {
            setTyped(next);
            const path = parsePath(next, [])?.path;
            if (path !== undefined) onChange({ ...measure, path });
          }}
        />
      </span>
      <Choice
        label="Comparison"
        value={measure.comparison}
        options={SIGNS}
        onChange={(comparison) => onChange({ ...measure, comparison })}
      />
      <NumberBox label="Compared with" value={measure.value} onChange={(value) => onChange({ ...measure, value })} />
    </>
  );
}
