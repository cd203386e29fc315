/** Dead letters of the stream: see, fix, send again. */
import type { KeptLetter } from '../../ingest/index.ts';
import { replayAll, replayLetter } from '../../ingest/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type LetterRoutes = 'listDeadLetters' | 'getDeadLetter' | 'replayDeadLetter' | 'replayDeadLetters' | 'discardDeadLetter';

export function deadLetterHandlers({ stream, clock }: Rooms): Handlers<LetterRoutes> {
  const { letters, intake } = stream;
  const find = async (id: number): Promise<KeptLetter> => (await letters.get(id)) ?? missing(id);
  return {
    async listDeadLetters({ query: { start, limit, ...filter } }) {
      const [total, found] = await Promise.all([letters.count(filter), letters.list({ ...filter, start, limit })]);
      return { total, deadLetters: found.map(shown) };
    },
    getDeadLetter: async ({ params: { id } }) => shown(await find(id)),
    async replayDeadLetter({ params: { id }, body, request }) {
      const letter = requireOpen(await find(id));
      const by = { name: request.caller.name, at: clock() };
      const problems = await replayLetter(letter, body.document ?? letter.document, { intake, letters, by });
      if (problems === null) return shown(await find(id));
      throw new RequestError('dead-letter-failing', `The record would fail again: ${problems.map(problemText).join('; ')}`, {
        hint: 'Send the corrected record as "document".',
        details: problems,
      });
    },
    async replayDeadLetters({ body, request }) {
      return await replayAll(body, { intake, letters, by: { name: request.caller.name, at: clock() } });
    },
    async discardDeadLetter({ params: { id }, request }) {
      requireOpen(await find(id));
      await letters.mark([id], 'discarded', { name: request.caller.name, at: clock() });
      return shown(await find(id));
    },
  };
}

function missing(id: number): never {
  throw new RequestError('not-found', `There is no dead letter ${id}.`, { hint: 'See GET /api/dead-letters.' });
}

function requireOpen(letter: KeptLetter): KeptLetter {
  if (letter.state === 'open') return letter;
  throw new RequestError('dead-letter-closed', `The dead letter ${letter.id} was ${letter.state} already.`);
}

function problemText({ field, reason }: KeptLetter['problems'][number]): string {
  return field === '' ? reason : `${field}: ${reason}`;
}

function shown({ receivedAt, changedAt, problems, ...letter }: KeptLetter) {
  return {
    ...letter,
    problems: problems.map((problem) => ({ ...problem })),
    receivedAt: receivedAt.toISOString(),
    changedAt: changedAt?.toISOString() ?? null,
  };
}
