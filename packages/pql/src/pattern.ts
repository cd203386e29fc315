/**
 * Regular expressions: the part of RE2 that JavaScript can run with the same meaning. Look-around and
 * back-references do not exist in RE2 and are refused when the query is checked.
 */

export interface PatternProblem {
  readonly message: string;
  readonly hint: string;
}

interface Translated {
  readonly source: string;
  readonly flags: string;
}

class BadPattern extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** RE2's classes are ASCII only; JavaScript's are not. */
const CLASSES: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' };
const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};
const CONTROL: Readonly<Record<string, string>> = { t: '\\t', n: '\\n', r: '\\r', f: '\\f', v: '\\v', a: '\\x07' };

class Translator {
  readonly #text: string;
  #at = 0;
  #flags = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  run(): Translated {
    const leading = /^\(\?([ims]+)\)/.exec(this.#text);
    if (leading !== null) {
      this.#at = leading[0].length;
      this.#flags = new Set(leading[1]);
    }
    let source = '';
    while (this.#at < this.#text.length) source += this.#piece();
    return { source, flags: this.#flags.has('i') ? 'iu' : 'u' };
  }

  #piece(): string {
    const char = this.#next();
    switch (char) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#class();
      case '(':
        return this.#group();
      case '.':
        return this.#flags.has('s') ? '[^]' : '[^\\n]';
      case '^':
        return this.#flags.has('m') ? '(?<![^\\n])' : '^';
      case '$':
        return this.#flags.has('m') ? '(?![^\\n])' : '$';
      case '*':
      case '+':
      case '?':
        return this.#quantifier(char);
      case '{': {
        const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.#text.slice(this.#at - 1));
        if (counted === null) return '\\{';
        this.#at += counted[0].length - 1;
        if (Math.max(Number(counted[1]), Number(counted[3] ?? 0)) > 1000)
          throw new BadPattern('A repetition counts at most to 1000.', 'Use a smaller number.');
        return this.#quantifier(counted[0]);
      }
      case '}':
      case ']':
      case '/':
        return `\\${char}`;
      default:
        return char;
    }
  }

