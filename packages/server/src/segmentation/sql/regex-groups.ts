/**
 * Whether a group of a regular expression takes part in every match, and whether it can take part and find nothing: the engine
 * has the empty text for both a group that found nothing and one that took no part. Reads patterns that have been checked.
 */

export interface GroupNature {
  /** It takes part whenever the pattern is found. */
  readonly always: boolean;
  /** It may find the empty text. */
  readonly empty: boolean;
}

interface Piece {
  /** Of a group: its alternatives. */
  readonly group: Group | null;
  /** It may find the empty text when it takes part. */
  readonly empty: boolean;
  /** How often it must be there. */
  readonly least: number;
}

interface Group {
  /** Its number; null when it captures nothing. */
  readonly index: number | null;
  readonly alternatives: readonly (readonly Piece[])[];
}

/** Null: there is no such group. */
export function groupNature(pattern: string, index: number): GroupNature | null {
  if (index === 0) return { always: true, empty: true };
  return find({ index: null, alternatives: new Reader(pattern).alternatives() }, index, true);
}

function find(group: Group, index: number, always: boolean): GroupNature | null {
  if (group.index === index) return { always, empty: group.alternatives.some(isEmpty) };
  for (const pieces of group.alternatives) {
    for (const piece of pieces) {
      const stays = always && group.alternatives.length === 1 && piece.least > 0;
      const found = piece.group === null ? null : find(piece.group, index, stays);
      if (found !== null) return found;
    }
  }
  return null;
}

const isEmpty = (pieces: readonly Piece[]): boolean => pieces.every((piece) => piece.empty || piece.least === 0);

class Reader {
  readonly #text: string;
  #at = 0;
  #groups = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Up to the closing parenthesis, or the end. */
  alternatives(): readonly (readonly Piece[])[] {
    const all: Piece[][] = [[]];
    for (; this.#at < this.#text.length && this.#text[this.#at] !== ')';) {
      if (this.#text[this.#at] === '|') {
        this.#at++;
        all.push([]);
      } else {
        all.at(-1)?.push(this.#piece());
      }
    }
    return all;
  }

  #piece(): Piece {
    const atom = this.#atom();
    const quantifier = this.#take(/^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/);
    if (quantifier === null) return { ...atom, least: 1 };
    const least = quantifier[0].startsWith('{') ? Number(quantifier[1]) : quantifier[0].startsWith('+') ? 1 : 0;
    return { ...atom, least };
  }

  #atom(): Pick<Piece, 'group' | 'empty'> {
    const nothing = this.#take(/^(?:[\^$]|\\[bBAz]|\(\?[imsU-]+\))/);
    if (nothing !== null) return { group: null, empty: true };
    if (this.#take(/^\\Q/) !== null) {
      const text = this.#take(/^[^]*?(?:\\E|$)/)?.[0] ?? '';
      return { group: null, empty: text === '\\E' || text === '' };
    }
    if (this.#take(/^\\(?:[pPx]\{[^}]*\}|x[0-9A-Fa-f]{2}|[^])/) !== null) return { group: null, empty: false };
    if (this.#take(/^\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]/) !== null) return { group: null, empty: false };
    if (this.#text[this.#at] !== '(') {
      this.#at += (this.#text.codePointAt(this.#at) ?? 0) > 0xffff ? 2 : 1;
      return { group: null, empty: false };
    }
    const opening = this.#take(/^\((?:\?P?<\w+>|\?[imsU-]*:)?/)?.[0] ?? '(';
    const index = opening.endsWith(':') ? null : ++this.#groups;
    const group: Group = { index, alternatives: this.alternatives() };
    this.#at++;
    return { group, empty: group.alternatives.some(isEmpty) };
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    const found = pattern.exec(this.#text.slice(this.#at));
    if (found !== null) this.#at += found[0].length;
    return found;
  }
}
