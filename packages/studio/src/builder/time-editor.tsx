import { treeText, container, common } from '@kindred/pql';
import type { TimeRule } from '@kindred/pql';
import { Choice, NumberBox, TextBox } from '../ui/fields.tsx';
import styles from './card.module.css';
import { ALLOWS_IGNORED_YEAR, TIME_KINDS, timeFields, timeRuleOf, UNITS } from './time-kinds.ts';
import type { TimeFields, TimeKind } from './time-kinds.ts';

export interface TimeEditorProps {
  readonly label: string;
  readonly time: TimeRule;
  readonly onChange: (time: TimeRule) => void;
}

/** The UTC day of the browser's clock, to begin from; rules hold days of their own. */
const today = (): string => new Date().toISOString().slice(0, 10);

export function TimeEditor({ label, time, onChange }: TimeEditorProps) {
  const fields = timeFields(time, today());
  const change = (news: Partial<TimeFields>) => {
    const rule = timeRuleOf({ ...fields, ...news });
    if (rule !== null) onChange(rule);
  };
  const kinds = fields.kind === 'other' ? [...TIME_KINDS, ['other', otherText(time)] as const] : TIME_KINDS;
  return (
    <span className={styles.time}>
      <Choice<TimeKind> label={label} value={fields.kind} options={kinds} onChange={(kind) => change({ kind })} />
      <TimeDetails fields={fields} change={change} />
      {ALLOWS_IGNORED_YEAR.has(fields.kind) && (
        <label className={styles.check}>
          <input type="checkbox" checked={fields.ignoreYear} onChange={({ target }) => change({ ignoreYear: target.checked })} />
          Ignore year
        </label>
      )}
    </span>
  );
}

/** A time rule that the list does not name, as the language has it. */
function otherText(time: TimeRule): string {
  const rule = { kind: 'attribute', ...common('n1'), path: ['timestamp'], part: null, test: { op: 'time', time } } as const;
  return treeText(container('n0', [rule])).replace(/^timestamp occurs /, '');
}

interface DetailsProps {
  readonly fields: TimeFields;
  readonly change: (news: Partial<TimeFields>) => void;
}

function TimeDetails({ fields, change }: DetailsProps) {
  const { kind, amount, first, last } = fields;
  switch (kind) {
    case 'inLast':
    case 'inNext':
    case 'beforeAgo':
      return <Distance fields={fields} change={change} />;
    case 'date':
    case 'before':
    case 'after':
      return <Day label="Date" value={first} onChange={(day) => change({ first: day })} />;
    case 'between':
      return (
        <>
          <Day label="From" value={first} onChange={(day) => change({ first: day })} />
          <span>to</span>
          <Day label="To" value={last} onChange={(day) => change({ last: day })} />
        </>
      );
    case 'during':
      return <Period fields={fields} change={change} />;
    case 'within':
      return <Around fields={fields} change={change} />;
    case 'rolling':
      return (
        <>
          <NumberBox label="From so long ago" value={amount} min={0} whole onChange={(value) => change({ amount: value })} />
          <span>to</span>
          <NumberBox label="To so long ago" value={fields.nearer} min={0} whole onChange={(value) => change({ nearer: value })} />
          <Unit fields={fields} change={change} />
          <span>ago</span>
        </>
      );
    default:
      return null;
  }
}

function Day({ label, value, onChange }: { readonly label: string; readonly value: string; readonly onChange: (day: string) => void }) {
  return <TextBox type="date" label={label} value={value} onChange={(day) => day !== '' && onChange(day)} />;
}

function Unit({ fields, change }: DetailsProps) {
  return (
    <Choice
      label="Unit of time"
      value={fields.unit}
      options={UNITS.map((unit) => [unit, `${unit}s`] as const)}
      onChange={(unit) => change({ unit })}
    />
  );
}

function Distance({ fields, change }: DetailsProps) {
  return (
    <>
      <NumberBox label="How long" value={fields.amount} min={0} whole onChange={(amount) => change({ amount })} />
      <Unit fields={fields} change={change} />
    </>
  );
}

function Period({ fields: { period }, change }: DetailsProps) {
  const yearly = !period.includes('-');
  return (
    <>
      <Choice
        label="Period"
        value={yearly ? 'year' : 'month'}
        options={[
          ['month', 'the month'],
          ['year', 'the year'],
        ]}
        onChange={(value) => change({ period: value === 'year' ? period.slice(0, 4) : `${period.slice(0, 4)}-01` })}
      />
      {yearly ? (
        <NumberBox label="Year" value={Number(period)} min={1000} whole onChange={(year) => change({ period: String(year) })} />
      ) : (
        <TextBox type="month" label="Month" value={period} onChange={(month) => month !== '' && change({ period: month })} />
      )}
    </>
  );
}

function Around({ fields, change }: DetailsProps) {
  return (
    <>
      <Distance fields={fields} change={change} />
      <span>of</span>
      <Choice
        label="Around which day"
        value={fields.around}
        options={[
          ['today', 'today'],
          ['yesterday', 'yesterday'],
          ['date', 'a date'],
        ]}
        onChange={(around) => change({ around })}
      />
      {fields.around === 'date' && <Day label="Date" value={fields.first} onChange={(first) => change({ first })} />}
    </>
  );
}
