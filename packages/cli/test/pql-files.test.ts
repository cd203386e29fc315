import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.ts';
import type { Run } from './kindred.ts';
import { kindred, temporaryFolder } from './kindred.ts';
import { NOW, profiles, TABLE } from './pql-table.ts';

const temporary = temporaryFolder();
const env = { KINDRED_DATA: join(temporary.path, 'data'), KINDRED_LOG_LEVEL: 'warn', PORT: '0' };
const run = (...args: string[]): Promise<Run> => kindred(args, env);
const file = (name: string, lines: readonly unknown[]): string => {
  const path = join(temporary.path, name);
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
};
const linesOf = ({ stdout }: Run): Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const people = file('people.jsonl', profiles);
const table = file(
  'table.jsonl',
  TABLE.map(([pql], id) => ({ id, pql })),
);
const evaluated = (...more: string[]): Promise<Run> => run('pql', 'eval', '--profiles', people, '--now', NOW, ...more);

afterAll(() => temporary.remove());

describe('pql eval over files', () => {
  it.each(['reference', 'batch', 'stream'])('the %s engine answers as worked out by hand', async (engine) => {
    const answer = await evaluated('--queries', table, '--engine', engine);
    expect(answer.code, answer.stderr).toBe(0);
    const found = linesOf(answer).map(({ matches, errors }) => (matches as string[] | undefined)?.join(' ') ?? JSON.stringify(errors));
    expect(TABLE.map(([pql], index) => [pql, found[index]])).toEqual(TABLE);
  });

  it('the batch engine leaves nothing behind', async () => {
    // A folder for temporary files of its own: other tests evaluate files at the same time.
    const folder = join(temporary.path, 'tmp');
    mkdirSync(folder);
    const queries = file('one.jsonl', [{ id: 1, pql: 'vip' }]);
    const args = ['pql', 'eval', '--profiles', people, '--now', NOW, '--queries', queries, '--engine', 'batch'];
    expect((await kindred(args, { ...env, TMPDIR: folder })).code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['reference', 'batch', 'stream'])('the %s engine gives up on a query without end, and answers the others', async (engine) => {
    // An event without a time cannot be stored: this one is decided by the reference evaluator in both.
    const large = file('large.jsonl', [
      { id: 'large', vip: true, numbers: Array.from({ length: 400 }, (_, at) => at), xEvent: [{ sku: 'a' }] },
    ]);
    const endless = 'exists A from numbers, B from numbers, C from numbers where A + B + C < 0';
    const queries = file('endless.jsonl', [
      { id: 1, pql: endless },
      { id: 2, pql: 'vip' },
    ]);
    const answer = await run('pql', 'eval', '--profiles', large, '--queries', queries, '--now', NOW, '--engine', engine);
    expect(answer.code, answer.stderr).toBe(0);
    expect(linesOf(answer)).toMatchObject([
      { errors: [{ code: 'evaluation-too-long', hint: expect.any(String) }] },
      { matches: ['large'] },
    ]);
  });

  it('queries with errors are answered with them, the others with members', async () => {
    const queries = file('errors.jsonl', [{ id: 'a', pql: 'vip and' }, '', { id: 2, pql: 'vip' }, { id: 'c' }, { id: 'd', pql: 'vip = ' }]);
    const answer = await evaluated('--queries', queries);
    expect(answer.code).toBe(0);
    const [a, two, c, d] = linesOf(answer);
    expect(a).toMatchObject({ id: 'a', errors: [{ code: 'missing-expression', line: 1 }] });
    expect(two).toEqual({ id: 2, matches: ['ann'] });
    expect(c).toMatchObject({ id: 'c', errors: [{ code: 'query-missing' }] });
    expect(d).toMatchObject({ id: 'd', errors: [{ column: expect.any(Number) }] });
  });

  it('a query may come as pql/json, as a tree or as its text', async () => {
    const param = (fieldName: string): object => ({
      nodeType: 'fieldLookup',
      fieldName,
      object: { nodeType: 'parameterReference', position: 1 },
    });
    const params = [param('vip'), { nodeType: 'literal', literalType: 'Boolean', value: true }];
    const tree = { nodeType: 'fnApply', fnName: '=', params };
    const lines = [
      { id: 1, pqlJson: tree },
      { id: 2, pqlJson: JSON.stringify(tree) },
      { id: 3, pqlJson: { nodeType: 'nonsense' } },
    ];
    const queries = file('json-trees.jsonl', lines);
    const answer = await evaluated('--queries', queries);
    expect(answer.code).toBe(0);
    expect(linesOf(answer)).toMatchObject([{ matches: ['ann'] }, { matches: ['ann'] }, { errors: [{ code: 'bad-json' }] }]);
    const checked = await run('pql', 'check', '--no-schema', queries);
    expect(checked).toEqual(await run('pql', 'check', '--no-schema', '--queries', queries));
    expect(linesOf(checked)).toMatchObject([
      { ok: true, text: 'vip = true', json: tree },
      { ok: true, json: tree },
      { ok: false, text: null },
    ]);
  });

  it('--values answers with the value for each profile, whatever its type', async () => {
    const queries = file('values.jsonl', [
      { id: 'n', pql: 'xEvent[eventType = "buy"].sum(total)' },
      { id: 'm', pql: 'xEvent.groupBy(eventType).map((K, G) => mapEntry(K, G.count()))' },
      { id: 't', pql: 'xEvent.max(timestamp)' },
      { id: 'e', pql: '@{context}.x' },
      { id: 'none' },
    ]);
    const answer = await evaluated('--values', '--queries', queries);
    expect(answer.code, answer.stderr).toBe(0);
    expect(linesOf(answer)).toMatchObject([
      { id: 'n', type: 'Number', values: { ann: 50, bob: 30.5, lou: 0 } },
      { id: 'm', type: 'map of Integer', values: { bob: { cart: 1, buy: 2 }, lou: {} } },
      { id: 't', type: 'DateTime', values: { fay: '2026-01-10T10:00:00.000Z', lou: null } },
      { id: 'e', errors: [{ code: 'not-supported-yet', line: 1 }] },
      { id: 'none', errors: [{ code: 'query-missing' }] },
    ]);
  });

  it('files and lines that cannot be used end with 4 and are named', async () => {
    const good = file('good.jsonl', [{ id: 1, pql: 'vip' }]);
    const cases: readonly (readonly [profiles: string, queries: string, words: string])[] = [
      ['/no/profiles.jsonl', good, '/no/profiles.jsonl'],
      [people, '/no/queries.jsonl', '/no/queries.jsonl'],
      [people, temporary.path, temporary.path],
      [people, file('json.jsonl', [{ id: 1, pql: 'vip' }, '{']), 'json.jsonl, line 2: not JSON'],
      [people, file('list.jsonl', ['[]']), 'line 1: not a JSON object'],
      [people, file('no-id.jsonl', [{ pql: 'vip' }]), '"id" is missing'],
      [file('twice.jsonl', [{ id: 1 }, { id: 1 }]), good, 'line 2: the id 1 comes twice'],
      [file('events.jsonl', [{ id: 1, xEvent: [1] }]), good, '"xEvent" is no list of objects'],
    ];
    for (const [profilesFile, queries, words] of cases) {
      const { code, stdout, stderr } = await run('pql', 'eval', '--profiles', profilesFile, '--queries', queries);
      expect([code, stdout], words).toEqual([exitCodes.invalid, '']);
      expect(stderr).toContain(words);
    }
    const { code, stderr } = await run('pql', 'eval', '--profiles', people, '--queries', good, '--now', 'noon');
    expect([code, stderr]).toEqual([exitCodes.invalid, expect.stringContaining('--now noon')]);
  });

  it('wrong usage ends with 2', async () => {
    const cases: readonly (readonly string[])[] = [
      ['eval'],
      ['eval', '--profiles', people],
      ['eval', 'vip', '--queries', table],
      ['eval', '--profiles', people, '--queries', table, '--engine', 'fast'],
      ['eval', '--profiles', people, '--queries', table, '--engine', 'batch', '--values'],
      ['eval', '--values', 'vip'],
      ['eval', '--profiles', '-', '--queries', '-'],
      ['check', 'vip', '--no-schema'],
    ];
    for (const args of cases) expect((await run('pql', ...args)).code, args.join(' ')).toBe(exitCodes.usage);
  });
});

describe('pql check over lines', () => {
  it('without a schema any field will do; the text is canonical', async () => {
    const input = [
      { id: 1, pql: 'a . b>1 AND c' },
      { id: 2, pql: 'a >' },
    ]
      .map((line) => JSON.stringify(line))
      .join('\n');
    const answer = await kindred(['pql', 'check', '--no-schema'], env, input);
    expect(answer.code, answer.stderr).toBe(0);
    expect(linesOf(answer)).toMatchObject([
      {
        id: 1,
        ok: true,
        text: 'a.b > 1 and c',
        errors: [],
        warnings: [],
        methods: { batch: { eligible: true }, streaming: { eligible: true }, edge: { eligible: true } },
        sentence: expect.stringMatching(/^People for whom a b is more than 1, /),
      },
      { id: 2, ok: false, errors: [{ code: 'missing-expression' }], methods: null, sentence: null },
    ]);
  });

  it('with the schema of the server, unknown fields are errors', async () => {
    const queries = file('fields.jsonl', [
      { id: 1, pql: 'homeAddress.city = "Rome"' },
      { id: 2, pql: 'homeAddress.town = "Rome"' },
    ]);
    const answer = await run('pql', 'check', '--queries', queries);
    expect(answer.code, answer.stderr).toBe(0);
    expect(linesOf(answer)).toMatchObject([
      { id: 1, ok: true, sentence: 'People whose home address city is "Rome".', methods: { edge: { eligible: true } } },
      { id: 2, ok: false, errors: [{ code: 'unknown-field' }], methods: null },
    ]);
  });
});

describe('pql describe and format', () => {
  it('say and lay out a query without a server', async () => {
    const described = await run('pql', 'describe', 'xEvent[eventType = "view" and timestamp occurs today] and not (vip = true)');
    expect([described.code, described.stdout]).toEqual([
      0,
      'People who have had an event of type "view" today and for whom it is not so that vip is true.\n',
    ]);
    const formatted = await kindred(['pql', 'format', '-'], env, 'a=1 AND NOT(b)');
    expect([formatted.code, formatted.stdout]).toEqual([0, 'a = 1 and not (b)\n']);
    for (const command of ['describe', 'format']) {
      const { code, stderr } = await run('pql', command, 'a = ');
      expect([code, stderr]).toEqual([exitCodes.invalid, expect.stringContaining('missing-expression')]);
    }
  });
});
