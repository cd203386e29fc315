/** `/data/core/ups/segment/conversion` */
import { textToJson } from '@kindred/pql';
import { invalidPql, ruleOf } from '../../segmentation/index.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { ORGANISATION, sandboxOf, valueOf } from './views.ts';

export function conversionHandlers({ settings }: Rooms): Handlers<'convertExpression'> {
  return {
    async convertExpression({ body: { description, expression, ttlInDays } }) {
      const { pql, json } = ruleOf(valueOf(expression.value), expression.format);
      return {
        ...(ttlInDays !== undefined && { ttlInDays }),
        imsOrgId: ORGANISATION,
        sandbox: sandboxOf(settings.sandbox),
        description,
        expression: { type: 'PQL', format: json === null ? 'pql/json' : 'pql/text', value: json === null ? jsonOf(pql) : pql },
      };
    },
  };
}

/** Throws SegmentationError `pql-invalid`. */
function jsonOf(pql: string): string {
  const { json, problems } = textToJson(pql);
  if (json === null) throw invalidPql(problems);
  return JSON.stringify(json);
}
