/**
 * Regular expressions: RE2's syntax and its promise, that time grows with the length of the text and never explodes.
 * The one library of this package does the work (docs/decisions/0005-regular-expressions.md).
 */
import { RE2JS, RE2JSException } from 're2js';

export interface PatternProblem {
  readonly message: string;
  readonly hint: string;
}

export interface Pattern {
  /** Whether the pattern is found somewhere in the text. */
  readonly test: (text: string) => boolean;
  /** What a group of the first match found, 0 for the whole match; null without one. */
  readonly group: (text: string, group: number) => string | null;
  /** What the first match and its groups found, null for a group that found nothing; null without a match. */
  readonly groups: (text: string) => readonly (string | null)[] | null;
  /** The text cut at every match, empty pieces included. */
  readonly split: (text: string) => readonly string[];
}

/** Steps of a compiled pattern: as much as RE2 allows itself by default. */
const MAX_PROGRAM = 80_000;

const LINEAR = 'Regular expressions follow RE2, which always takes linear time.';
/** What RE2 complains of, in words for those who never heard of it. */
const COMPLAINTS: readonly (readonly [found: RegExp, message: string, hint: string])[] = [
  [/Perl syntax: `\(\?<?[=!]/, 'Look-ahead and look-behind are not supported.', LINEAR],
  [/Perl syntax: `\(\?>/, 'Atomic groups are not supported.', 'Write (?:…) instead.'],
  [/Perl syntax/, 'This group is not known.', 'Groups: (…), (?:…), (?P<name>…), and flags such as (?i) and (?s:…).'],
  [/escape sequence: `\\[1-9]/, 'Back-references are not supported.', LINEAR],
  [/escape sequence/, 'This escape is not known.', 'Letters are escaped only when they name a class, such as \\d or \\p{Greek}.'],
  [
    /nested repetition/,
    'A repetition is repeated; possessive quantifiers such as a++ are not supported.',
    'Write (?:a+)+ or leave the second out.',
  ],
  [/repeat count/, 'A repetition counts at most to 1000, also repetitions of repetitions taken together.', 'Use smaller numbers.'],
  [/missing argument/, 'A quantifier has nothing before it to repeat.', 'To find the character itself, write a backslash before it.'],
  [/missing closing \)|unexpected \)/, 'The parentheses do not match.', 'A parenthesis as a character is written \\( or \\).'],
  [/missing closing \]/, 'A character class is never closed.', 'Add the missing ].'],
  [/class range/, 'This range of characters is broken.', 'Ranges go upwards: [a-z]; a hyphen as a character stands last.'],
  [/trailing backslash/, 'A backslash at the end escapes nothing.', 'Write \\\\ for a backslash itself.'],
  [/too large|nests too deeply/, 'The regular expression is too large.', 'Use a shorter one.'],
];

function compiled(pattern: string): RE2JS {
  const expression = RE2JS.compile(pattern);
  if (expression.programSize() > MAX_PROGRAM) throw new RE2JSException('expression too large');
  return expression;
}

/** What is wrong with a pattern, or null. */
export function patternProblem(pattern: string): PatternProblem | null {
  try {
    compiled(pattern);
    return null;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const [, message, hint] = COMPLAINTS.find(([found]) => found.test(error.message)) ?? [];
    return { message: message ?? 'This regular expression is broken.', hint: hint ?? LINEAR };
  }
}

const cache = new Map<string, Pattern>();
const CACHE_SIZE = 500;

/** A pattern for unanchored find. Throws on patterns that `patternProblem` refuses. */
export function compilePattern(pattern: string): Pattern {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const expression = compiled(pattern);
  const made: Pattern = {
    test: (text) => expression.test(text),
    group: (text, group) => (expression.exec(text)?.[group] as string | undefined) ?? null,
    groups: (text) => expression.exec(text)?.map((found: string | undefined) => found ?? null) ?? null,
    split: (text) => expression.split(text, -1),
  };
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(pattern, made);
  return made;
}