  #next(): string {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += char.length;
    return char;
  }

  #quantifier(text: string): string {
    if (this.#text[this.#at] === '+') throw new BadPattern('Possessive quantifiers are not supported.', `Write ${text} without the +.`);
    return text;
  }

  #group(): string {
    const rest = this.#text.slice(this.#at);
    if (!rest.startsWith('?')) return '(';
    const named = /^\?P?<([A-Za-z_]\w*)>/.exec(rest);
    if (named !== null) {
      this.#at += named[0].length;
      return `(?<${named[1]}>`;
    }
    if (rest.startsWith('?:')) {
      this.#at += 2;
      return '(?:';
    }
    if (/^\?<?[=!]/.test(rest))
      throw new BadPattern(
        'Look-ahead and look-behind are not supported.',
        'Regular expressions follow RE2, which always takes linear time.',
      );
    if (rest.startsWith('?>')) throw new BadPattern('Atomic groups are not supported.', 'Write (?:…) instead.');
    throw new BadPattern('Flags inside a regular expression are supported only at its very beginning.', 'For example: (?i)gold');
  }

  #escape(): string {
    if (this.#at >= this.#text.length)
      throw new BadPattern('A backslash at the end escapes nothing.', 'Write \\\\ for a backslash itself.');
    const char = this.#next();
    if (char === 'b' || char === 'B') return `\\${char}`;
    if (char === 'A') return '(?<![^])';
    if (char === 'z') return '(?![^])';
    const lower = char.toLowerCase();
    const set = CLASSES[lower];
    if (set !== undefined) return `[${char === lower ? '' : '^'}${set}]`;
    return this.#character(char);
  }

  /** An escaped single character or Unicode class, the same inside and outside brackets. */
  #character(char: string): string {
    const control = CONTROL[char];
    if (control !== undefined) return control;
    if (char === 'p' || char === 'P') return this.#property(char);
    if (char === 'x') return this.#hexadecimal();
    if (/[1-9]/.test(char))
      throw new BadPattern('Back-references are not supported.', 'Regular expressions follow RE2, which always takes linear time.');
    if (/[0-9A-Za-z]/.test(char))
      throw new BadPattern(`\\${char} is not a known escape.`, 'Letters are escaped only when they name a class, such as \\d.');
    return /[\^$\\.*+?()[\]{}|/-]/.test(char) ? (char === '-' ? '\\x2D' : `\\${char}`) : char;
  }

  #property(char: string): string {
    const found = /^(?:\{(\^?)([A-Za-z_]+)\}|([A-Z]))/.exec(this.#text.slice(this.#at));
    if (found === null) throw new BadPattern('A Unicode class needs a name.', 'For example: \\p{L} or \\p{Greek}');
    this.#at += found[0].length;
    const negated = (char === 'P') !== (found[1] === '^');
    const name = found[2] ?? found[3] ?? 'L';
    return `\\${negated ? 'P' : 'p'}{${name.length > 2 ? `Script=${name}` : name}}`;
  }

  #hexadecimal(): string {
    const found = /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(this.#text.slice(this.#at));
    if (found === null) throw new BadPattern('\\x needs two hexadecimal digits.', 'For example: \\x41 or \\x{1F600}');
    this.#at += found[0].length;
    return `\\u{${found[1] ?? found[2]}}`;
  }

  #class(): string {
    let source = '[';
    if (this.#text[this.#at] === '^') source += this.#next();
    // A closing bracket in first place stands for itself.
    if (this.#text[this.#at] === ']') source += `\\${this.#next()}`;
    for (;;) {
      if (this.#at >= this.#text.length) throw new BadPattern('A character class is never closed.', 'Add the missing ].');
      const char = this.#next();
      if (char === ']') return `${source}]`;
      source += this.#classMember(char);
    }
  }

  #classMember(char: string): string {
    if (char === '[') {
      const posix = /^:(\^?)([a-z]+):\]/.exec(this.#text.slice(this.#at));
      const set = POSIX[posix?.[2] ?? ''];
      if (posix === null || set === undefined || posix[1] === '^') return '\\[';
      this.#at += posix[0].length;
      return set;
    }
    if (char !== '\\') return /[\^$.*+?(){}|/]/.test(char) ? `\\${char}` : char;
    const escaped = this.#next();
    const set = CLASSES[escaped.toLowerCase()];
    if (set === undefined) return escaped === 'b' ? '\\x08' : this.#character(escaped);
    if (escaped === escaped.toLowerCase()) return set;
    throw new BadPattern(`\\${escaped} cannot stand inside brackets.`, `Write [^…] or use \\${escaped} outside of brackets.`);
  }
}

function regExpOf(pattern: string): RegExp {
  const { source, flags } = new Translator(pattern).run();
  try {
    return new RegExp(source, flags);
  } catch {
    throw new BadPattern('This regular expression is broken.', 'Check its parentheses, brackets and quantifiers.');
  }
}

/** What is wrong with a pattern, or null. */
export function patternProblem(pattern: string): PatternProblem | null {
  try {
    regExpOf(pattern);
    return null;
  } catch (error) {
    if (error instanceof BadPattern) return { message: error.message, hint: error.hint };
    throw error;
  }
}

const cache = new Map<string, RegExp>();
const CACHE_SIZE = 500;

/** The pattern as a JavaScript expression for unanchored find. Throws on patterns that `patternProblem` refuses. */
export function compilePattern(pattern: string): RegExp {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = regExpOf(pattern);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}

/** A SQL LIKE pattern as a JavaScript expression for the whole text. */
export function compileLike(pattern: string): RegExp {
  let source = '';
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index++) {
    const char = characters[index] ?? '';
    if (char === '%') source += '[^]*';
    else if (char === '_') source += '[^]';
    else source += literally(char === '\\' && index + 1 < characters.length ? (characters[++index] ?? '') : char);
  }
  return new RegExp(`^${source}$`, 'u');
}

const literally = (char: string): string => (/[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char);
