/** The union schema over HTTP. */
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
        populated: {
          profile: ['identityMap', ...pathsOf(tables.layout('profiles')), ...computed.paths],
          event: ['_id', 'timestamp', 'eventType', ...pathsOf(tables.layout('events'))],
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
