import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { identityOfXid, xidOf } from '../../src/identity/index.ts';

test('an XID leads back to its identity', () => {
  const code = fc.stringMatching(/^[A-Za-z0-9_.]{1,20}$/);
  fc.assert(
    fc.property(code, fc.string({ minLength: 1, unit: 'grapheme' }), (namespace, id) => {
      const xid = xidOf({ namespace, id });
      expect(xid).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(identityOfXid(xid)).toEqual({ namespace, id });
    }),
  );
});

test.each(['', 'x', 'Email:ann@example.org', Buffer.from('\0id').toString('base64url'), Buffer.from('Email\0').toString('base64url')])(
  '%j is none',
  (xid) => {
    expect(identityOfXid(xid)).toBeNull();
  },
);
