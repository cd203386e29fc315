/** What a composition lacks before it can be published, block by block. */
import type { UnionSchema } from '@kindred/pql';
import { compile, compileValue, positionOf } from '@kindred/pql';
import type { Definition } from '../definition.ts';
import { SegmentationError } from '../errors.ts';
import type { CompositionBody, Path, Source } from './body.ts';
import { canRefer, fieldType } from './enrichment.ts';
import { WHOLE } from './choice.ts';
import { numberOf } from './number.ts';
import { hundredths } from './rules.ts';

export type BlockName = 'audience' | 'exclude' | 'enrich' | 'rank' | 'split' | 'save';

export interface CompositionProblem {
  readonly block: BlockName;
  /** Of several exclusions or paths the place of the one, from 0; null: the whole block. */
  readonly index: number | null;
  readonly message: string;
  readonly hint: string;
}

export interface ProblemsOptions {
  readonly schema: UnionSchema;
  /** Of the audiences that the blocks name those that exist, by id. */
  readonly audiences: ReadonlyMap<string, Definition>;
  /** Names of the paths that other audiences have. */
  readonly taken: ReadonlySet<string>;
}

/** Ids of the audiences that the blocks name. */
export function namedAudiences({ audience, exclude }: CompositionBody): readonly string[] {
  const excluded = exclude.flatMap((each) => (each.kind === 'audience' && each.id !== '' ? [each.id] : []));
  return [...new Set([...(audience.kind === 'audiences' ? audience.ids : []), ...excluded])];
}

export function problemsOf(body: CompositionBody, options: ProblemsOptions): readonly CompositionProblem[] {
  return [
    ...sourceProblems(body.audience, options),
    ...exclusionProblems(body, options),
    ...enrichProblems(body, options),
    ...rankProblems(body, options),
    ...splitProblems(body, options),
    ...pathProblems(body, options),
  ];
}

function sourceProblems(source: Source, options: ProblemsOptions): readonly CompositionProblem[] {
  const at = { block: 'audience', index: null } as const;
  if (source.kind === 'rule') return ruleProblems(source.pql, at, options);
  const [first] = source.ids;
  if (first === undefined) return [{ ...at, message: 'No audience is chosen.', hint: 'Add one audience at least, or write a rule.' }];
  if (source.merge === 'exclude-overlap' && source.ids.length < 2) {
    return [{ ...at, message: 'One audience has no overlap with others.', hint: 'Add another audience, or join them by union.' }];
  }
  return source.ids.flatMap((id) => audienceProblems(id, at, options));
}

function exclusionProblems({ exclude }: CompositionBody, options: ProblemsOptions): readonly CompositionProblem[] {
  return exclude.flatMap((each, index) => {
    const at = { block: 'exclude', index } as const;
    return each.kind === 'rule' ? ruleProblems(each.pql, at, options) : audienceProblems(each.id, at, options);
  });
}

function enrichProblems({ enrich }: CompositionBody, { schema }: ProblemsOptions): readonly CompositionProblem[] {
  if (enrich === undefined) return [];
  const { entity, by, fields } = enrich;
  const problem = (message: string, hint: string): CompositionProblem => ({ block: 'enrich', index: null, message, hint });
  const type = schema.lookups?.[entity];
  if (entity === '') return [problem('No records are chosen.', 'Choose the lookup entity whose fields go along.')];
  if (type === undefined) return [problem(`There are no records of ${entity}.`, 'Choose a lookup entity of the schema (docs/lookups.md).')];
  if (by.trim() === '')
    return [problem('No attribute is chosen to find the record by.', 'Choose an attribute that holds the id of a record.')];
  if (!canRefer(fieldType(schema.profile, by)))
    return [problem(`${by} is no attribute that is a text.`, 'Choose an attribute of people that holds the id of a record.')];
  if (fields.length === 0) return [problem('No fields are chosen.', 'Choose the fields of the record that go along.')];
  return fields
    .filter((field) => fieldType(type, field) === null)
    .map((field) => problem(`The records have no field ${field}.`, 'Choose among the fields that the schema of the records has.'));
}

function rankProblems({ rank, split }: CompositionBody, { schema }: ProblemsOptions): readonly CompositionProblem[] {
  if (rank === null) return [];
  const at = { block: 'rank', index: null } as const;
  if (split !== null)
    return [
      {
        ...at,
        message: 'A composition ranks or splits, not both.',
        hint: 'Take one of the two blocks out; a second composition may start from an audience of this one.',
      },
    ];
  if (rank.by.trim() === '') return [{ ...at, message: 'Nothing is chosen to rank by.', hint: 'Choose an attribute that is a number.' }];
  return refusals(at, () => numberOf(rank.by, schema));
}

function splitProblems({ split, paths }: CompositionBody, { schema }: ProblemsOptions): readonly CompositionProblem[] {
  if (split === null) return [];
  const at = { block: 'split', index: null } as const;
  if (paths.length < 2) return [{ ...at, message: 'A split has two paths at least.', hint: 'Add a path, or take the split out.' }];
  return split.by === 'percentage' ? percentProblems(paths) : [...attributeProblems(split.attribute, schema), ...valueProblems(paths)];
}

