/**
 * What keeps somebody out of an audience: the fewest conditions whose turning would bring them in, each in plain words with how far it is.
 * The conditions are the leaves of the plan, each taken by itself.
 */
import type { DataObject, Data } from './evaluate/values.ts';
import { Evaluator } from './evaluate/index.ts';
import type { EvaluationContext } from './evaluate/index.ts';
import { testOfLeaf } from './plan/leaf-test.ts';
import { holdsFor } from './plan/leaves.ts';
import type { EventLeaf, Leaf, LeafHash, Logic, Plan, SequenceLeaf } from './plan.ts';
import type { Comparison, Value } from './term.ts';
import { COMPARISONS, leafText, selectionText, stepTexts, Words } from './words.ts';

/** Conditions that must turn, together. */
export interface WayIn {
  readonly leaves: readonly LeafHash[];
  /** One for each of them: `1 more event of type "commerce.purchases" in the last 30 days, has 1 of 2`. */
  readonly sentences: readonly string[];
}

/** Ways that are told. */
const MOST_TOLD = 3;
/** Ways that are followed at a time: a rule of many alternatives has more of them than anybody reads. */
const MOST_WAYS = 50;

/** What leaves must be: those that are so already cost nothing. */
type Way = ReadonlyMap<LeafHash, boolean>;

/** The ways in that change least, the nearest first; empty when the profile is in, or nothing would bring it in. */
export function waysIn(plan: Plan, document: DataObject, context: EvaluationContext): readonly WayIn[] {
  const evaluator = new Evaluator(document, context);
  const bound = new Map<number, Data>([[0, document]]);
  const truths = new Map(Object.entries(plan.leaves).map(([hash, leaf]) => [hash, evaluator.test(testOfLeaf(leaf), bound)]));
  const ways = waysTo(plan.root, true, truths);
  const least = Math.min(...ways.map((way) => changesOf(way, truths).length));
  if (least === 0) return [];
  const demands = new Demands(document, evaluator);
  return ways
    .filter((way) => changesOf(way, truths).length === least)
    .slice(0, MOST_TOLD)
    .map((way) => {
      const leaves = changesOf(way, truths);
      return { leaves, sentences: leaves.map((hash) => demands.sentence(plan.leaves[hash] as Leaf, way.get(hash) === true)) };
    });
}

const changesOf = (way: Way, truths: ReadonlyMap<LeafHash, boolean>): readonly LeafHash[] =>
  [...way].flatMap(([hash, wanted]) => (truths.get(hash) === wanted ? [] : [hash]));

/** Cheapest first. */
function waysTo(logic: Logic, wanted: boolean, truths: ReadonlyMap<LeafHash, boolean>): readonly Way[] {
  switch (logic.op) {
    case 'constant':
      return logic.value === wanted ? [new Map()] : [];
    case 'leaf':
      return [new Map([[logic.hash, wanted]])];
    case 'not':
      return waysTo(logic.term, !wanted, truths);
    default: {
      const each = logic.terms.map((term) => waysTo(term, wanted, truths));
      const all =
        (logic.op === 'and') === wanted
          ? each.reduce<readonly Way[]>((ways, more) => fewest(both(ways, more), truths), [new Map()])
          : each.flat();
      return fewest(all, truths);
    }
  }
}

/** One of these and one of those at once, where they do not contradict each other. */
function both(ways: readonly Way[], more: readonly Way[]): readonly Way[] {
  return ways.flatMap((way) =>
    more.flatMap((other) =>
      [...other].some(([hash, wanted]) => (way.get(hash) ?? wanted) !== wanted) ? [] : [new Map([...way, ...other])],
    ),
  );
}

function fewest(ways: readonly Way[], truths: ReadonlyMap<LeafHash, boolean>): readonly Way[] {
  const costs = new Map(ways.map((way) => [way, changesOf(way, truths).length]));
  return ways.toSorted((one, other) => (costs.get(one) ?? 0) - (costs.get(other) ?? 0)).slice(0, MOST_WAYS);
}

/** What must become of leaves, in words, and what is. */
class Demands {
  readonly #document: DataObject;
  readonly #evaluator: Evaluator;

  constructor(document: DataObject, evaluator: Evaluator) {
    this.#document = document;
    this.#evaluator = evaluator;
  }

  sentence(leaf: Leaf, wanted: boolean): string {
    switch (leaf.kind) {
      case 'event':
        return this.#event(leaf, wanted);
      case 'sequence':
        return wanted ? this.#sequence(leaf) : `must not have happened: ${leafText(leaf)}`;
      case 'audience':
        return `must ${wanted ? '' : 'not '}be a ${leafText(leaf)}`;
      case 'attribute':
      case 'general':
        return this.#attribute(leaf, wanted);
      default:
        return leaf satisfies never;
    }
  }

