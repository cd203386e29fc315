/** Linking rules over HTTP. */
import type { Identity, LinkingRules } from '../../identity/index.ts';
import { requireRules, simulate } from '../../identity/index.ts';
import { countProfiles } from '../../profile/index.ts';
import { evaluateEverything } from '../audiences.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

export function linkingRuleHandlers(rooms: Rooms): Handlers<'getLinkingRules' | 'setLinkingRules' | 'simulateLinking'> {
  const { tables, namespaces } = rooms;
  const find = (code: string) => namespaces().find(code);
  const spelled = ({ namespace, id }: Identity): Identity => ({ namespace: find(namespace)?.code ?? namespace, id });
  return {
    getLinkingRules: () => Promise.resolve(viewOf(tables.identities.rules)),
    async setLinkingRules({ body }) {
      await tables.relink(requireRules(body, find));
      const evaluation = await evaluateEverything(rooms);
      return { ...viewOf(tables.identities.rules), profiles: await countProfiles(tables), evaluation };
    },
    simulateLinking({ body: { rules, records } }) {
      const wanted = rules === undefined ? tables.identities.rules : requireRules(rules, find);
      const seen = records.map(({ identities, timestamp }) => ({ identities: identities.map(spelled), time: Date.parse(timestamp) }));
      const people = simulate(seen, wanted, find).map(({ identities }) => ({ identities: [...identities] }));
      return Promise.resolve({ people });
    },
  };
}

function viewOf({ unique, priority }: LinkingRules) {
  return { unique: [...unique], priority: [...priority] };
}
