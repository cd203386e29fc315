/** What an export is asked for when a test asks for nothing in particular. */
import { UNSAID } from '../../../src/segmentation/export/request.ts';
import type { ExportRequest } from '../../../src/segmentation/index.ts';

/** Everybody, whole, as JSON Lines. */
export const EVERYBODY: ExportRequest = {
  ...UNSAID,
  format: 'jsonl',
  dataset: null,
  segmentPerBatch: false,
  fields: [],
  segments: null,
  qualification: { from: null, to: null },
  emptyProfiles: true,
  eventFields: null,
  evaluate: false,
};
