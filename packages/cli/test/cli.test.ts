import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from 'commander';
import { exitCodes } from '../src/exit-codes.ts';
import { createProgram } from '../src/program.ts';
import type { Run, Serving } from './kindred.ts';
import { kindred, serving, takenPort, temporaryFolder } from './kindred.ts';

const temporary = temporaryFolder();
const env = { KINDRED_DATA: join(temporary.path, 'data'), PORT: '0', KINDRED_LOG_LEVEL: 'warn' };
const run = (...args: string[]): Promise<Run> => kindred(args, env);
const json = ({ stdout }: Run): unknown => JSON.parse(stdout);

const PEOPLE = ['customer,city', 'C1,Berlin', 'C2,Basel', 'C3,Berlin', ',Bonn'].join('\n');
const MAPPING = {
  version: 1,
  target: 'profile',
  dataset: 'people',
  identity: { namespace: 'CRMID', column: 'customer' },
  fields: { 'homeAddress.city': 'city' },
};
const people = join(temporary.path, 'people.csv');
const mapping = join(temporary.path, 'people.mapping.json');
/** Commands that have none below them. */
function leaves(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

const BERLIN = 'homeAddress.city = "Berlin"';

beforeAll(() => {
  writeFileSync(people, PEOPLE);
  // Late in a millisecond, where rounding and cutting off differ.
  utimesSync(people, 1_790_000_000.1237, 1_790_000_000.1237);
  writeFileSync(mapping, JSON.stringify(MAPPING));
});
afterAll(() => temporary.remove());

describe('without a server', () => {
  it('every command explains itself, with examples', async () => {
    for (const command of leaves(createProgram())) {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help, command.name()).toContain('--json');
      expect(help, command.name()).toContain('Examples:\n  ');
    }
    const { code, stdout } = await run('audience', 'create', '--help');
    expect([code, stdout]).toEqual([exitCodes.ok, expect.stringContaining('Examples:\n  ')]);
    expect((await run('--help')).stdout).toContain('Exit codes');
  });

  it('wrong usage ends with 2 and says what is wrong', async () => {
    const cases: readonly (readonly [args: string[], words: string])[] = [
      [['nonsense'], 'unknown command'],
      [['audience', 'create'], "missing required argument 'name'"],
      [['audience', 'list', '--colour'], 'unknown option'],
      [['audience', 'members', 'x', '--limit', 'many'], 'whole number'],
      [['import', 'x.csv', '--format', 'xlsx'], 'csv, json, jsonl, parquet'],
      [['audience', 'create', 'x'], '--pql or --file'],
      [['audience', 'import', 'x.csv', '--name', 'x'], '--identity'],
      [['audience', 'import', 'x.csv', '--name', 'x', '--identity', 'email'], 'column:namespace'],
      [['audience', 'overlap', 'one'], 'two audiences'],
      [['audience', 'versions', 'x', '--diff', '1-2'], '1..2'],
    ];
    for (const [args, words] of cases) {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stdout], args.join(' ')).toEqual([exitCodes.usage, '']);
      expect(stderr, args.join(' ')).toContain(words);
    }
  });

  it('starts one for the time of a command', async () => {
    const imported = await run('import', people, '--mapping', mapping, '--json');
    expect(imported.code).toBe(0);
    expect(json(imported)).toMatchObject({ state: 'succeeded', dataset: 'people', rowsIn: 4, rowsOut: 3, rejected: 1 });
    const listed = await run('audience', 'list', '--json');
    expect([listed.code, json(listed)]).toEqual([0, []]);
  });

  it('bad input ends with 4 and names it', async () => {
    const broken = join(temporary.path, 'broken.json');
    writeFileSync(broken, '{');
    const cases: readonly (readonly [args: string[], words: string])[] = [
      [['import', '/no/such/file.csv'], '/no/such/file.csv'],
      [['import', temporary.path], 'not a file'],
      [['import', people, '--mapping', '/no/mapping.json'], '/no/mapping.json'],
      [['import', people, '--mapping', broken], 'not JSON'],
      [['audience', 'create', 'x', '--file', '/no/query.pql'], '/no/query.pql'],
    ];
    for (const [args, words] of cases) {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stdout], args.join(' ')).toEqual([exitCodes.invalid, '']);
      expect(stderr, args.join(' ')).toContain(words);
    }
  });

  it('bad settings end with 4 and are named', async () => {
    const { code, stderr } = await kindred(['audience', 'list'], { ...env, PORT: 'eighty' });
    expect(code).toBe(exitCodes.invalid);
    expect(stderr).toContain('PORT');
  });

  it('a taken port ends with 5 and names PORT', async () => {
    const taken = await takenPort();
    const { code, stderr } = await kindred(['serve'], { ...env, PORT: String(taken.port) });
    taken.release();
    expect(code).toBe(exitCodes.unavailable);
    expect(stderr).toContain(`PORT ${taken.port}`);
  });

  it('no server at KINDRED_URL ends with 5', async () => {
    const { code, stderr } = await kindred(['audience', 'list'], { ...env, KINDRED_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(exitCodes.unavailable);
    expect(stderr).toContain('127.0.0.1:1');
  });

  it('an unknown measurement ends with 3; the list names them', async () => {
    expect((await run('bench', 'nothing')).code).toBe(exitCodes.notFound);
    const listed = await run('bench', '--list', '--json');
    expect(listed.code).toBe(0);
    for (const bench of json(listed) as object[]) expect(bench).toEqual({ name: expect.any(String), describe: expect.any(String) });
  });
});

