import { describe, expect, it } from 'vitest';
import { table } from '../src/output.ts';
import { createProgress } from '../src/progress.ts';

function stream(isTTY: boolean): { readonly written: string[]; readonly stream: NodeJS.WriteStream } {
  const written: string[] = [];
  return { written, stream: { isTTY, columns: 60, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream };
}

describe('progress', () => {
  it('is one bar that moves on a terminal, cut to its width', () => {
    const { written, stream: terminal } = stream(true);
    const progress = createProgress(terminal);
    progress.update(0.5, 'people.csv: 1,000 rows and many more words than fit');
    progress.end();
    expect(written[0]).toContain('███████████████░░░░░░░░░░░░░░░  50 %');
    expect(written[0]?.replace('\r\u001B[K', '')).toHaveLength(59);
    expect(written[1]).toBe('\n');
  });

  it('is a plain line now and then elsewhere, the last one included', () => {
    const { written, stream: file } = stream(false);
    let now = 0;
    const progress = createProgress(file, () => now);
    for (const step of [1, 1, 1, 1, 2, 3, 4]) {
      progress.update(step / 4, `${step}`);
      now += 900;
    }
    progress.end();
    expect(written).toEqual(['25 % 1\n', '50 % 2\n', '100 % 4\n']);
  });
});

describe('a table', () => {
  it('is as wide as its cells, with numbers to the right', () => {
    expect(
      table(
        ['name', 'size'],
        [
          ['a', 1234],
          ['longer', null],
        ],
      ),
    ).toBe('name     size\na       1,234\nlonger      –');
  });
});
