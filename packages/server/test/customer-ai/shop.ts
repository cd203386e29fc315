/** People whose habits are known, and what is asked about them: shared by the test and by the process that it has killed. */
import type { NewPrediction } from '../../src/customer-ai/index.ts';
import { parseFieldGroup, unionSchema } from '../../src/schema/index.ts';

export const DAY = 86_400_000;
/** Days in which what comes is waited for. */
export const WINDOW = 20;

const properties = {
  flag: { type: 'integer', title: 'Flag' },
  lastOrder: { type: 'string', format: 'date-time', title: 'Last order' },
  contractEnd: { type: 'string', format: 'date-time', title: 'End of contract' },
  visits: { type: 'integer', title: 'Visits a month' },
};
const group = {
  title: 'Own',
  'meta:intendedToExtend': ['https://ns.adobe.com/xdm/context/profile'],
  properties: { _acme: { type: 'object', properties } },
};
export const schema = unionSchema({ tenant: 'acme', fieldGroups: [parseFieldGroup(group, 'acme', { source: 'own.json' })] });

export const GOAL: NewPrediction = {
  name: 'Buys soon',
  key: null,
  description: '',
  buckets: { high: 10, medium: 30 },
  schedule: { score: 'off', train: 'off', refresh: true },
  task: {
    kind: 'conversion',
    goal: { occurs: 'will', match: 'any', events: [{ name: 'Purchase', condition: 'eventType = "buy"' }], windowDays: WINDOW },
    population: null,
    exclusions: [],
    customEvents: [],
    excludedFields: [],
  },
};
