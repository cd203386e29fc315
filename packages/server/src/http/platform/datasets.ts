/** Datasets, as far as audiences refer to them. */
import { countByDataset } from '../read-models.ts';
import type { ClickHouse } from '../../store/index.ts';

/** A dataset is known when data came in with it. */
export async function datasetIsKnown(clickhouse: ClickHouse, id: string): Promise<boolean> {
  return (await countByDataset(clickhouse)).some(({ name }) => name === id);
}
