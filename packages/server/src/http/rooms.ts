/** What the handlers work with: the rooms below, opened, and the clock of the edge. */
import type { Settings } from '../config/index.ts';
import type { CustomerAi } from '../customer-ai/index.ts';
import type { PrivacyOrders } from '../governance/index.ts';
import type { Namespaces } from '../identity/index.ts';
import type { Batches, DataSources, MappingSets, Stream } from '../ingest/index.ts';
import type { ComputedAttributes, MergePolicies, ProfileTables, Retention } from '../profile/index.ts';
import type { Datasets, Descriptors, OwnNamespaces, SchemaRegistry } from '../schema/index.ts';
import type { Stores } from '../store/index.ts';
import type { Authenticate } from './authentication.ts';
import type { ImportJobs } from './import-jobs.ts';
import type { ExternalIngestions } from './ingestions.ts';
import type { LogFollowers } from './membership-log.ts';
import type { Metrics } from './metrics.ts';
import type { Segmentation } from '../segmentation/index.ts';

export interface Rooms {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly tables: ProfileTables;
  readonly registry: SchemaRegistry;
  readonly descriptors: Descriptors;
  readonly datasets: Datasets;
  /** How long events are kept. */
  readonly retention: Retention;
  /** The namespaces known now. */
  readonly namespaces: () => Namespaces;
  readonly ownNamespaces: OwnNamespaces;
  readonly mergePolicies: MergePolicies;
  readonly computed: ComputedAttributes;
  readonly segmentation: Segmentation;
  readonly customerAi: CustomerAi;
  /** Those who follow who enters and leaves. */
  readonly followers: LogFollowers;
  readonly imports: ImportJobs;
  readonly batches: Batches;
  readonly mappingSets: MappingSets;
  /** Where data is fetched from. */
  readonly sources: DataSources;
  readonly ingestions: ExternalIngestions;
  /** What comes in record by record. */
  readonly stream: Stream;
  /** Giving out and deleting what is known of people. */
  readonly privacy: PrivacyOrders;
  readonly metrics: Metrics;
  /** For ways in that ask for a key although their route does not. */
  readonly authenticate: Authenticate;
  readonly clock: () => Date;
  /** Version of Kindred. */
  readonly version: string;
  readonly startedAt: Date;
}
