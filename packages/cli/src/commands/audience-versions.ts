/** `kindred audience versions` and `kindred audience rollback`. */
import type { Result, Routes } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { describe, findAudience } from '../audiences.ts';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { formatNumber, table } from '../output.ts';
import { action, addCommand, integer } from '../command.ts';

interface VersionsOptions {
  readonly diff?: string;
}

export function addVersions(audience: Command): void {
  addCommand(audience, 'versions', 'Every rule an audience has had, or what changed between two of them', [
    'audience versions "Gold members"',
    'audience versions "Gold members" --diff 1..2',
  ])
    .argument('<audience>', 'id or name')
    .option('--diff <a..b>', 'the words that changed, and who would enter and leave')
    .action(
      action(async (output, [wanted], { diff }: VersionsOptions) => {
        const range = diff === undefined ? null : rangeOf(diff);
        await withServer(async ({ client }) => {
          const { id } = await findAudience(client, wanted ?? '');
          if (range === null) {
            const { versions } = await client.call(routes.listVersions, { params: { id } });
            const rows = versions.map((each) => [each.version, each.createdAt, each.createdBy, each.restoredFrom, each.pql]);
            output.result(versions, () => table(['version', 'made', 'by', 'restored from', 'query'], rows));
          } else {
            const changed = await client.call(routes.diffVersions, { params: { id, ...range } });
            output.result(changed, () => describeDiff(changed));
          }
        });
      }),
    );
}

function rangeOf(text: string): { readonly a: number; readonly b: number } {
  const [, a, b] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (a === undefined || b === undefined) throw new CommandError('usage', `--diff ${text}: it takes two versions, for example 1..2`);
  return { a: Number(a), b: Number(b) };
}

/** Words taken away stand in [-…-], words added in {+…+}. */
function describeDiff({ text, members, problem }: Result<Routes['diffVersions']>): string {
  const words = text.map((part) => (part.op === 'same' ? part.text : part.op === 'removed' ? `[-${part.text}-]` : `{+${part.text}+}`));
  if (members === null) return [words.join(''), '', problem ?? ''].join('\n');
  const { a, b, entering, leaving, staying } = members;
  const counts = `${formatNumber(entering)} would enter, ${formatNumber(leaving)} leave, ${formatNumber(staying)} stay`;
  return [words.join(''), '', `${formatNumber(a)} → ${formatNumber(b)} members: ${counts}`].join('\n');
}

export function addRollback(audience: Command): void {
  addCommand(audience, 'rollback', 'Bring the rule of an earlier version back, as a new version, and evaluate it', [
    'audience rollback "Gold members" --to 1',
  ])
    .argument('<audience>', 'id or name')
    .requiredOption('--to <version>', 'the version that comes back', integer(1))
    .action(
      action(async (output, [wanted], { to: version }: { readonly to: number }) => {
        const audienceNow = await withServer(async ({ client }) => {
          const { id } = await findAudience(client, wanted ?? '');
          return client.call(routes.rollbackAudience, { params: { id }, body: { version } });
        });
        output.result(audienceNow, () => describe(audienceNow));
      }),
    );
}
