/** `/data/core/ups/previewsamplestatus` */
import { countEvents, countProfiles } from '../../profile/index.ts';
import { RequestError } from '../errors.ts';
import type { GroupCount, Grouping } from '../profile-counts.ts';
import { countProfilesBy, countUnknown, overlapOf } from '../profile-counts.ts';
import { countByDataset } from '../read-models.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type ReportRoutes =
  | 'getSampleStatus'
  | 'getDatasetReport'
  | 'getNamespaceReport'
  | 'getDatasetOverlap'
  | 'getNamespaceOverlap'
  | 'getUnknownProfiles';

const DAY = 86_400_000;

export function profileReportHandlers(rooms: Rooms): Handlers<ReportRoutes> {
  const { stores, tables, datasets, clock } = rooms;
  const { clickhouse } = stores;
  const report = async <Data>(date: string | undefined, make: () => Promise<Data>): Promise<{ data: Data; reportTimestamp: string }> => {
    const now = clock().toISOString();
    if (date !== undefined && date !== now.slice(0, 10))
      throw new RequestError('not-found', `There is no report of ${date}.`, {
        hint: 'Reports are made when they are asked for: leave the date out.',
      });
    return { data: await make(), reportTimestamp: now.replace('Z', '') };
  };
  const overlap = (grouping: Grouping) => async (date: string | undefined) =>
    await report(date, async () => await overlapOf(clickhouse, grouping));
  const [datasetOverlap, namespaceOverlap] = [overlap('dataset'), overlap('namespace')];
  return {
    getSampleStatus: async () => await sampleStatus(rooms),
    getDatasetReport: async ({ query }) =>
      await report(query.date, async () => {
        const names = new Map(datasets.list().map(({ id, name }) => [id, name]));
        const [all, counts] = [await countProfiles(tables), await countProfilesBy(clickhouse, 'dataset')];
        return counts.map((each) => ({ ...sharesOf(each, all), name: names.get(each.group) ?? each.group, value: each.group }));
      }),
    getNamespaceReport: async ({ query }) =>
      await report(query.date, async () => {
        const known = rooms.namespaces();
        const [all, counts] = [await countProfiles(tables), await countProfilesBy(clickhouse, 'namespace')];
        return counts.map((each) => {
          const namespace = known.find(each.group);
          const value = namespace === undefined ? each.group : String(known.numberOf(namespace));
          return { ...sharesOf(each, all), code: each.group, value };
        });
      }),
    getDatasetOverlap: async ({ query }) => await datasetOverlap(query.date),
    getNamespaceOverlap: async ({ query }) => await namespaceOverlap(query.date),
    getUnknownProfiles: async ({ query }) => await report(query.date, async () => await unknownProfiles(rooms)),
  };
}

function sharesOf(
  { profiles, rows }: GroupCount,
  all: number,
): {
  readonly sampleCount: number;
  readonly samplePercentage: number;
  readonly fullIDsCount: number;
  readonly fullIDsPercentage: number;
  readonly fullIDsFragmentCount: number;
} {
  const share = all === 0 ? 0 : Math.round((profiles / all) * 10_000) / 100;
  return { sampleCount: profiles, samplePercentage: share, fullIDsCount: profiles, fullIDsPercentage: share, fullIDsFragmentCount: rows };
}

async function sampleStatus({ stores, tables, batches, clock }: Rooms) {
  const [profiles, counts, all] = [await countProfiles(tables), await countByDataset(stores.clickhouse), await batches.list()];
  const last = all.find(({ status }) => status === 'success');
  const now = clock()
    .toISOString()
    .replace('T', ' ')
    .replace(/.{3}Z$/, '0');
  return {
    numRowsToRead: String(profiles),
    sampleJobRunning: { status: false, submissionTimestamp: now },
    cosmosDocCount: String(profiles),
    totalFragmentCount: counts.reduce((sum, { events, records }) => sum + events + records, 0),
    lastSuccessfulBatchTimestamp: last?.completedAt?.toISOString() ?? 'null',
    streamingDriven: true,
    totalRows: String(profiles),
    lastBatchId: last?.id ?? '',
    status: 'TASK_FINISHED' as const,
    samplingRatio: 1,
    mergeStrategy: 'timestampOrdered',
    lastSampledTimestamp: now,
  };
}

async function unknownProfiles({ stores, tables, namespaces, clock }: Rooms) {
  const things = namespaces()
    .all.filter(({ idType }) => idType === 'Cookie' || idType === 'Device')
    .map(({ code }) => code);
  const quiet = async (days: number) => await countUnknown(stores.clickhouse, things, clock().getTime() - days * DAY);
  return {
    totalNumberOfProfiles: await countProfiles(tables),
    totalNumberOfEvents: await countEvents(tables),
    unknownProfiles: {
      '7days': await quiet(7),
      '30days': await quiet(30),
      '60days': await quiet(60),
      '90days': await quiet(90),
      '120days': await quiet(120),
    },
  };
}