  #event(leaf: EventLeaf, wanted: boolean): string {
    const { selection, aggregate, comparison, threshold } = leaf;
    const which = selectionText(new Words(new Map([[selection.variable, 0]]), 0), selection);
    if (aggregate !== 'count') return demanded(leafText(leaf), '', wanted) + told(this.#number(leaf));
    const has = (this.#number(leaf) ?? 0) as number;
    const events = (count: number): string => `${count} ${count === 1 ? 'event' : 'events'}`;
    if (wanted && comparison === '>=')
      return `${threshold - has} more ${threshold - has === 1 ? 'event' : 'events'}${which}, has ${has} of ${threshold}`;
    if (comparison === '>=') return `must have no more than ${events(threshold - 1)}${which}, has ${has}`;
    const least = holdsFor(0, comparison, threshold) ? 'at least one event, and ' : '';
    return `must have ${least}a number of events${which} that ${wordsOf(comparison, wanted)} ${threshold}, has ${has}`;
  }

  /** What the aggregate of a leaf is now. */
  #number(leaf: EventLeaf): Data {
    const test = testOfLeaf({ ...leaf, comparison: '>=', threshold: 1 });
    const compared = test.op === 'and' ? test.terms.at(-1) : test;
    return compared?.op === 'compare' ? this.#evaluator.value(compared.left, this.#bound) : null;
  }

  /** How far it has come: the longest beginning that has happened. */
  #sequence(leaf: SequenceLeaf): string {
    const texts = stepTexts(leaf);
    const happened = (count: number): boolean =>
      this.#evaluator.test(testOfLeaf({ ...leaf, steps: leaf.steps.slice(0, count) }), this.#bound);
    let done = 0;
    while (done < texts.length - 1 && happened(done + 1)) done++;
    const before = done === 0 ? '' : ` after ${texts.slice(0, done).join(', then ')}`;
    return `${texts.slice(done).join(', then ')}${before}, ${done} of ${texts.length} steps so far`;
  }

  #attribute(leaf: Extract<Leaf, { readonly kind: 'attribute' | 'general' }>, wanted: boolean): string {
    const subject = subjectOf(leaf);
    const text = leafText(leaf);
    if (subject === null) return `must ${wanted ? '' : 'not '}hold: ${text}`;
    const path = new Words(new Map([[0, 0]]), 0).value(subject);
    const value = this.#evaluator.value(subject, this.#bound);
    return demanded(text, path, wanted) + told(subject.type.kind === 'date' || subject.type.kind === 'datetime' ? dateOf(value) : value);
  }

  get #bound(): ReadonlyMap<number, Data> {
    return new Map([[0, this.#document]]);
  }
}

/** The field of the profile that a simple test is about. */
function subjectOf({ test }: Extract<Leaf, { readonly kind: 'attribute' | 'general' }>): Value | null {
  const subject = 'left' in test ? test.left : 'value' in test && typeof test.value === 'object' ? test.value : null;
  return subject !== null && isPath(subject) ? subject : null;
}

function isPath(value: Value): boolean {
  return (
    value.op === 'field' && ((value.object.op === 'variable' && value.object.id === 0) || isPath(value.object)) && value.name !== 'xEvent'
  );
}

/** `loyalty.tier is "gold"` as `loyalty.tier must be "gold"`. */
function demanded(text: string, path: string, wanted: boolean): string {
  const verb = / (is not|is|does not|contains|starts|ends|matches|shares|holds) ?/;
  const from = text.startsWith(path) ? path.length : 0;
  const found = verb.exec(text.slice(from));
  if (found === null) return `must ${wanted ? '' : 'not '}hold: ${text}`;
  const [whole, word = ''] = found;
  const negated = word.endsWith(' not');
  const plain = PLAIN[word.replace(' not', '')] ?? '';
  const must = negated === wanted ? 'must not' : 'must';
  const at = from + found.index;
  return `${text.slice(0, at)} ${must}${plain === '' ? '' : ` ${plain}`}${whole.endsWith(' ') ? ' ' : ''}${text.slice(at + whole.length)}`;
}

const PLAIN: Readonly<Record<string, string>> = {
  is: 'be',
  does: '',
  contains: 'contain',
  starts: 'start',
  ends: 'end',
  matches: 'match',
  shares: 'share',
  holds: 'hold',
};

const OPPOSITE: Readonly<Record<Comparison, Comparison>> = { '=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' };
const wordsOf = (comparison: Comparison, wanted: boolean): string => COMPARISONS[wanted ? comparison : OPPOSITE[comparison]];

/** Characters of a value that are shown. */
const MOST_SHOWN = 80;

function told(value: Data): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return ', is not known';
  const text = JSON.stringify(value);
  return `, is ${text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text}`;
}

const dateOf = (value: Data): Data => (typeof value === 'number' ? new Date(value).toISOString() : value);
