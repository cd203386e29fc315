import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { existingUpload, receiveUpload } from '../../src/http/uploads.ts';
import { statFile } from '../../src/ingest/sources/bytes.ts';
import { openDataFolder } from '../../src/store/index.ts';
import { temporaryFolder } from '../support/processes.ts';

const temporary = temporaryFolder('kindred-uploads');
const folder = openDataFolder(temporary.path);

afterAll(() => {
  folder.close();
  temporary.remove();
});

test('a file keeps, to the millisecond, when it was last changed', async () => {
  for (let step = 0; step < 300; step++) {
    const modified = new Date(Date.UTC(2026, 10, 26) + step * 1_000_003);
    expect(await receiveUpload(folder, { name: 'people.csv', body: Readable.from(['id\n1\n']), modified })).toBe(5);
    const { mtimeMs } = await statFile(await existingUpload(folder, 'people.csv'));
    expect(Math.floor(mtimeMs)).toBe(modified.getTime());
  }
});
