/** What the list of audiences leaves, folders as a tree, and the beginning of a CSV file. */
import type { Audience, Folder } from '@kindred/contract';
import { expect, test } from 'vitest';
import { inOrder, within } from '../src/audiences/folders.ts';
import { filterOf, matching, withFilter } from '../src/audiences/portal-filter.ts';
import { guessIdentity, parseCsv } from '../src/import-audience/read-csv.ts';
import { csvOf } from '../src/ui/csv.ts';

const audience = (id: string, news: Partial<Audience>): Audience =>
  ({
    id,
    name: id,
    description: '',
    pql: 'a = 1',
    kind: 'rule',
    evaluation: 'batch',
    lifecycleState: 'published',
    origin: 'CUSTOM_UPLOAD',
    tags: [],
    labels: [],
    folderId: null,
    createdBy: 'ada',
    createdAt: '2026-03-01T12:00:00Z',
    updatedAt: '2026-03-01T12:00:00Z',
    ...news,
  }) as Audience;

const ALL = [
  audience('shoes', { tags: ['a', 'b'], folderId: 'deep', pql: 'siteSearch.query = "running"' }),
  audience('tents', { tags: ['b'], folderId: 'top', lifecycleState: 'draft', createdBy: 'bob' }),
  audience('maps', { createdAt: '2026-03-05T12:00:00Z', kind: 'external', labels: ['core/C1'] }),
];
const folder = (id: string, parentId: string | null): Folder => ({ id, name: id, parentId }) as Folder;
const FOLDERS = [folder('top', null), folder('deep', 'top'), folder('another', null)];

const left = (query: string): readonly string[] => {
  const filter = filterOf(new URLSearchParams(query));
  return matching(ALL, filter, within(FOLDERS, filter.folder)).map(({ id }) => id);
};

test.each([
  ['', ['shoes', 'tents', 'maps']],
  ['q=RUNNING shoes', ['shoes']],
  ['folder=top', ['shoes', 'tents']],
  ['folder=deep', ['shoes']],
  ['folder=none', ['maps']],
  ['tags=a&tags=b', ['shoes', 'tents']],
  ['tags=a&tags=b&tagMatch=all', ['shoes']],
  ['lifecycle=draft&createdBy=bob', ['tents']],
  ['lifecycle=draft&createdBy=ada', []],
  ['method=Upload', ['maps']],
  ['labels=core/C1&origin=Custom upload', ['maps']],
  ['createdFrom=2026-03-02', ['maps']],
  ['createdTo=2026-03-02', ['shoes', 'tents']],
])('%s leaves %j', (query, expected) => {
  expect(left(query)).toEqual(expected);
});

test('a filter survives the address, and other parameters stay', () => {
  const query = 'sort=name:ascending&q=a+b&folder=top&tags=x&tags=y&tagMatch=all&createdFrom=2026-01-01';
  const params = new URLSearchParams(query);
  const again = withFilter(params, filterOf(params));
  expect(filterOf(again)).toEqual(filterOf(params));
  expect(again.get('sort')).toBe('name:ascending');
});

test('folders come after the one they lie in', () => {
  expect(inOrder(FOLDERS).map(({ id, depth }) => [id, depth])).toEqual([
    ['another', 0],
    ['top', 0],
    ['deep', 1],
  ]);
});

test('CSV is read as it is written', () => {
  const rows = [
    ['plain', 'with, comma', 'with "quotes"'],
    ['two\nlines', '', '7'],
  ];
  expect(parseCsv(`\uFEFF${csvOf(['a', 'b', 'c'], rows)}`)).toEqual([['a', 'b', 'c'], ...rows]);
  expect(parseCsv('a,b\n\n1,2')).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
});

test('the column that identifies people is guessed by its values, then by its name', () => {
  expect(guessIdentity({ columns: ['n', 'who'], rows: [['1', 'a@b.de']] }, [])).toEqual({ column: 'who', namespace: 'Email' });
  expect(guessIdentity({ columns: ['n', 'CRM-ID'], rows: [['1', '7']] }, ['CRMID'])).toEqual({ column: 'CRM-ID', namespace: 'CRMID' });
});
