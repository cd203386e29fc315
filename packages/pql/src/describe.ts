/** A whole rule as one English sentence, for people who do not read the language. */
import type { EventLeaf, Leaf, LeafHash, Logic, Plan, SequenceLeaf } from './plan.ts';
import type { Comparison, Test, Value } from './term.ts';
import { timeWindows, windowText } from './time-words.ts';
import { AGGREGATES, audienceText, COMPARISONS, selectionText, Words } from './words.ts';

/** `People who have had at least 3 events of type "commerce.purchases" in the last 30 days and whose loyalty level is "gold".` */
export function describe(plan: Plan): string {
  const { root } = plan;
  if (root.op === 'constant') return root.value ? 'Everybody.' : 'Nobody.';
  return `People ${new Description(plan.leaves).phrase(root, false)}.`;
}

/** Parts of one and / or that a sentence shows. */
const MAX_PARTS = 40;

const profile = new Words(new Map([[0, 0]]), 0, 'words');

class Description {
  readonly #leaves: Readonly<Record<LeafHash, Leaf>>;

  constructor(leaves: Readonly<Record<LeafHash, Leaf>>) {
    this.#leaves = leaves;
  }

  /** A clause that follows "People": `who …`, `whose …`. */
  phrase(logic: Logic, negated: boolean): string {
    switch (logic.op) {
      case 'constant':
        return logic.value !== negated ? 'whoever they are' : 'who do not exist';
      case 'leaf':
        return this.#leaf(logic.hash, negated);
      case 'not':
        return this.phrase(logic.term, !negated);
      default:
        return negated ? `other than those (${this.#joined(logic.op, logic.terms)})` : this.#joined(logic.op, logic.terms);
    }
  }

  #joined(op: 'and' | 'or', terms: readonly Logic[]): string {
    const { texts, rest } = op === 'and' ? this.#windows(terms) : { texts: [], rest: terms };
    const all = [
      ...texts,
      ...rest.slice(0, MAX_PARTS).map((term) => {
        const text = this.phrase(term, false);
        return term.op === 'and' || term.op === 'or' ? `(${text})` : text;
      }),
    ];
    const parts = rest.length > MAX_PARTS ? [...all, `${rest.length - MAX_PARTS} more conditions`] : all;
    const last = parts.at(-1) ?? '';
    return parts.length < 3 ? parts.join(` ${op} `) : `${parts.slice(0, -1).join(', ')}, ${op} ${last}`;
  }

  /** Two bounds of one attribute are one window: `whose signup is in the last 30 days`. */
  #windows(terms: readonly Logic[]): { readonly texts: readonly string[]; readonly rest: readonly Logic[] } {
    const testOf = (term: Logic): Test | null => {
      const leaf = term.op === 'leaf' ? this.#leaves[term.hash] : undefined;
      return leaf?.kind === 'attribute' || leaf?.kind === 'general' ? leaf.test : null;
    };
    const { windows, rest } = timeWindows(terms.map(testOf).filter((test) => test !== null));
    const texts = windows.map(({ value, window }) => whose(`${profile.value(value)} is${windowText(window, (at) => profile.time(at))}`));
    const left = new Set(rest);
    return {
      texts,
      rest: terms.filter((term) => {
        const test = testOf(term);
        return test === null || left.has(test);
      }),
    };
  }

  #leaf(hash: LeafHash, negated: boolean): string {
    const leaf = this.#leaves[hash];
    if (leaf === undefined) throw new Error('bug: a plan names a leaf that it does not hold');
    switch (leaf.kind) {
      case 'audience':
        return `who are ${negated ? 'not ' : ''}a ${audienceText(leaf.namespace, leaf.id)}`;
      case 'event':
        return eventPhrase(leaf, negated);
      case 'sequence':
        return `who have ${negated ? 'never ' : ''}had ${sequenceText(leaf)}`;
      case 'attribute':
      case 'general':
        return testPhrase(leaf.test, negated);
      default:
        return leaf satisfies never;
    }
  }
}

