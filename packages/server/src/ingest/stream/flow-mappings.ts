/** Makes XDM documents of raw messages, by the mapping sets that flows name. */
import { randomUUID } from 'node:crypto';
import type { Problem, RecordKind, XdmSchema } from '../../schema/index.ts';
import { ImportError } from '../errors.ts';
import { typeOfTarget } from '../mapping/compile.ts';
import type { BuildDocument } from '../mapping/document-builder.ts';
import { Columns } from '../mapping/language/columns.ts';
import { setBuilder } from '../mapping/mapping-set.ts';
import type { MappingSet, MappingSets } from '../mapping/mapping-sets.ts';
import { mappingRows } from '../mapping/preview.ts';
import type { FlowObjects } from './flow-objects.ts';

export interface FlowMappingsOptions {
  readonly flowObjects: FlowObjects;
  readonly mappingSets: MappingSets;
  readonly schema: () => XdmSchema;
  readonly clock: () => Date;
}

export interface FlowMapping {
  /** What the documents are. */
  readonly kind: RecordKind;
  /** The document of a raw message, or what is wrong with it. */
  readonly document: (raw: unknown) => { readonly document: unknown } | { readonly problems: readonly Problem[] };
}

interface Made {
  readonly set: MappingSet;
  readonly schema: XdmSchema;
  readonly dataset: string;
  readonly mapping: FlowMapping;
}

export class FlowMappings {
  readonly #options: FlowMappingsOptions;
  /** By flow. */
  readonly #made = new Map<string, Made>();

  constructor(options: FlowMappingsOptions) {
    this.#options = options;
  }

  /** The mapping of a flow into a dataset; null for a flow without one. Throws ImportError for one that cannot be used. */
  async of(flowId: string, dataset: string): Promise<FlowMapping | null> {
    const { flowObjects, mappingSets, schema } = this.#options;
    const id = flowObjects.mappingSetOf(flowId);
    if (id === undefined) return null;
    const [set, current] = [await mappingSets.get(id), schema()];
    const known = this.#made.get(flowId);
    if (known !== undefined && known.set === set && known.schema === current && known.dataset === dataset) return known.mapping;
    const mapping = this.#make(set, current, dataset);
    this.#made.set(flowId, { set, schema: current, dataset, mapping });
    return mapping;
  }

  #make({ body }: MappingSet, schema: XdmSchema, dataset: string): FlowMapping {
    const { clock } = this.#options;
    const rows = mappingRows(body.mappings);
    // Without a schema of the dataset's own: what happens has a time, what is true of somebody has none.
    const kind = schema.datasets.get(dataset)?.class ?? (rows.some(({ destination }) => destination === 'timestamp') ? 'event' : 'profile');
    const run = {
      seed: randomUUID(),
      get now() {
        return clock().getTime();
      },
    };
    const build: BuildDocument = setBuilder(rows, typeOfTarget({ target: kind, dataset }, schema), { columns: new Columns(null), run });
    let messages = 0;
    return {
      kind,
      document(raw) {
        const problems: Problem[] = [];
        const document = build(raw, ++messages, problems);
        return problems.length > 0 ? { problems } : { document };
      },
    };
  }
}

/** In the words of an answer. */
export function mappingProblem(error: unknown): string {
  if (!(error instanceof ImportError)) throw error;
  return `Message cannot be mapped: ${error.message}. ${error.hint}`;
}
