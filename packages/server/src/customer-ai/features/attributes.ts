/** Features made of profile attributes, as they were known at the instant. */
import { identifier } from '../../store/index.ts';
import { codeSql } from './events.ts';
import type { Feature } from './feature.ts';
import type { Survey } from './survey.ts';
import { dotted, MOST_CATEGORIES } from './survey.ts';
import { pathWords } from './words.ts';

const MOST_ATTRIBUTES = 40;

export function attributeFeatures({ profiles }: Survey, excluded: (path: string) => boolean): readonly Feature[] {
  const usable = profiles.filter(
    ({ column, filled, distinct }) => column.depth === 0 && filled > 0 && distinct > 1 && !excluded(dotted(column)),
  );
  return usable.slice(0, MOST_ATTRIBUTES).flatMap(({ column, distinct, values }): readonly Feature[] => {
    const described = { code: `attribute.${dotted(column)}`, family: 'attributes', from: 'attributes' } as const;
    const [words, stored] = [pathWords(column), identifier(column.name)];
    const label = words.charAt(0).toUpperCase() + words.slice(1);
    switch (column.kind) {
      case 'number':
      case 'integer':
        return [{ ...described, kind: 'numeric', unit: 'number', label, sql: `toFloat64(${stored})` }];
      case 'boolean':
        return [{ ...described, kind: 'numeric', unit: 'flag', label, sql: `toFloat64(${stored})` }];
      case 'date':
      case 'datetime':
        return [
          { ...described, kind: 'numeric', unit: 'days', label: `Days since ${words}`, sql: `dateDiff('second', ${stored}, T) / 86400` },
        ];
      case 'string':
        if (distinct > MOST_CATEGORIES) return [];
        return [
          {
            ...described,
            kind: 'categorical',
            unit: 'category',
            label,
            categories: values,
            sql: codeSql(`ifNull(toString(${stored}), '')`, values),
          },
        ];
      default:
        return [];
    }
  });
}

/** What is left out unless somebody asks for it: models shall not tell people apart by what they are. */
const SENSITIVE = /(^|[._])(gender|sex|birth\w*|nationality|ethnic\w*|race|religio\w*|disab\w*|maritalStatus|sexual\w*|politic\w*)\b/i;

export function isSensitive(path: string): boolean {
  return SENSITIVE.test(path);
}
