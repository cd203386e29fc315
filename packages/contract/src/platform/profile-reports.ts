/** Sample status and reports about profiles. Kindred counts everybody, so the sample is all of them. */
import { z } from 'zod';
import { count } from '../common.ts';
import type { Route } from '../route.ts';
import { base, headers } from './common.ts';

const tag = 'profile reports';
const root = `${base}/previewsamplestatus`;
const reportTimestamp = z.string().describe('2026-01-31T10:00:00.000 in UTC');
const date = z.object({ date: z.string().optional().describe('YYYY-MM-DD; reports are made when asked for, so only today has one') });

const shares = {
  sampleCount: count,
  samplePercentage: z.number(),
  fullIDsCount: count.describe('Profiles'),
  fullIDsPercentage: z.number().describe('Of all profiles'),
};

const overlap = z.object({
  data: z.record(z.string(), count).describe('Profiles by what they are in, with commas between: those in exactly these'),
  reportTimestamp,
});

const unknown = z.object({ countOfProfiles: count, eventsAssociated: count, nsDistribution: z.record(z.string(), count) });

export const profileReportRoutes = {
  getSampleStatus: {
    method: 'GET',
    path: root,
    summary: 'How many profiles and records there are',
    tag,
    headers,
    responses: {
      200: z.object({
        numRowsToRead: z.string(),
        sampleJobRunning: z.object({ status: z.boolean(), submissionTimestamp: z.string() }),
        cosmosDocCount: z.string(),
        totalFragmentCount: count.describe('Events and profile records'),
        lastSuccessfulBatchTimestamp: z.string(),
        streamingDriven: z.boolean(),
        totalRows: z.string().describe('Profiles'),
        lastBatchId: z.string(),
        status: z.literal('TASK_FINISHED'),
        samplingRatio: z.number(),
        mergeStrategy: z.string(),
        lastSampledTimestamp: z.string(),
      }),
    },
  },
  getDatasetReport: {
    method: 'GET',
    path: `${root}/report/dataset`,
    summary: 'Profiles by the datasets that brought something of them',
    tag,
    headers,
    query: date,
    responses: {
      200: z.object({
        data: z.array(
          z.object({ ...shares, fullIDsFragmentCount: count.describe('Its events and records'), name: z.string(), value: z.string() }),
        ),
        reportTimestamp,
      }),
    },
  },
  getNamespaceReport: {
    method: 'GET',
    path: `${root}/report/namespace`,
    summary: 'Profiles by the namespaces of their identities',
    tag,
    headers,
    query: date,
    responses: {
      200: z.object({
        data: z.array(z.object({ ...shares, fullIDsFragmentCount: count.describe('Identities'), code: z.string(), value: z.string() })),
        reportTimestamp,
      }),
    },
  },
  getDatasetOverlap: {
    method: 'GET',
    path: `${root}/report/dataset/overlap`,
    summary: 'How many profiles have something of which datasets',
    tag,
    headers,
    query: date,
    responses: { 200: overlap },
  },
  getNamespaceOverlap: {
    method: 'GET',
    path: `${root}/report/namespace/overlap`,
    summary: 'How many profiles have identities of which namespaces',
    tag,
    headers,
    query: date,
    responses: { 200: overlap },
  },
  getUnknownProfiles: {
    method: 'GET',
    path: `${root}/report/unknownProfiles`,
    summary: 'Profiles known by a cookie or device alone, by how long nothing was heard of them',
    tag,
    headers,
    query: date,
    responses: {
      200: z.object({
        data: z.object({
          totalNumberOfProfiles: count,
          totalNumberOfEvents: count,
          unknownProfiles: z.object({ '7days': unknown, '30days': unknown, '60days': unknown, '90days': unknown, '120days': unknown }),
        }),
        reportTimestamp,
      }),
    },
  },
} as const satisfies Record<string, Route>;
