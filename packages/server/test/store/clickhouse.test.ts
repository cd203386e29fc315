import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identifier, literal, StoreError } from '../../src/store/index.ts';
import type { ClickHouse } from '../../src/store/index.ts';
import { ENGINES, startEngine } from '../support/engines.ts';
import type { TestClickHouse } from '../support/engines.ts';

/** Keeps one core busy for minutes unless stopped. */
const ENDLESS = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1';
const SLOTS = 3;

const failure = async (work: Promise<unknown>): Promise<StoreError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
};

describe.each(ENGINES)('ClickHouse, %s', (engine) => {
  let started: TestClickHouse;
  let clickhouse: ClickHouse;

  beforeAll(async () => {
    started = await startEngine(engine, SLOTS);
    clickhouse = started.clickhouse;
  });
  afterAll(() => started.stop());

  const scalar = async (expression: string): Promise<unknown> =>
    (await clickhouse.query<{ x: unknown }>(`SELECT ${expression} AS x`))[0]?.x;
  const table = async (columns: string): Promise<string> => {
    const name = `t${Math.random().toString(36).slice(2)}`;
    await clickhouse.command(`CREATE TABLE ${name} (${columns}) ENGINE = MergeTree ORDER BY tuple()`);
    return name;
  };

  const running = (): Promise<unknown[]> =>
    clickhouse.query("SELECT query FROM system.processes WHERE query LIKE '%numbers(1000000000000)%' AND query NOT LIKE '%processes%'");

  const untilRunning = async (count: number): Promise<void> => {
    while ((await running()).length < count) await setTimeout(10);
  };

  describe('queries', () => {
    it('answers rows as objects, in the database of the store', async () => {
      expect(await clickhouse.query('SELECT number AS n, toString(number) AS s FROM numbers(2) ORDER BY n')).toEqual([
        { n: '0', s: '0' },
        { n: '1', s: '1' },
      ]);
      expect(await scalar('currentDatabase()')).toBe('kindred');
    });

    it('keeps 64-bit integers whole, as text', async () => {
      expect(await scalar('toUInt64(18446744073709551615)')).toBe('18446744073709551615');
      expect(await scalar('toInt64(-9223372036854775808)')).toBe('-9223372036854775808');
    });

    it('answers no rows with an empty array', async () => {
      expect(await clickhouse.query('SELECT 1 WHERE 0')).toEqual([]);
      expect(await clickhouse.bytes('SELECT 1 WHERE 0', 'RowBinary')).toHaveLength(0);
    });

    it('reads times in UTC and takes ISO 8601 with a zone', async () => {
      expect(await scalar('timezone()')).toMatch(/UTC/);
      expect(await scalar("toString(toDateTime('2026-01-01 00:00:00'))")).toBe('2026-01-01 00:00:00');
      const name = await table("t DateTime64(3, 'UTC')");
      await clickhouse.insert(name, ['t'], 'JSONEachRow', Buffer.from('{"t":"2026-05-01T12:00:00.123+02:00"}\n'));
      expect(await clickhouse.query(`SELECT t FROM ${name}`)).toEqual([{ t: '2026-05-01 10:00:00.123' }]);
    });

    it('keeps the settings of one query from the next', async () => {
      const size = "SELECT getSetting('max_block_size') AS x, getSetting('output_format_json_quote_64bit_integers') AS q";
      const before = await clickhouse.query(size);
      for (let turn = 0; turn < SLOTS; turn++) {
        const settings = { max_block_size: 7, output_format_json_quote_64bit_integers: 0 };
        expect(await clickhouse.query(size, { settings })).toEqual([{ x: 7, q: false }]);
      }
      for (let turn = 0; turn < SLOTS; turn++) expect(await clickhouse.query(size)).toEqual(before);
    });

    it('takes text settings with quotes in them', async () => {
      const settings = { log_queries: 0, max_threads: 1, format_csv_null_representation: `a'b\\c` };
      expect(await clickhouse.query("SELECT getSetting('format_csv_null_representation') AS x", { settings })).toEqual([{ x: `a'b\\c` }]);
    });

    it('refuses the name of a setting that could be anything else', async () => {
      const error = await failure(clickhouse.query('SELECT 1', { settings: { 'max_threads = 1; DROP DATABASE kindred; SET x': 1 } }));
      expect(error.code).toBe('query');
    });

    it('refuses an unknown setting, and goes on with the next query', async () => {
      for (let turn = 0; turn < SLOTS * 2; turn++) {
        const error = await failure(clickhouse.query('SELECT 1', { settings: { max_block_size: 7, no_such_setting: 1 } }));
        expect(error).toMatchObject({ code: 'query', clickhouseCode: 115 });
      }
      expect(await clickhouse.query("SELECT getSetting('max_block_size') != 7 AS x")).toEqual([{ x: 1 }]);
    });

    it('answers large results whole in every format', async () => {
      const sql = 'SELECT toUInt32(number) AS a, toString(number) AS b FROM numbers(300000)';
      const binary = await clickhouse.bytes(sql, 'RowBinary');
      expect(Buffer.from(binary.subarray(0, 6)).toString('hex')).toBe('000000000130');
      expect(Buffer.from(binary.subarray(-11)).toString('hex')).toBe(`df93040006${Buffer.from('299999').toString('hex')}`);
      const csv = Buffer.from(await clickhouse.bytes(sql, 'CSVWithNames')).toString();
      expect(csv.match(/"a","b"/g)).toHaveLength(1);
      expect(csv.trimEnd().split('\n')).toHaveLength(300_001);
    });
  });

  describe('escaping', () => {
    const adversarial = [
      "it's",
      '\\',
      "\\'",
      "'; DROP DATABASE kindred; --",
      '`',
      '\0',
      'a\0b',
      '\n\r\t\b\f',
      '{x:String}',
      '%s',
      '?',
      '/* */ --',
      '😀',
      '\u2028',
      "''",
      '\\x41',
      '\\N',
    ];

    it.each(adversarial)('a literal of %j comes back as it went', async (text) => {
      expect(await scalar(literal(text))).toBe(text);
    });

    it('every string comes back as it went', async () => {
      const strings = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 50 });
      const property = fc.asyncProperty(strings, async (texts) => {
        expect(await scalar(literal(texts))).toEqual(texts);
      });
      await fc.assert(property, { numRuns: 60 });
    });

    it('every finite number comes back as it went, and can be subtracted', async () => {
      const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 });
      const property = fc.asyncProperty(numbers, async (values) => {
        const answer = await scalar(`arrayMap(v -> toString(toFloat64(v)), [${values.map((value) => `0-${literal(value)}`).join(', ')}])`);
        expect((answer as string[]).map(Number)).toEqual(values.map((value) => 0 - value));
      });
      await fc.assert(property, { numRuns: 60 });
    });

    it('nested arrays, booleans, null and 64-bit integers come back as they went', async () => {
      expect(await scalar(literal([['a', "b'"], []]))).toEqual([['a', "b'"], []]);
      expect(await scalar(literal([true, false]))).toEqual([true, false]);
      expect(await scalar(literal(null))).toBe(null);
      expect(await scalar(literal(18446744073709551615n))).toBe('18446744073709551615');
      expect(await scalar(literal(-9223372036854775808n))).toBe('-9223372036854775808');
      expect(() => literal(2n ** 64n)).toThrow(RangeError);
    });

    it.each(['a`b', 'a\\', 'a"b', "a'b", 'commerce/order/priceTotal', 'path/{}/#', 'a.b', 'select', '1', 'é 😀', 'a\nb', '-- x', '; DROP'])(
      'a column named %j is written and read by that name',
      async (name) => {
        const target = await table(`${identifier(name)} String`);
        await clickhouse.insert(target, [name], 'JSONEachRow', Buffer.from(`${JSON.stringify({ [name]: 'v' })}\n`));
        expect(await clickhouse.query(`SELECT ${identifier(name)} FROM ${target}`)).toEqual([{ [name]: 'v' }]);
      },
    );

    it('there is no empty name', () => {
      expect(() => identifier('')).toThrow(RangeError);
    });
  });

  describe('inserts', () => {
    it('take RowBinary with every byte value', async () => {
      const name = await table('s String');
      const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      await clickhouse.insert(name, ['s'], 'RowBinary', Buffer.concat([Buffer.from([0x80, 0x02]), all]));
      expect(await clickhouse.query(`SELECT hex(s) AS x FROM ${name}`)).toEqual([{ x: all.toString('hex').toUpperCase() }]);
    });

    it('take the Native format as the engine itself writes it, and from a stream', async () => {
      const name = await table('a UInt32, s LowCardinality(Nullable(String)), d Array(DateTime64(3))');
      const rows =
        'SELECT toUInt32(number) AS a, if(number % 7 = 0, NULL, toString(number % 100))::LowCardinality(Nullable(String)) AS s, [toDateTime64(number, 3)] AS d FROM numbers(200000)';
      const native = await clickhouse.bytes(rows, 'Native');
      await clickhouse.insert(name, ['a', 's', 'd'], 'Native', native);
      const parts = Array.from({ length: Math.ceil(native.length / 65_536) }, (_, part) =>
        native.subarray(part * 65_536, (part + 1) * 65_536),
      );
      await clickhouse.insert(name, ['a', 's', 'd'], 'Native', Readable.from(parts));
      const digest = 'count() AS n, groupBitXor(sipHash64(a, s, d)) AS h';
      expect(await clickhouse.query(`SELECT ${digest} FROM ${name}`)).toEqual([{ n: '400000', h: '0' }]);
      expect(await clickhouse.query(`SELECT ${digest} FROM (SELECT DISTINCT * FROM ${name})`)).toEqual(
        await clickhouse.query(`SELECT ${digest} FROM (${rows})`),
      );
    });

    it('hand a bitmap over and back unchanged', async () => {
      const name = await table('b AggregateFunction(groupBitmap, UInt32)');
      const sql = 'SELECT groupBitmapState(toUInt32(number * 3)) FROM numbers(100000)';
      const bitmap = await clickhouse.bytes(sql, 'RowBinary');
      await clickhouse.insert(name, ['b'], 'RowBinary', bitmap);
      expect(await clickhouse.query(`SELECT groupBitmapMerge(b) AS n FROM ${name}`)).toEqual([{ n: 100000 }]);
      expect(Buffer.from(await clickhouse.bytes(`SELECT b FROM ${name}`, 'RowBinary')).equals(Buffer.from(bitmap))).toBe(true);
    });

    it('of nothing do nothing', async () => {
      const name = await table('a UInt32');
      for (const format of ['RowBinary', 'Native', 'JSONEachRow']) await clickhouse.insert(name, ['a'], format, new Uint8Array(0));
      expect(await clickhouse.query(`SELECT count() AS n FROM ${name}`)).toEqual([{ n: '0' }]);
    });

    it('of bad data tell so and leave nothing', async () => {
      const name = await table('a UInt32');
      const error = await failure(clickhouse.insert(name, ['a'], 'JSONEachRow', Buffer.from('{"a":1}\n{"a":"x"}\n')));
      expect(error).toMatchObject({ code: 'query', sql: expect.stringContaining('INSERT INTO') });
      expect(await clickhouse.query(`SELECT count() AS n FROM ${name}`)).toEqual([{ n: '0' }]);
    });

    it('whose source breaks off fail', async () => {
      const name = await table('a String');
      const broken = Readable.from(
        (function* () {
          yield Buffer.from('{"a":"1"}\n');
          throw new Error('the source broke');
        })(),
      );
      const error = await failure(clickhouse.insert(name, ['a'], 'JSONEachRow', broken));
      expect(error.message).toContain('the source broke');
    });
  });

  describe('errors', () => {
    it('carry the number, the message and the statement', async () => {
      const error = await failure(clickhouse.query('SELECT nonsense FROM numbers(1)'));
      expect(error).toMatchObject({ code: 'query', clickhouseCode: 47, sql: 'SELECT nonsense FROM numbers(1)' });
      expect(error.message).toContain('nonsense');
      expect(error.message).not.toMatch(/Code: 47|version 26/);
      expect(error.hint).not.toBe('');
    });

    it('shorten a long statement', async () => {
      const error = await failure(clickhouse.command(`SELECT nonsense /* ${'x'.repeat(10_000)} */`));
      expect(error.sql.length).toBeLessThan(600);
    });

    it('tell a timeout from a refusal', async () => {
      const error = await failure(clickhouse.query(ENDLESS, { settings: { max_execution_time: 0.2 } }));
      expect(error).toMatchObject({ code: 'timeout', clickhouseCode: 159 });
    });

    it('tell that memory ran out', async () => {
      const error = await failure(
        clickhouse.query('SELECT length(groupArray(number)) AS x FROM numbers(50000000)', { settings: { max_memory_usage: 10_000_000 } }),
      );
      expect(error).toMatchObject({ code: 'memory', clickhouseCode: 241 });
    });

    it('that come late in a large result are errors all the same', async () => {
      const sql = "SELECT throwIf(number = 3000000, 'late') AS x, toString(number) AS s FROM numbers(4000000)";
      for (const format of ['RowBinary', 'CSV'])
        expect(await failure(clickhouse.bytes(sql, format))).toMatchObject({ code: 'query', clickhouseCode: 395 });
    });

    it('leave nothing behind in the next answer', async () => {
      const late = "SELECT throwIf(number = 3000000, 'late') AS x FROM numbers(4000000)";
      for (let turn = 0; turn < SLOTS; turn++) await failure(clickhouse.bytes(late, 'CSV'));
      for (let turn = 0; turn < SLOTS * 2; turn++) expect(await clickhouse.query('SELECT 1 AS x')).toEqual([{ x: 1 }]);
    });

    it('of a throwIf are not taken for a full disk because they say so', async () => {
      expect((await failure(clickhouse.query("SELECT throwIf(1, 'No space left on device')"))).code).toBe('query');
    });
  });

  describe('cancellation', () => {
    it.each([
      ['rows', (signal: AbortSignal) => clickhouse.query(ENDLESS, { signal })],
      ['bytes', (signal: AbortSignal) => clickhouse.bytes(ENDLESS, 'RowBinary', { signal })],
      ['a command', (signal: AbortSignal) => clickhouse.command(ENDLESS, { signal })],
    ])('stops the query in the engine: %s', async (_what, start) => {
      const controller = new AbortController();
      const answer = failure(start(controller.signal));
      await untilRunning(1);
      controller.abort();
      expect(await answer).toMatchObject({ code: 'cancelled' });
      expect(await running()).toEqual([]);
    });

    it('stops only its own query', async () => {
      const [first, second] = [new AbortController(), new AbortController()];
      const answers = [first, second].map(({ signal }) => failure(clickhouse.query(ENDLESS, { signal })));
      await untilRunning(2);
      first.abort();
      await answers[0];
      expect(await running()).toHaveLength(1);
      second.abort();
      await answers[1];
    });

    it('aborted beforehand, never starts', async () => {
      const name = await table('a UInt32');
      const error = await failure(clickhouse.command(`INSERT INTO ${name} VALUES (1)`, { signal: AbortSignal.abort() }));
      expect(error.code).toBe('cancelled');
      expect(await clickhouse.query(`SELECT count() AS n FROM ${name}`)).toEqual([{ n: '0' }]);
    });

    it('aborted right after its start, ends too', async () => {
      for (let turn = 0; turn < 10; turn++) {
        const controller = new AbortController();
        const answer = failure(clickhouse.query(ENDLESS, { signal: controller.signal }));
        if (turn % 2 === 1) await setTimeout(turn);
        controller.abort();
        expect((await answer).code).toBe('cancelled');
      }
      expect(await running()).toEqual([]);
    });

    it('takes a waiting query out of the queue', async () => {
      const controller = new AbortController();
      const busy = Array.from({ length: SLOTS }, () => failure(clickhouse.query(ENDLESS, { signal: controller.signal })));
      const waiting = new AbortController();
      const answer = failure(clickhouse.query('SELECT 1', { signal: waiting.signal }));
      waiting.abort();
      expect((await answer).code).toBe('cancelled');
      controller.abort();
      await Promise.all(busy);
      expect(await clickhouse.query('SELECT 1 AS x')).toEqual([{ x: 1 }]);
    });

    it('stops an insert', async () => {
      const name = await table('a UInt64');
      const controller = new AbortController();
      const answer = failure(
        clickhouse.command(`INSERT INTO ${name} SELECT number FROM numbers(1000000000000) WHERE sipHash64(number) = 1`, {
          signal: controller.signal,
        }),
      );
      await untilRunning(1);
      controller.abort();
      expect((await answer).code).toBe('cancelled');
    });
  });

  describe('concurrency', () => {
    it('runs as many queries at a time as it has slots', async () => {
      let most = 0;
      const controller = new AbortController();
      const answers = Array.from({ length: SLOTS - 1 }, () => failure(clickhouse.query(ENDLESS, { signal: controller.signal })));
      while (most < SLOTS - 1) {
        const [row] = await clickhouse.query<{ n: string }>(
          "SELECT count() AS n FROM system.processes WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%processes%'",
        );
        most = Math.max(most, Number(row?.n));
      }
      controller.abort();
      await Promise.all(answers);
      expect(most).toBe(SLOTS - 1);
    });

    it('gives a hundred queries their own answers', async () => {
      const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => clickhouse.query(`SELECT ${n} AS n`)));
      expect(answers.map(([row]) => (row as { n: number }).n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    });

    it('goes on after failed queries', async () => {
      await Promise.all(Array.from({ length: SLOTS * 3 }, () => failure(clickhouse.query('SELECT nonsense'))));
      expect(await clickhouse.query('SELECT 1 AS x')).toEqual([{ x: 1 }]);
    });
  });
});
