export { Encoder } from './encoder.ts';
export type { ImportErrorCode } from './errors.ts';
export { ImportError } from './errors.ts';
export type { Mapping } from './mapping/mapping.ts';
export { parseMapping, xdmMapping } from './mapping/mapping.ts';
export type { DeadLetter } from './pipeline.ts';
export type { ImportCounts, ImportOptions, ImportProgress, ImportReport } from './run-import.ts';
export { runImport } from './run-import.ts';
export type { FileFormat, SourceDescription } from './sources/open.ts';
