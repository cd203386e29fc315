/** What may be written next: fields with their types, functions with their documentation, values, words of the language. */
import { insertCompletionText, pickedCompletion, snippet, startCompletion } from '@codemirror/autocomplete';
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { Audience, SchemaBody } from '@kindred/contract';
import { functionCatalogue } from '@kindred/pql';
import type { Field, FunctionInfo, Receiver, Type } from '@kindred/pql';
import { typeText } from '../schema/fields.ts';
import { formatCountOf } from '../ui/format.ts';
import { fieldsOf, placeAt } from './scope.ts';
import type { Place } from './scope.ts';

const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_$]*$/u;
const OPEN_STRING = /"((?:[^"\\\n]|\\.)*)$/;

/** What rules here can speak of. */
export interface Vocabulary {
  readonly schema: SchemaBody;
  readonly audiences: readonly Pick<Audience, 'id' | 'name' | 'size' | 'pql' | 'description'>[];
}

export function pqlCompletion(context: CompletionContext, vocabulary: Vocabulary | null): CompletionResult | null {
  if (vocabulary === null) return null;
  const before = context.state.sliceDoc(0, context.pos);
  const quote = openQuote(before);
  if (quote !== null) return valuesAt(before, quote, vocabulary);
  const from = context.pos - (WORD.exec(before)?.[0].length ?? 0);
  const dotted = before[from - 1] === '.';
  if (from === context.pos && !dotted && !context.explicit) return null;
  const place = placeAt(before, from, vocabulary.schema);
  const options = place.receiver === null ? namesAt(place) : membersOf(place.receiver);
  return options.length === 0 ? null : { from, options, validFor: /^[\p{L}\p{M}\p{N}_$]*$/u };
}

/** The offset behind the quote of a string that is still open at the end of the text; null: none is. */
function openQuote(before: string): number | null {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const quotes = line.replaceAll(/\\./g, '  ').split('"').length - 1;
  const open = quotes % 2 === 1 ? OPEN_STRING.exec(line) : null;
  return open === null ? null : before.length - (open[1]?.length ?? 0);
}

function valuesAt(before: string, from: number, vocabulary: Vocabulary): CompletionResult | null {
  const options = valueOptions(before.slice(0, from - 1), vocabulary);
  return options.length === 0 ? null : { from, options, validFor: /^[^"\n]*$/ };
}

function valueOptions(before: string, { schema, audiences }: Vocabulary): readonly Completion[] {
  // An audience is found by its name, written by its id.
  if (/inSegment\s*\(\s*$/.test(before)) return audiences.map(({ id, name }) => ({ label: name, apply: id, detail: id.slice(0, 8) }));
  const { compared } = placeAt(before, before.length, schema);
  if (compared === null) return [];
  return compared.name === 'eventType' ? eventTypeOptions(schema) : valuesOf(compared.type);
}

/** Event types that occur, the most frequent first. */
function eventTypeOptions({ eventTypes }: SchemaBody): readonly Completion[] {
  const named = eventTypes.filter(({ eventType }) => eventType !== '');
  return named.map(({ eventType, events }, index) => ({ label: eventType, detail: formatCountOf(events, 'event'), boost: -index }));
}

/** The values that the schema lists. */
function valuesOf(type: Type): readonly Completion[] {
  if (type.kind === 'array') return valuesOf(type.items);
  return type.kind === 'string' ? (type.enum ?? type.suggested ?? []).map((value) => ({ label: value })) : [];
}

const FIELDS = { name: 'Fields', rank: 0 };
const FUNCTIONS = { name: 'Functions', rank: 1 };
const WORDS = { name: 'Words', rank: 2 };

function namesAt({ fields }: Place): readonly Completion[] {
  return [
    ...Object.entries(fields).map(fieldOption),
    ...functionCatalogue.filter(({ receiver }) => receiver === 'none').map(functionOption),
    ...words,
  ];
}

function membersOf(receiver: Type): readonly Completion[] {
  const kinds = receiversOf(receiver);
  const functions = functionCatalogue.filter(({ receiver: kind }) => kinds.includes(kind));
  return [...Object.entries(fieldsOf(receiver)).map(fieldOption), ...functions.map(functionOption)];
}

function receiversOf(type: Type): readonly Receiver[] {
  switch (type.kind) {
    case 'unknown':
      return ['any', 'scalar', 'string', 'list', 'map', 'time'];
    case 'string':
      return ['string', 'scalar', 'any'];
    case 'date':
    case 'datetime':
      return ['time', 'any'];
    case 'array':
      return ['list', 'any', ...(isText(type.items) ? (['string', 'scalar'] as const) : [])];
    case 'map':
      return ['map', 'any'];
    case 'object':
      return ['any'];
    default:
      return ['scalar', 'any'];
  }
}

const isText = (type: Type): boolean => type.kind === 'string' || (type.kind === 'array' && isText(type.items));

function fieldOption([name, { type, title, description, deprecated }]: readonly [string, Field]): Completion {
  return {
    label: name,
    section: FIELDS,
    detail: typeText(type),
    boost: deprecated ? -50 : 0,
    apply: applyField(name, type),
    ...(description === undefined && title === undefined ? {} : { info: description ?? title ?? '' }),
  };
}

type Apply = (view: EditorView, completion: Completion, from: number, to: number) => void;

/** An object is never meant as a whole, so its fields are offered next; the events are always filtered. */
function applyField(name: string, type: Type): string | Apply {
  if (name === 'xEvent') return snippet('xEvent[${}]');
  if (type.kind !== 'object') return name;
  return (view, completion, from, to) => {
    view.dispatch({ ...insertCompletionText(view.state, `${name}.`, from, to), annotations: pickedCompletion.of(completion) });
    startCompletion(view);
  };
}

function functionOption(info: FunctionInfo): Completion {
  const {
    name,
    signature,
    arguments: [, most],
  } = info;
  return {
    label: name,
    section: FUNCTIONS,
    detail: signature.replace(/^\w\./, ''),
    apply: most === 0 ? `${name}()` : (TEMPLATES[name] ?? snippet(`${name}(\${})`)),
    info: () => documentation(info),
  };
}

const TEMPLATES: Readonly<Record<string, Apply>> = {
  inSegment: snippet('inSegment("${}")'),
  chain: snippet('chain(xEvent, timestamp, [\n  ${A}: WHAT(${eventType = ""}) WHEN(<= ${30} days before now)\n])'),
};

function documentation({ signature, doc, example }: FunctionInfo): Node {
  const node = document.createElement('div');
  const part = (tag: string, text: string) => {
    const child = document.createElement(tag);
    child.textContent = text;
    node.append(child);
  };
  part('code', signature);
  part('p', doc);
  part('code', example);
  return node;
}

const words: readonly Completion[] = [
  ...['and', 'or', 'not', 'in', 'notIn', 'occurs', 'like', 'true', 'false', 'now', 'today', 'yesterday'].map((label) => ({
    label,
    section: WORDS,
    boost: -10,
  })),
  {
    label: 'occurs within the last …',
    section: WORDS,
    boost: -10,
    detail: 'time window',
    apply: snippet('timestamp occurs <= ${30} days before now'),
  },
];
