/** Operator and value of a condition about a field. */
import type { FieldOwner, FieldPath, FieldTest, Operand, Scalar, Type } from '@kindred/pql';
import { Choice, ManyValues, NumberBox, TextBox } from '../ui/fields.tsx';
import { leafPaths, memberType, ownerText, parsePath, pathText, suggestionsOf } from './field-type.ts';
import type { Fields } from './field-type.ts';
import styles from './card.module.css';
import { operatorKey, operatorsWith } from './operators.ts';
import type { Part } from './parts.ts';
import { FieldSlot } from './slots.tsx';
import { TimeEditor } from './time-editor.tsx';
import { useFieldValues } from './use-field-values.ts';
import type { FieldPlace } from './use-field-values.ts';
import { useState } from 'react';

/** Where a condition stands: what its values may be compared with. */
export interface TestScope {
  /** Where its fields lie in the data. */
  readonly base: FieldPlace;
  readonly fields: Fields;
  /** Fields of the profile, where they are not the condition's own. */
  readonly profile: Fields | null;
  readonly steps: readonly { readonly label: string; readonly name: string }[];
}

export interface FieldTestEditorProps {
  readonly name: string;
  readonly type: Type;
  readonly test: FieldTest;
  readonly scope: TestScope;
  /** Where the field lies in the data; null: its values are not counted. */
  readonly place: FieldPlace | null;
  readonly onChange: (test: FieldTest, run?: string) => void;
}

export function FieldTestEditor(props: FieldTestEditorProps) {
  const { name, type, test, onChange } = props;
  const operators = operatorsWith(type, test);
  // Values are asked for when somebody is about to give one.
  const [wanted, setWanted] = useState(false);
  const occurring = (useFieldValues(props.place, wanted)?.values ?? []).map(({ value }) => String(value));
  return (
    <>
      <Choice
        label={`Operator of ${name}`}
        value={operatorKey(test)}
        options={operators.map(({ key, label }) => [key, label] as const)}
        onChange={(key) => {
          const operator = operators.find((each) => each.key === key);
          if (operator !== undefined) onChange(operator.apply(test));
        }}
      />
      <span className={styles.contents} onFocus={() => setWanted(true)}>
        <Values {...props} occurring={occurring} />
        <FieldSlot
          label={`Compare ${name} with this field`}
          accepts={(part) => ownerIn(part, props.scope) !== null}
          onField={(part) => {
            const owner = ownerIn(part, props.scope);
            if (owner !== null) onChange({ op: 'compare', comparison: comparisonOf(test), operand: { kind: 'field', ...owner } });
          }}
        />
      </span>
    </>
  );
}

/** Whose a field is that is dropped on a condition: an event's belongs to the step before, where there is one. */
function ownerIn(part: Part, { profile, steps, base }: TestScope): { readonly of: FieldOwner; readonly path: FieldPath } | null {
  if (part.kind === 'attribute') return { of: profile === null ? 'own' : 'profile', path: part.path };
  if (part.kind !== 'eventField' || base.of !== 'event') return null;
  const before = steps.at(-1);
  if (before !== undefined) return { of: { step: before.label }, path: part.path };
  return base.path.length === 0 ? { of: 'own', path: part.path } : null;
}

const comparisonOf = (test: FieldTest): '=' | '!=' | '<' | '<=' | '>' | '>=' => (test.op === 'compare' ? test.comparison : '=');

interface ValuesProps extends FieldTestEditorProps {
  readonly occurring: readonly string[];
}

function Values(props: ValuesProps) {
  const { name, type, test, onChange, occurring } = props;
  const label = `Value of ${name}`;
  const suggestions = [...new Set([...occurring, ...suggestionsOf(type)])];
  switch (test.op) {
    case 'text':
      return (
        <>
          <ManyValues
            label={label}
            values={test.values}
            suggestions={suggestions}
            {...knownOf(type)}
            onChange={(values) => onChange({ ...test, values: values.length === 0 ? [''] : values })}
          />
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={test.caseSensitive}
              onChange={({ target }) => onChange({ ...test, caseSensitive: target.checked })}
            />
            Match case
          </label>
        </>
      );
    case 'in':
    case 'list':
      return (
        <ManyValues
          label={label}
          values={test.values.map(String)}
          suggestions={suggestions}
          {...knownOf(type)}
          onChange={(values) => onChange({ ...test, values: scalars(values, type, test.op === 'list' && test.fn === 'includes') })}
        />
      );
    case 'pattern':
      return (
        <TextBox
          label={label}
          value={test.pattern}
          placeholder={test.fn === 'like' ? 'San %' : '^[A-Z]'}
          onChange={(pattern) => onChange({ ...test, pattern }, 'pattern')}
        />
      );
    case 'compare':
      return operatorKey(test).startsWith('is ') ? null : (
        <OperandEditor {...props} operand={test.operand} onOperand={(operand, run) => onChange({ ...test, operand }, run)} />
      );
    case 'time':
      return <TimeEditor label={`When ${name}`} time={test.time} onChange={(time) => onChange({ op: 'time', time }, 'time')} />;
    default:
      return null;
  }
}

