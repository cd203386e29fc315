/** What a model sees of a person: one number or category, in SQL and in words. */

/** How a value is put into words. */
export type Unit = 'count' | 'days' | 'share' | 'ratio' | 'number' | 'hour' | 'flag' | 'category';

interface Described {
  /** Stable over versions of a model, and unique among its features. */
  readonly code: string;
  /** In plain words: "Days since the last purchase". */
  readonly label: string;
  /** What it is about; values of one family move together. */
  readonly family: string;
  readonly unit: Unit;
}

interface Selected extends Described {
  /** From which table it is read: aggregates over `events`, or a row of merged attributes. */
  readonly from: 'events' | 'attributes';
  /** A nullable number; `T` is the instant it is asked for. */
  readonly sql: string;
}

export interface NumericFeature extends Selected {
  readonly kind: 'numeric';
}

/** 1 for whoever is in an audience, by the rule it had when the model was made; else 0. */
export interface AudienceFeature extends Described {
  readonly kind: 'numeric';
  readonly from: 'audiences';
  readonly pql: string;
}

export interface CategoricalFeature extends Selected {
  readonly kind: 'categorical';
  /** The number is an index into these; -1: another one, or none. */
  readonly categories: readonly string[];
}

export type Feature = NumericFeature | AudienceFeature | CategoricalFeature;

/** A value in words; NaN is one that is not there. */
export function valueWords(feature: Feature, value: number): string {
  if (feature.kind === 'categorical') return feature.categories[value] ?? 'none of the usual ones';
  if (Number.isNaN(value)) return feature.unit === 'days' ? 'never' : 'unknown';
  switch (feature.unit) {
    case 'days':
      return value < 1.95 ? plural(Math.round(value * 24), 'hour') : plural(Math.round(value), 'day');
    case 'share':
      return `${Math.round(value * 100)} %`;
    case 'flag':
      return value >= 0.5 ? 'yes' : 'no';
    case 'hour':
      return `${Math.round(value)}:00 UTC`;
    default:
      return numberWords(value);
  }
}

function plural(count: number, word: string): string {
  return `${numberWords(count)} ${word}${count === 1 ? '' : 's'}`;
}

function numberWords(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}
