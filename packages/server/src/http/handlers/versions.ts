/** Versions of rules over HTTP. */
import type { AudienceVersion } from '@kindred/contract';
import type { Version } from '../../segmentation/index.ts';
import { audienceBody, updateAudience } from '../audiences.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

export function versionHandlers(rooms: Rooms): Handlers<'listVersions' | 'getVersion' | 'diffVersions' | 'rollbackAudience'> {
  const { segmentation, clock } = rooms;
  const { definitions } = segmentation;
  return {
    async listVersions({ params: { id } }) {
      await definitions.get(id);
      return { versions: (await definitions.versions.list(id)).map(versionBody) };
    },
    async getVersion({ params: { id, version } }) {
      await definitions.get(id);
      return versionBody(await definitions.versions.get(id, version));
    },
    async diffVersions({ params: { id, a, b } }) {
      const diff = await segmentation.diffVersions(id, { a, b, now: clock() });
      return {
        a: versionBody(diff.a),
        b: versionBody(diff.b),
        text: [...diff.text],
        members: diff.members && { ...diff.members, evaluatedAt: diff.members.evaluatedAt.toISOString() },
        problem: diff.problem,
      };
    },
    async rollbackAudience({ params: { id }, body, request }) {
      await definitions.get(id);
      const { pql, json, excludeOptOut, version } = await definitions.versions.get(id, body.version);
      const change = { pql, json, excludeOptOut, restoredFrom: version, changedBy: request.caller.name };
      return audienceBody(await updateAudience(rooms, id, change), clock());
    },
  };
}

function versionBody({ version, pql, excludeOptOut, restoredFrom, createdAt, createdBy }: Version): AudienceVersion {
  return { version, pql, excludeOptOut, restoredFrom, createdAt: createdAt.toISOString(), createdBy };
}
