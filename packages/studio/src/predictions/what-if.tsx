import { routes } from '@kindred/contract';
import type { Identity, Result, Routes } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Choice, NumberBox } from '../ui/fields.tsx';
import { formatCountOf, formatShare } from '../ui/format.ts';
import { Failure } from '../ui/states.tsx';
import { useQuiet } from '../ui/use-quiet.ts';
import styles from './what-if.module.css';

type Answer = Result<Routes['askWhatIf']>;
type Feature = Answer['features'][number];
type Changes = Readonly<Record<string, Feature['value']>>;

export interface WhatIfProps {
  readonly identity: Identity;
  readonly prediction: Answer['prediction'];
}

/** What the model would say of a person with other values of its features, as they are typed. */
export function WhatIf({ identity: { namespace, id }, prediction }: WhatIfProps) {
  const [changes, setChanges] = useState<Changes>({});
  const [all, setAll] = useState(false);
  const asked = useQuiet(JSON.stringify(changes));
  // Each opening begins with their own values, not with what was asked the last time.
  const [opening] = useState(() => crypto.randomUUID());
  const { data, error, reload } = useResource(
    `what if ${opening}`,
    (signal) =>
      call(routes.askWhatIf, {
        params: { namespace, id, prediction: prediction.id },
        body: { changes: JSON.parse(asked) as Record<string, Feature['value']> },
        signal,
      }),
    { refreshOn: asked },
  );
  const failure = error && <Failure error={error} retry={reload} title="The model could not be asked" />;
  if (data === undefined) return failure ?? <p className={styles.note}>Asking the model …</p>;
  const shown = all ? data.features : strongestOf(data);
  const hidden = data.features.length - shown.length;
  return (
    <section className={styles.whatIf} aria-label={`What if: ${prediction.name}`}>
      <p className={styles.outcome} aria-live="polite">
        <Outlook name="As they are now" outlook={data.before} />
        <span aria-hidden="true">→</span>
        <Outlook name="With the changes" outlook={data.after} />
      </p>
      {failure}
      {data.warnings.map((warning) => (
        <p key={warning} className={styles.warning}>
          {warning}
        </p>
      ))}
      <Features features={shown} changes={changes} onChange={(code, value) => setChanges({ ...changes, [code]: value })} />
      <p className={styles.actions}>
        {hidden > 0 && (
          <ActionButton size="S" onPress={() => setAll(true)}>
            {`Show ${formatCountOf(hidden, 'more feature')}`}
          </ActionButton>
        )}
        <ActionButton size="S" isDisabled={Object.keys(changes).length === 0} onPress={() => setChanges({})}>
          Back to their own values
        </ActionButton>
      </p>
      <p className={styles.note}>
        This is how the model decides, each feature by itself. It is no promise: whoever is brought to do so need not become likelier, which
        only a test with a control group can tell.
      </p>
    </section>
  );
}

function Outlook({ name, outlook: { score, probability, bucket } }: { readonly name: string; readonly outlook: Answer['before'] }) {
  return (
    <span className={styles.outlook}>
      {name} <strong>{score}</strong> {bucket}, {formatShare(probability, 1)}
    </span>
  );
}

interface FeaturesProps {
  readonly features: readonly Feature[];
  readonly changes: Changes;
  readonly onChange: (code: string, value: Feature['value']) => void;
}

function Features({ features, changes, onChange }: FeaturesProps) {
  return (
    <ul>
      {features.map((feature) => (
        <li key={feature.code} className={styles.feature}>
          <span>
            {feature.label}: <strong>{feature.words}</strong>
            {feature.usual !== null && (
              <span className={styles.usual}>
                most people {round(feature.usual.low)} to {round(feature.usual.high)}
              </span>
            )}
          </span>
          <Value feature={feature} changes={changes} onChange={(value) => onChange(feature.code, value)} />
        </li>
      ))}
    </ul>
  );
}

interface ValueProps {
  readonly feature: Feature;
  readonly changes: Changes;
  readonly onChange: (value: Feature['value']) => void;
}

const NONE = '';
const FLAGS = [
  ['1', 'Yes'],
  ['0', 'No'],
  [NONE, 'Not known'],
] as const;

function Value({ feature: { code, label, unit, value, categories }, changes, onChange }: ValueProps) {
  const taken = code in changes ? (changes[code] ?? null) : value;
  if (categories !== null) {
    const options = [...categories.map((each) => [each, each] as const), [NONE, 'None of these'] as const];
    return (
      <Choice label={label} value={String(taken ?? NONE)} options={options} onChange={(next) => onChange(next === NONE ? null : next)} />
    );
  }
  if (unit === 'flag') {
    const flag = taken === null ? NONE : Number(taken) >= 0.5 ? '1' : '0';
    return <Choice label={label} value={flag} options={FLAGS} onChange={(next) => onChange(next === NONE ? null : Number(next))} />;
  }
  return (
    <NumberBox label={label} value={taken === null ? null : round(Number(taken))} onChange={onChange} onEmpty={() => onChange(null)} />
  );
}

/** Numbers are kept with seven digits; of fractions four are read. */
const round = (value: number): number => (Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4)));

/** Features that speak in the factors come first, and what has been changed stays in sight. */
function strongestOf({ before, after, features }: Answer): readonly Feature[] {
  const codes = new Set([...before.factors, ...after.factors].map(({ code }) => code));
  const families = new Set(features.flatMap(({ code, family }) => (codes.has(code) ? [family] : [])));
  const told = features.filter(({ code, value, taken }) => codes.has(code) || value !== taken);
  const beside = features.filter((feature) => families.has(feature.family) && !told.includes(feature));
  return [...told, ...beside.slice(0, Math.max(0, SHOWN - told.length))];
}

const SHOWN = 8;
