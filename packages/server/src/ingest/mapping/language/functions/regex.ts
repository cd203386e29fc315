import { compilePattern, patternProblem } from '@kindred/pql';
import { define } from './function.ts';
import type { ArgumentProblem } from './function.ts';
import { optional, text } from './params.ts';
import { Invalid } from '../../values.ts';

const family = 'Regular expression';

/** Looks at a pattern that is the same for every record. */
export function checkPattern(argument: number): (constants: readonly unknown[]) => ArgumentProblem | null {
  return (constants) => {
    const pattern = constants[argument];
    const problem = typeof pattern === 'string' ? patternProblem(pattern) : null;
    return problem === null ? null : { argument, code: 'bad-pattern', ...problem };
  };
}

/** Runs what a pattern does; a broken one that comes from the record is a problem of the record. */
export function withPattern<T>(pattern: string, run: (compiled: ReturnType<typeof compilePattern>) => T): T | Invalid {
  const problem = patternProblem(pattern);
  return problem === null
    ? run(compilePattern(pattern))
    : new Invalid(`the regular expression ${JSON.stringify(pattern)}: ${problem.message}`);
}

export const regexFunctions = [
  define({
    name: 'explode',
    family: 'String',
    params: [text('STRING'), optional(text('REGEX'))],
    returns: 'array',
    doc: 'Cuts a text where a regular expression matches (default `,`). The characters + ? ^ | . [ ( { ) * $ need a backslash. Empty parts stay.',
    examples: [
      ['explode("Hi, there!", " ")', ['Hi,', 'there!']],
      [String.raw`explode("id1|id2", "\|")`, ['id1', 'id2']],
    ],
    check: checkPattern(1),
    call: ([input, pattern = ',']) => withPattern(pattern, ({ split }) => split(input)),
  }),
  define({
    name: 'extract_regex',
    family,
    params: [text('STRING'), text('REGEX')],
    returns: 'array',
    doc: 'What the first match found: the whole of it, then each group. Nothing when nothing matches.',
    examples: [['extract_regex("E259,E259B_009,1_1", "([^,]+),[^,]*,([^,]+)")', ['E259,E259B_009,1_1', 'E259', '1_1']]],
    check: checkPattern(1),
    call: ([input, pattern]) => withPattern(pattern, ({ groups }) => groups(input)),
  }),
  define({
    name: 'matches_regex',
    family,
    params: [text('STRING'), text('REGEX')],
    returns: 'boolean',
    doc: 'Whether a regular expression matches the whole text.',
    examples: [
      ['matches_regex("E259,E259B_009,1_1", "([^,]+),[^,]*,([^,]+)")', true],
      [String.raw`matches_regex("17a", "\d+")`, false],
    ],
    check: checkPattern(1),
    call: ([input, pattern]) => withPattern(String.raw`\A(?:${pattern})\z`, ({ test }) => test(input)),
  }),
];
