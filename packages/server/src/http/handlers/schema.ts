/** The union schema over HTTP. */
import { typeAt } from '@kindred/pql';
import type { ProfileTables } from '../../profile/index.ts';
import { countEvents, countProfiles } from '../../profile/index.ts';
import type { Column, Layout } from '../../schema/index.ts';
import { valuesOfField } from '../field-values.ts';
import { countByEventType } from '../read-models.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

export function schemaHandlers({ tables, stores, computed }: Rooms): Handlers<'getSchema' | 'listFieldValues'> {
  return {
    async getSchema() {
      return {
        profile: computed.schema().profile,
        event: tables.schema.event,
        lookups: tables.schema.lookups,
        lookupTitles: tables.schema.lookupTitles,
        populated: {
          profile: withRecords(tables, 'profile', ['identityMap', ...pathsOf(tables.layout('profiles')), ...computed.paths]),
          event: withRecords(tables, 'event', ['_id', 'timestamp', 'eventType', ...pathsOf(tables.layout('events'))]),
        },
        eventTypes: [...(await countByEventType(stores.clickhouse))],
      };
    },
    async listFieldValues({ query: { of, path, search, limit = 50 } }) {
      const layout = tables.layout(of === 'profile' ? 'profiles' : 'events');
      const [total, found] = await Promise.all([
        of === 'profile' ? countProfiles(tables) : countEvents(tables),
        valuesOfField(stores.clickhouse, layout, { path: path.split('.'), search, limit }),
      ]);
      return { total, ...found };
    },
  };
}

/** Dotted paths of the columns with values; maps end at their own name. */
function pathsOf(layout: Layout): readonly string[] {
  return [...new Set([...layout.columns.values()].filter(({ kind }) => kind !== 'length').map(dotted))];
}

function dotted({ path }: Column): string {
  const map = path.indexOf('{}');
  return (map < 0 ? path : path.slice(0, map)).join('.');
}

/** With the paths of what their values refer to, where there are records. */
function withRecords({ schema, lookups }: ProfileTables, of: 'profile' | 'event', paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    let type = typeAt(schema, of === 'profile' ? path.split('.') : ['xEvent', ...path.split('.')]);
    while (type?.kind === 'array') type = type.items;
    const entity = type?.kind === 'string' ? type.reference : undefined;
    const table = entity === undefined ? null : lookups.tableOf(entity);
    if (entity === undefined || table === null || lookups.count(entity) === 0) return [path];
    return [path, ...pathsOf(table.layout).map((below) => `${path}.${below}`)];
  });
}