function knownOf(type: Type): { readonly known?: ReadonlySet<string> } {
  const member = memberType(type);
  return member.kind === 'string' && member.enum === undefined && member.suggested !== undefined
    ? { known: new Set(member.suggested) }
    : {};
}

function scalars(values: readonly string[], type: Type, single: boolean): readonly Scalar[] {
  const { kind } = memberType(type);
  const made = kind === 'integer' || kind === 'number' ? values.map(Number).filter(Number.isFinite) : values;
  return single ? (made.length === 0 ? [''] : made.slice(-1)) : made;
}

interface OperandEditorProps extends ValuesProps {
  readonly operand: Operand;
  readonly onOperand: (operand: Operand, run?: string) => void;
}

function OperandEditor(props: OperandEditorProps) {
  const { name, type, operand, onOperand } = props;
  const isNumber = ['integer', 'number'].includes(memberType(type).kind) || (operand.kind === 'value' && typeof operand.value === 'number');
  const kinds: readonly (readonly [string, string])[] = [
    ['value', 'value'],
    ['field', 'field'],
    ...(isNumber || operand.kind === 'clock'
      ? ([
          ['year', 'this year'],
          ['month', 'this month'],
          ['dayOfMonth', 'today’s day'],
        ] as const)
      : []),
  ];
  const kind = operand.kind === 'clock' ? operand.part : operand.kind;
  return (
    <>
      <Choice
        quiet
        label={`What ${name} is compared with`}
        value={kind}
        options={kinds}
        onChange={(chosen) => onOperand(operandOfKind(chosen, isNumber))}
      />
      {operand.kind === 'field' && <FieldBox {...props} operand={operand} />}
      {operand.kind === 'value' && <ValueBox {...props} value={operand.value} />}
    </>
  );
}

function operandOfKind(kind: string, isNumber: boolean): Operand {
  if (kind === 'field') return { kind: 'field', of: 'own', path: ['field'] };
  if (kind === 'year' || kind === 'month' || kind === 'dayOfMonth') return { kind: 'clock', part: kind };
  return { kind: 'value', value: isNumber ? 0 : '' };
}

function ValueBox({ name, type, occurring, value, onOperand }: OperandEditorProps & { readonly value: Scalar }) {
  const label = `Value of ${name}`;
  const set = (next: Scalar) => onOperand({ kind: 'value', value: next }, 'value');
  if (typeof value === 'number') return <NumberBox label={label} value={value} onChange={set} />;
  const { kind } = memberType(type);
  const isDay = (kind === 'date' || kind === 'datetime') && (value === '' || /^\d{4}-\d\d-\d\d$/.test(String(value)));
  return (
    <TextBox
      label={label}
      type={isDay ? 'date' : 'text'}
      value={String(value)}
      suggestions={[...new Set([...occurring, ...suggestionsOf(type)])]}
      onChange={set}
    />
  );
}

/** Another field, typed or chosen: what belongs to the profile or to an earlier step says so in front. */
function FieldBox({
  name,
  scope,
  operand,
  onOperand,
}: OperandEditorProps & { readonly operand: Extract<Operand, { readonly kind: 'field' }> }) {
  const shown = `${ownerText(operand.of)}${pathText(operand.path)}`;
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? (shown === 'field' ? '' : shown);
  const labels = scope.steps.map(({ label }) => label);
  const choices = [
    ...labels.flatMap((label) => leafPaths(scope.fields, 3).map((path) => `${label}.${path}`)),
    ...leafPaths(scope.fields, 3),
    ...(scope.profile === null ? [] : leafPaths(scope.profile, 3).map((path) => `profile.${path}`)),
  ];
  const found = parsePath(text, labels);
  return (
    <span onBlur={() => setTyped(null)}>
      <TextBox
        label={`Field that ${name} is compared with`}
        value={text}
        placeholder="Field"
        suggestions={choices}
        invalid={found === null}
        onChange={(next) => {
          setTyped(next);
          const parsed = parsePath(next, labels);
          if (parsed !== null) onOperand({ kind: 'field', ...parsed }, 'field');
        }}
      />
    </span>
  );
}