function percentProblems(paths: readonly Path[]): readonly CompositionProblem[] {
  const at = { block: 'split', index: null } as const;
  const empty = paths.flatMap((path, index) => {
    return hundredths(path) > 0
      ? []
      : [{ ...at, index, message: `${path.name || 'A path'} has no share.`, hint: 'Give it more than 0 %.' }];
  });
  const sum = paths.reduce((all, path) => all + hundredths(path), 0);
  if (empty.length > 0 || sum === WHOLE) return empty;
  return [
    {
      ...at,
      message: `The shares add up to ${sum / 100} %.`,
      hint: 'They must add up to 100 %; a path of its own can hold who is to get nothing.',
    },
  ];
}

function attributeProblems(attribute: string, schema: UnionSchema): readonly CompositionProblem[] {
  const at = { block: 'split', index: null } as const;
  if (attribute.trim() === '')
    return [{ ...at, message: 'No attribute is chosen to split by.', hint: 'Choose an attribute that is a text.' }];
  const { value, type, problems } = compileValue(attribute, schema);
  if (value === null) return [{ ...at, ...firstOf(problems, attribute) }];
  if (type.kind === 'string') return [];
  return [{ ...at, message: `${attribute} is no text.`, hint: 'Split by an attribute that is a text; others can be told apart by rules.' }];
}

function valueProblems(paths: readonly Path[]): readonly CompositionProblem[] {
  const taken = new Set<string>();
  return paths.flatMap(({ name, values }, index) => {
    const at = { block: 'split', index } as const;
    if (values === undefined) {
      return index === paths.length - 1
        ? []
        : [
            {
              ...at,
              message: `${name || 'A path'} for other profiles is not the last.`,
              hint: 'Put it last: it takes whom no other path takes.',
            },
          ];
    }
    const own = values.filter((value) => !taken.has(value));
    for (const value of own) taken.add(value);
    if (own.length > 0) return [];
    const message =
      values.length === 0 ? `${name || 'A path'} has no value.` : `All values of ${name || 'a path'} are taken by paths before it.`;
    return [{ ...at, message, hint: 'Give it a value that no path before it has: the first path with a value takes it.' }];
  });
}

function pathProblems({ paths, split }: CompositionBody, { taken }: ProblemsOptions): readonly CompositionProblem[] {
  const at = { block: 'save', index: null } as const;
  if (split === null && paths.length !== 1)
    return [{ ...at, message: `There are ${paths.length} paths and no split.`, hint: 'Without a split there is one path.' }];
  return paths.flatMap(({ key, name }, index) => {
    if (name.trim() === '') return [{ ...at, index, message: 'The audience has no name.', hint: 'Name what the path becomes.' }];
    if (taken.has(name.trim())) {
      return [
        {
          ...at,
          index,
          message: `There is an audience named ${JSON.stringify(name)} already.`,
          hint: 'Choose another name, or change that audience.',
        },
      ];
    }
    const same = paths.findIndex((each) => each.key === key || each.name.trim() === name.trim());
    return same === index
      ? []
      : [{ ...at, index, message: `There are two paths with the name or key of ${name}.`, hint: 'Give each path its own.' }];
  });
}

type At = Pick<CompositionProblem, 'block' | 'index'>;

function audienceProblems(id: string, at: At, { audiences }: ProblemsOptions): readonly CompositionProblem[] {
  if (id === '') return [{ ...at, message: 'No audience is chosen.', hint: 'Choose one, or take this out.' }];
  const found = audiences.get(id);
  if (found === undefined) return [{ ...at, message: `There is no audience ${id}.`, hint: 'It was deleted; take it out.' }];
  if (found.lifecycleState === 'published') return [];
  return [{ ...at, message: `${found.name} is ${found.lifecycleState}, not published.`, hint: 'Publish it first, or take it out.' }];
}

function ruleProblems(pql: string, at: At, { schema }: ProblemsOptions): readonly CompositionProblem[] {
  if (pql.trim() === '') return [{ ...at, message: 'The rule is empty.', hint: 'Write a condition, or take this out.' }];
  const { plan, problems } = compile(pql, schema);
  return plan === null ? [{ ...at, ...firstOf(problems, pql) }] : [];
}

function firstOf(problems: ReturnType<typeof compile>['problems'], text: string): Pick<CompositionProblem, 'message' | 'hint'> {
  const [first] = problems.filter(({ severity }) => severity === 'error');
  if (first === undefined) return { message: `${text} cannot be evaluated.`, hint: 'Write it in another way.' };
  const { line, column } = positionOf(text, first.span.from);
  return { message: `Line ${line}, column ${column}: ${first.message}`, hint: first.hint ?? 'See docs/pql.md.' };
}

function refusals(at: At, work: () => unknown): readonly CompositionProblem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof SegmentationError)) throw error;
    return [{ ...at, message: error.message, hint: error.hint }];
  }
}