describe('with a server running', () => {
  let server: Serving;

  beforeAll(async () => {
    server = await serving(env);
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
  });

  it('a second one on the same data folder ends with 5 and tells who has it', async () => {
    const { code, stderr } = await run('serve');
    expect(code).toBe(exitCodes.unavailable);
    expect(stderr).toContain('in use by process');
    expect(stderr).toContain(server.url);
  });

  it('audiences are created, listed, shown, evaluated, looked into and deleted', async () => {
    const created = await run('audience', 'create', 'Berliners', '--pql', BERLIN, '--description', 'for a test', '--json');
    expect(created).toMatchObject({ code: 0, stderr: '' });
    const { id } = json(created) as { id: string };
    expect(json(created)).toMatchObject({ name: 'Berliners', size: 2, description: 'for a test' });
    const listed = await run('audience', 'list', '--json');
    expect(json(listed)).toMatchObject([
      { id, name: 'Berliners', size: 2, lifecycleState: 'published', evaluation: 'batch', lastEvaluated: expect.any(String) },
    ]);
    expect((await run('audience', 'list')).stdout).toMatch(/Berliners\s+2\s+batch\s+published/);
    for (const wanted of [id, 'Berliners']) expect((await run('audience', 'show', wanted)).stdout).toContain(BERLIN);
    expect(json(await run('audience', 'evaluate', 'Berliners', '--json'))).toMatchObject({ size: 2 });
    const members = await run('audience', 'members', 'Berliners', '--limit', '1', '--json');
    expect(json(members)).toMatchObject({ total: 2, start: 0, members: [{ identity: { namespace: 'CRMID', id: 'C1' } }] });
    expect((await run('audience', 'members', 'Berliners')).stdout).toContain('CRMID:C3');
    const file = join(temporary.path, 'berliners.csv');
    const exported = await run(
      'audience',
      'export',
      'Berliners',
      '--format',
      'csv',
      '--fields',
      'homeAddress.city',
      '--out',
      file,
      '--json',
    );
    expect(json(exported)).toMatchObject({ audience: id, file, rows: 2 });
    const written = readFileSync(file, 'utf8').split('\n');
    expect(written[0]).toBe('identityNamespace,identityId,homeAddress.city,segmentMembership');
    expect(written.slice(1, 3).map((line) => line.split(',').slice(0, 2))).toEqual([
      ['CRMID', 'C1'],
      ['CRMID', 'C3'],
    ]);
    expect((await run('audience', 'export', 'Berliners', '--fields', 'person.nmae')).code).toBe(exitCodes.invalid);
    expect((await run('audience', 'export', 'Nobody')).code).toBe(exitCodes.notFound);
    expect(json(await run('audience', 'delete', 'Berliners', '--json'))).toEqual({ id, deleted: true });
    expect((await run('audience', 'show', 'Berliners')).code).toBe(exitCodes.notFound);
  });

  it('a list of identities becomes an audience, and another one its members', async () => {
    const list = join(temporary.path, 'list.csv');
    writeFileSync(list, 'customer,grade\nC1,a\nC9,b\n,c');
    const options = ['--identity', 'customer:CRMID', '--name', 'Graded'];
    const made = await run('audience', 'import', list, ...options, '--id', 'graded_1', '--days', '7', '--json');
    expect(made.code).toBe(0);
    expect(json(made)).toMatchObject({
      audience: { name: 'Graded', size: 2, ttlInDays: 7, external: { audienceId: 'graded_1' } },
      ingestion: { recordsIn: 3, failed: 1, newProfiles: 1, knownProfiles: 1 },
    });
    writeFileSync(list, 'customer\nC3');
    expect((await run('audience', 'import', list, ...options, '--add')).stdout).toMatch(
      /list\.csv → Graded: 1 in, 1 known profiles, 0 new profiles, 0 failed\n3 members until/,
    );
    expect(json(await run('audience', 'import', list, ...options, '--json'))).toMatchObject({ audience: { size: 1 } });
    expect((await run('audience', 'show', 'Graded')).stdout).toContain('CustomerAudienceUpload graded_1, expires');
    writeFileSync(list, 'person\nC3');
    const broken = await run('audience', 'import', list, ...options);
    expect([broken.code, broken.stderr]).toEqual([exitCodes.invalid, expect.stringContaining('no column "customer"')]);
    const other = await run('audience', 'import', list, '--identity', 'person:CRMID', '--name', 'Graded');
    expect([other.code, other.stderr]).toEqual([exitCodes.invalid, expect.stringContaining('customer:CRMID')]);
    await run('audience', 'delete', 'Graded');
  });

  it('audiences are compared, and rules come back', async () => {
    await run('audience', 'create', 'Berlin', '--pql', BERLIN);
    await run('audience', 'create', 'Basel', '--pql', 'homeAddress.city = "Basel"');
    const overlap = json(await run('audience', 'overlap', 'Berlin', 'Basel', '--json'));
    expect(overlap).toMatchObject({
      union: 3,
      common: 0,
      intersections: [
        [2, 0],
        [0, 1],
      ],
    });
    expect((await run('audience', 'overlap', 'Berlin', 'Basel')).stdout).toMatch(/Berlin\s+Basel\s+0\s+0\s+0/);
    expect((await run('audience', 'overlap', 'Berlin', 'none')).code).toBe(exitCodes.notFound);
    const remote = { ...env, KINDRED_URL: server.url };
    const { id } = json(await run('audience', 'show', 'Berlin', '--json')) as { id: string };
    await fetch(`${server.url}/api/audiences/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ pql: 'homeAddress.city = "Basel"' }),
    });
    expect(json(await run('audience', 'versions', 'Berlin', '--json'))).toMatchObject([{ version: 2 }, { version: 1, pql: BERLIN }]);
    const diff = await run('audience', 'versions', 'Berlin', '--diff', '1..2');
    expect(diff.stdout).toBe('homeAddress.city = [-"Berlin"-]{+"Basel"+}\n\n2 → 1 members: 1 would enter, 2 leave, 0 stay\n');
    const rolled = await kindred(['audience', 'rollback', 'Berlin', '--to', '1', '--json'], remote);
    expect(json(rolled)).toMatchObject({ version: 3, pql: BERLIN, size: 2 });
    expect((await run('audience', 'rollback', 'Berlin', '--to', '9')).code).toBe(exitCodes.notFound);
    for (const name of ['Berlin', 'Basel']) await run('audience', 'delete', name);
  });

  it('a name that is taken ends with 4', async () => {
    await run('audience', 'create', 'Twice', '--pql', BERLIN);
    const { code, stderr } = await run('audience', 'create', 'Twice', '--pql', BERLIN);
    expect(code).toBe(exitCodes.invalid);
    expect(stderr).toContain('Twice');
    await run('audience', 'delete', 'Twice');
  });

  it('a query with problems shows them in their place', async () => {
    for (const args of [
      ['pql', 'check'],
      ['pql', 'eval'],
      ['audience', 'create', 'x', '--pql'],
    ]) {
      const { code, stdout, stderr } = await run(...args, 'homeAdress.city = "x"');
      expect(code, args.join(' ')).toBe(exitCodes.invalid);
      expect(stdout + stderr, args.join(' ')).toContain('1 | homeAdress.city = "x"');
      expect(stdout + stderr, args.join(' ')).toContain('^^^^^^^^^^');
    }
    expect(json(await run('pql', 'check', 'homeAddress.city = "x', '--json'))).toMatchObject({
      ok: false,
      problems: [{ code: 'unclosed-string' }],
    });
  });

  it('a query is checked from standard input, and counted', async () => {
    const checked = await kindred(['pql', 'check', '-', '--json'], env, BERLIN);
    expect([checked.code, json(checked)]).toMatchObject([0, { ok: true }]);
    const counted = await run('pql', 'eval', BERLIN, '--json');
    expect(json(counted)).toMatchObject({ size: 2, universe: 4, sample: [{ identity: { id: 'C1' } }, { identity: { id: 'C3' } }] });
    expect((await run('pql', 'eval', BERLIN)).stdout).toContain('2 of 4 profiles');
  });

  it('a person is shown by namespace and id, or by id alone', async () => {
    for (const identity of ['CRMID:C2', 'crmid:C2', 'C2']) {
      const shown = await run('profile', 'show', identity, '--json');
      expect(json(shown), identity).toMatchObject({ attributes: { homeAddress: { city: 'Basel' } } });
    }
    expect((await run('profile', 'show', 'C2')).stdout).toMatch(/homeAddress\.city\s+Basel/);
    expect((await run('profile', 'show', 'C')).code).toBe(exitCodes.notFound);
  });

  it('keys are created, listed and revoked, and a revoked one is refused with 6', async () => {
    const created = json(await run('key', 'create', 'script', '--role', 'viewer', '--json')) as { id: string; key: string };
    const remote = { ...env, KINDRED_URL: server.url, KINDRED_KEY: created.key };
    expect((await kindred(['audience', 'list'], remote)).code).toBe(0);
    expect((await kindred(['key', 'list'], remote)).code).toBe(exitCodes.refused);
    expect(json(await run('key', 'list', '--json'))).toMatchObject([{ id: created.id, name: 'script', role: 'viewer', revokedAt: null }]);
    expect(json(await run('key', 'revoke', created.id, '--json'))).toEqual({ id: created.id, revoked: true });
    expect((await kindred(['audience', 'list'], remote)).code).toBe(exitCodes.refused);
    expect((await run('key', 'revoke', 'none')).code).toBe(exitCodes.notFound);
  });

  it('a mapping is proposed for a file, written, and works', async () => {
    const [file, proposed] = [join(temporary.path, 'proposed.csv'), join(temporary.path, 'proposed.json')];
    writeFileSync(file, 'customer_id,first_name,city\nP1,Ann,Bonn\nP2,Ben,Rome\n');
    const { code, stdout } = await run('schema', 'infer', file, '--mapping', proposed);
    expect([code, stdout]).toEqual([0, expect.stringContaining('2 records become profiles')]);
    const { stdout: imported } = await run('import', file, '--mapping', proposed, '--json');
    expect(JSON.parse(imported)).toMatchObject({ rowsOut: 2, rejected: 0 });
  });

  it('a field group that is proposed with it is taken in, and the file works', async () => {
    const [file, proposed, group] = ['own.csv', 'own.json', 'own.group.json'].map((name) => join(temporary.path, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(file, 'customer_id,shoe_size\nP1,42\nP2,43\n');
    await run('schema', 'infer', file, '--mapping', proposed, '--field-group', group);
    const early = await run('import', file, '--mapping', proposed);
    expect([early.code, early.stderr]).toEqual([exitCodes.invalid, expect.stringContaining('./kindred schema add')]);
    expect(await run('schema', 'add', group)).toMatchObject({ code: 0, stdout: expect.stringContaining('its fields are in the schema') });
    const { stdout } = await run('import', file, '--mapping', proposed, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ rowsOut: 2, rejected: 0 });
    expect(json(await run('pql', 'eval', '_kindred.own.shoeSize > 42', '--json'))).toMatchObject({ size: 1 });
    writeFileSync(group, '{"title": "Lost"}');
    expect(await run('schema', 'add', group)).toMatchObject({ code: exitCodes.invalid });
  });

  it('a file goes to a server elsewhere as an upload', async () => {
    const remote = { ...env, KINDRED_URL: server.url };
    const imported = await kindred(['import', people, '--mapping', mapping, '--dataset', 'again', '--json'], remote);
    expect(json(imported)).toMatchObject({ state: 'succeeded', source: 'people.csv', dataset: 'again', rowsIn: 4, rejected: 1 });
    const said = await kindred(['import', people, '--mapping', mapping], remote);
    expect(said.stdout).toMatch(/people\.csv → people: 4 in, 0 stored, 3 known already, 1 rejected/);
    expect(said.stdout).toContain('All rejected records:');
  });

  it('ends in good order on SIGTERM, and the next one finds everything', async () => {
    expect(await server.stop('SIGTERM')).toBe(143);
    server = await serving(env);
    expect(json(await run('pql', 'eval', BERLIN, '--json'))).toMatchObject({ size: 2 });
    expect(await server.stop('SIGINT')).toBe(exitCodes.interrupted);
    server = await serving(env);
  });
});
