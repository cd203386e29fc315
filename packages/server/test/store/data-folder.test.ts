import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolderError, openDataFolder, runningServer } from '../../src/store/index.ts';
import { startProgram, temporaryFolder } from '../support/processes.ts';

const HOLDER = fileURLToPath(new URL('programs/hold-folder.ts', import.meta.url));

const failure = (at: string): DataFolderError => {
  try {
    openDataFolder(at).close();
  } catch (error) {
    if (error instanceof DataFolderError) return error;
    throw error;
  }
  return expect.fail('it opened');
};

describe('a data folder', () => {
  let temporary: ReturnType<typeof temporaryFolder>;
  let path: string;

  beforeEach(() => {
    temporary = temporaryFolder();
    path = join(temporary.path, 'deep', 'data');
  });
  afterEach(() => temporary.remove());

  it('is created, with its format, and can be opened again', () => {
    openDataFolder(path).close();
    expect(readFileSync(join(path, 'format'), 'utf8')).toBe('1\n');
    const folder = openDataFolder(path);
    expect(folder.inside('a', 'b')).toBe(join(path, 'a', 'b'));
    folder.close();
  });

  it('is refused to a second opener, who learns the process and the address', async () => {
    const holder = await startProgram([process.execPath, HOLDER, path], /^ready/);
    const error = failure(path);
    expect(error).toMatchObject({
      code: 'in-use',
      holder: { pid: holder.pid, url: 'http://127.0.0.1:1234', startedAt: '2026-01-01T00:00:00.000Z' },
    });
    expect(error.message).toContain(`process ${holder.pid}, serving at http://127.0.0.1:1234`);
    expect(error.hint).toContain('KINDRED_DATA');
    expect(runningServer(path)).toEqual(error.holder);
    await holder.kill();
  });

  it('is free as soon as its holder is killed, whatever the holder left', async () => {
    for (let round = 0; round < 3; round++) {
      const holder = await startProgram([process.execPath, HOLDER, path], /^ready/);
      await holder.kill();
      expect(existsSync(join(path, 'server.json'))).toBe(true);
      expect(runningServer(path)).toBeUndefined();
      openDataFolder(path).close();
    }
  });

  it('is refused whatever process id the notice names', () => {
    const folder = openDataFolder(path);
    // Between containers process ids can be equal.
    expect(readFileSync(join(path, 'server.json'), 'utf8')).toContain(String(process.pid));
    expect(failure(path).code).toBe('in-use');
    folder.close();
  });

  it('stays locked while others look for its server', () => {
    const folder = openDataFolder(path);
    for (let look = 0; look < 3; look++) expect(runningServer(path)).toMatchObject({ pid: process.pid });
    expect(failure(path).code).toBe('in-use');
    folder.close();
    expect(runningServer(path)).toBeUndefined();
  });

  it('that does not exist has no server', () => {
    expect(runningServer(path)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });

  it('cannot be a file, nor lie below one', () => {
    const file = join(temporary.path, 'file');
    writeFileSync(file, '');
    expect(failure(file).code).toBe('not-a-folder');
    expect(failure(join(file, 'data')).code).toBe('not-a-folder');
    expect(failure(join(file, 'data')).message).toContain(file);
  });

  it('cannot have wildcards in its path', () => {
    expect(failure(join(temporary.path, 'a{b,c}')).code).toBe('not-a-folder');
  });

  it('of a later format is left alone', () => {
    openDataFolder(path).close();
    writeFileSync(join(path, 'format'), '2\n');
    expect(failure(path)).toMatchObject({ code: 'newer-format', message: expect.stringContaining('format 2') });
    expect(readFileSync(join(path, 'format'), 'utf8')).toBe('2\n');
    writeFileSync(join(path, 'format'), '1\n');
    openDataFolder(path).close();
  });

  it('that cannot be written is refused', () => {
    mkdirSync(path, { recursive: true });
    if (process.getuid?.() === 0) {
      // Root may write anywhere but to a read-only file system.
      const script = `import { openDataFolder } from '${new URL('../../src/store/data-folder.ts', import.meta.url).href}';
        try { openDataFolder(process.argv[1]); console.log('opened'); } catch (error) { console.log(error.code); }`;
      chmodSync(path, 0o555);
      chmodSync(temporary.path, 0o755);
      const unprivileged = [
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        process.execPath,
        '--input-type=module',
        '-e',
        script,
        path,
      ];
      expect(execFileSync('setpriv', unprivileged, { encoding: 'utf8' }).trim()).toBe('not-writable');
    } else {
      chmodSync(path, 0o555);
      expect(failure(path).code).toBe('not-writable');
    }
  });
});
