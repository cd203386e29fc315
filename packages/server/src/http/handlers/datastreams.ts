/** Datastreams over HTTP. */
import type { Body, Routes } from '@kindred/contract';
import type { Datastream } from '../../ingest/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type DatastreamRoutes = 'listDatastreams' | 'createDatastream' | 'updateDatastream' | 'deleteDatastream';
type Told = Pick<Body<Routes['updateDatastream']>, 'destinations' | 'decisions'>;

export function datastreamHandlers({ stream, segmentation, clock }: Rooms): Handlers<DatastreamRoutes> {
  const { datastreams } = stream;
  /** Throws SegmentationError `audience-not-at-edge`. */
  const require = async ({ destinations = [], decisions = [] }: Told): Promise<void> => {
    const chosen = decisions.flatMap(({ choices }) => choices.flatMap(({ audience }) => audience ?? []));
    await segmentation.edge.requireAudiences([...destinations.flatMap(({ audiences }) => audiences), ...chosen], 'streaming');
  };
  return {
    listDatastreams: async () => ({ datastreams: datastreams.list().map(shown) }),
    async createDatastream({ body, request }) {
      const { name, eventDataset = name, profileDataset = `${eventDataset} profile`, ...rest } = body;
      await require(rest);
      return shown(await datastreams.create({ name, eventDataset, profileDataset, ...rest }, { by: request.caller.name, at: clock() }));
    },
    async updateDatastream({ params: { id }, body }) {
      await require(body);
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      return shown((await datastreams.update(id, given)) ?? unknown(id));
    },
    async deleteDatastream({ params: { id } }) {
      if (!(await datastreams.delete(id))) unknown(id);
    },
  };
}

function unknown(id: string): never {
  throw new RequestError('not-found', `There is no datastream ${id}.`, { hint: 'See GET /api/datastreams.' });
}

function shown({ createdAt, destinations, decisions, ...stream }: Datastream) {
  return {
    ...stream,
    destinations: destinations.map((each) => ({ ...each, audiences: [...each.audiences] })),
    decisions: decisions.map(({ scope, choices }) => ({ scope, choices: [...choices] })),
    createdAt: createdAt.toISOString(),
  };
}