/** What ties a step to earlier ones: ` within 24 hours after event 1`, ` with channel is not the channel of event 1`. */
function gapText(words: Words, relation: Test, variable: number): string {
  const { windows, rest } = timeWindows(relation.op === 'and' ? relation.terms : [relation]);
  const isOwn = (value: Value): boolean =>
    value.op === 'field' && value.name === 'timestamp' && value.object.op === 'variable' && value.object.id === variable;
  const own = windows.filter(({ value }) => isOwn(value));
  const times = own.map(({ window }) => windowText(window, (at) => words.time(at).replace(/^the timestamp of /, '')));
  const others = [...rest, ...(own.length === windows.length ? [] : [relation])];
  return times.join(' and') + (others.length === 0 ? '' : ` with ${words.conjunction(others)}`);
}

const INVERSE: Readonly<Record<Comparison, string>> = {
  '=': 'is not',
  '!=': 'is',
  '<': 'is at least',
  '<=': 'is more than',
  '>': 'is at most',
  '>=': 'is less than',
};

function eventPhrase({ selection, aggregate, value, comparison, threshold }: EventLeaf, negated: boolean): string {
  const words = new Words(new Map([[selection.variable, 0]]), 0, 'words');
  const which = selectionText(words, selection);
  if (aggregate === 'count') return `who have ${countText(comparison, threshold, negated)}${which}`;
  const number = `${AGGREGATES[aggregate]}${value === null ? '' : ` ${words.value(value)}`}`;
  // Without events there is no number, so that the opposite holds for those too; but the sum of none is 0.
  const orNone = negated && aggregate !== 'sum' ? ', or is not known' : '';
  return `whose ${number} over events${which} ${(negated ? INVERSE : COMPARISONS)[comparison]} ${threshold}${orNone}`;
}

function countText(comparison: Comparison, threshold: number, negated: boolean): string {
  const events = `${threshold} ${threshold === 1 ? 'event' : 'events'}`;
  if (comparison === '>=' && threshold === 1) return negated ? 'had no event' : 'had an event';
  if (comparison === '>=') return negated ? `had fewer than ${events}` : `had at least ${events}`;
  return `${negated ? 'not ' : ''}had ${comparison === '=' ? 'exactly' : comparison} ${events}`;
}

function sequenceText({ steps }: SequenceLeaf): string {
  const names = new Map<number, number | string>(steps.map(({ selection }, index) => [selection.variable, `event ${index + 1}`]));
  const texts = steps.map(({ selection, negated, count, relation }) => {
    const words = new Words(new Map([...names, [selection.variable, 0]]), 0, 'words');
    const events = negated ? 'no event' : count === 1 ? 'an event' : `${count} events`;
    const gap = relation.op === 'constant' ? '' : gapText(words, relation, selection.variable);
    return `${events}${selectionText(words, selection)}${gap}`;
  });
  return texts.map((text, index) => (steps.length > 2 ? `(${index + 1}) ${text}` : text)).join(', then ');
}

/** `whose tags …`; what does not begin with a name goes after `for whom`. */
function whose(text: string): string {
  const bare = text.replace(/^the /, '');
  return /^\p{L}/u.test(bare) && !/^(what|one|an?|group) /.test(bare) ? `whose ${bare}` : `for whom ${text}`;
}

/** Attributes read best after `whose`; what is no sentence about one attribute, after `for whom`. */
function testPhrase(test: Test, negated: boolean): string {
  switch (test.op) {
    case 'known':
      return whose(`${profile.value(test.value)} is ${negated ? 'not ' : ''}known`);
    case 'holds':
      return whose(`${profile.value(test.value)} is ${negated ? 'false or not known' : 'true'}`);
    case 'compare':
    case 'text':
    case 'like':
    case 'matches':
    case 'member':
    case 'sets': {
      const text = profile.conjunction([test]);
      return negated ? `for whom it is not so that ${text}` : whose(text);
    }
    default:
      return `for whom ${negated ? 'it is not so that ' : ''}${profile.test(test)}`;
  }
}
