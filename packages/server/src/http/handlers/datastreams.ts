/** Datastreams over HTTP. */
import type { Datastream } from '../../ingest/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

export function datastreamHandlers({ stream, clock }: Rooms): Handlers<'listDatastreams' | 'createDatastream' | 'deleteDatastream'> {
  const { datastreams } = stream;
  return {
    listDatastreams: async () => ({ datastreams: datastreams.list().map(shown) }),
    async createDatastream({ body: { name, orgId, eventDataset = name, profileDataset = `${eventDataset} profile` }, request }) {
      const wanted = { name, orgId, eventDataset, profileDataset };
      return shown(await datastreams.create(wanted, { by: request.caller.name, at: clock() }));
    },
    async deleteDatastream({ params: { id } }) {
      if (await datastreams.delete(id)) return;
      throw new RequestError('not-found', `There is no datastream ${id}.`, { hint: 'See GET /api/datastreams.' });
    },
  };
}

function shown({ createdAt, ...stream }: Datastream) {
  return { ...stream, createdAt: createdAt.toISOString() };
}
