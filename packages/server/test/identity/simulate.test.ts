import { describe, expect, it } from 'vitest';
import type { Identity } from '../../src/identity/index.ts';
import { LinkingRulesError, Namespaces, requireRules, simulate } from '../../src/identity/index.ts';

const find = (code: string) => new Namespaces().find(code);
const record = (time: number, ...ids: readonly string[]) => ({ time, identities: ids.map(identity) });

function identity(text: string): Identity {
  const [namespace = '', id = ''] = text.split(':');
  return { namespace, id };
}

function people(rules: { unique?: string[]; priority?: string[] }, ...records: ReturnType<typeof record>[]): string[] {
  const found = simulate(records, { unique: [], priority: [], ...rules }, find);
  return found.map(({ identities }) => identities.map(({ namespace, id }) => `${namespace}:${id}`).join(' '));
}

describe('a simulation', () => {
  const shared = [record(1, 'CRMID:ann', 'ECID:tablet'), record(2, 'CRMID:ben', 'ECID:tablet'), record(1, 'CRMID:ann', 'Email:ann@x')];

  it('makes one person of everything without rules', () => {
    expect(people({}, ...shared)).toEqual(['CRMID:ann CRMID:ben Email:ann@x ECID:tablet']);
  });

  it('gives a shared device to whoever was seen on it last', () => {
    expect(people({ unique: ['CRMID'] }, ...shared)).toEqual(['CRMID:ann Email:ann@x', 'CRMID:ben ECID:tablet']);
  });

  it('of links of one time keeps those of namespaces that count more', () => {
    const same = [record(1, 'Email:a@x', 'CRMID:ann'), record(1, 'Email:a@x', 'Phone:1'), record(1, 'CRMID:ben', 'Phone:1')];
    expect(people({ unique: ['CRMID'], priority: ['CRMID', 'Phone', 'Email'] }, ...same)).toEqual([
      'CRMID:ann Email:a@x',
      'CRMID:ben Phone:1',
    ]);
  });
});

describe('rules', () => {
  it('spell codes as their namespaces do', () => {
    expect(requireRules({ unique: ['crmid'], priority: ['EMAIL', 'ecid'] }, find)).toEqual({
      unique: ['CRMID'],
      priority: ['Email', 'ECID'],
    });
  });

  it.each([
    [{ unique: ['Nothing'], priority: [] }, 'There is no namespace Nothing'],
    [{ unique: ['Email', 'email'], priority: [] }, 'names Email twice'],
    [{ unique: [], priority: ['ECID', 'Email'] }, 'cannot come before Email'],
  ])('%j are refused', (rules, message) => {
    expect(() => requireRules(rules, find)).toThrow(LinkingRulesError);
    expect(() => requireRules(rules, find)).toThrow(message);
  });
});
