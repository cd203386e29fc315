/**
 * Comparisons of one number with several constants. The constants cut the numbers into steps; a number lies on one step,
 * and each comparison is true on some of them. So a profile is noted once for a number, however many thresholds it passes.
 */
import type { Comparison } from '@kindred/pql';
import { floatLiteral } from '../sql/text.ts';

export interface Threshold {
  readonly comparison: Comparison;
  readonly value: number;
}

/** A place between two steps: right before a value, or right after it. */
interface Cut {
  readonly value: number;
  readonly after: boolean;
}

export class Thresholds {
  /** Rising. */
  readonly #cuts: readonly Cut[];
  readonly #wanted: ReadonlySet<number>;

  constructor(thresholds: readonly Threshold[]) {
    const cuts = new Map(thresholds.flatMap(cutsOf).map((cut) => [`${cut.value} ${cut.after}`, cut]));
    this.#cuts = [...cuts.values()].toSorted((a, b) => a.value - b.value || Number(a.after) - Number(b.after));
    this.#wanted = new Set(thresholds.flatMap((threshold) => this.steps(threshold)));
  }

  /** The steps on which some comparison is true. */
  get wanted(): readonly number[] {
    return [...this.#wanted].toSorted((a, b) => a - b);
  }

  /** The steps on which one of the comparisons is true. */
  steps({ comparison, value }: Threshold): readonly number[] {
    const [from, to] = [this.#step({ value, after: false }), this.#step({ value, after: true })];
    const [below, above] = [span(0, from), span(to, this.#cuts.length + 1)];
    const at = span(from, to);
    switch (comparison) {
      case '=':
        return at;
      case '!=':
        return [...below, ...above];
      case '<':
        return below;
      case '<=':
        return span(0, to);
      case '>':
        return above;
      case '>=':
        return span(from, this.#cuts.length + 1);
      default:
        return comparison satisfies never;
    }
  }

  /** The step that a number lies on, as SQL; null when there is no number. */
  stepSql(number: string): string {
    return `toUInt8(${this.#cuts.map(({ value, after }) => `(${number} ${after ? '>' : '>='} ${floatLiteral(value)})`).join(' + ')})`;
  }

  /** That a number lies on one of the wanted steps, or near enough: no profile is lost. */
  someSql(number: string): string {
    const [first] = this.#cuts;
    if (first === undefined || this.#wanted.has(0)) return `isNotNull(${number})`;
    return `ifNull(${number} ${first.after ? '>' : '>='} ${floatLiteral(first.value)}, 0)`;
  }

  /** The first step above a cut, or above where it would be. */
  #step(cut: Cut): number {
    return this.#cuts.filter((each) => each.value < cut.value || (each.value === cut.value && (cut.after || !each.after))).length;
  }
}

function cutsOf({ comparison, value }: Threshold): readonly Cut[] {
  const [before, after] = [
    { value, after: false },
    { value, after: true },
  ];
  if (comparison === '=' || comparison === '!=') return [before, after];
  return comparison === '>' || comparison === '<=' ? [after] : [before];
}

function span(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
