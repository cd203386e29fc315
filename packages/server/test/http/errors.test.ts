import { describe, expect, it } from 'vitest';
import { platformCodes, statusByCode } from '../../src/http/error-codes.ts';
import { RequestError, answerTo, errorBodyOf } from '../../src/http/errors.ts';
import { SegmentationError } from '../../src/segmentation/index.ts';
import { StoreError } from '../../src/store/index.ts';

const request = { id: 'r1', url: '/api/audiences' };

describe('an error', () => {
  it('of a room keeps its code, message, hint and details', () => {
    const error = new SegmentationError({ code: 'audience-in-use', message: 'A is used.', hint: 'Do B.', details: ['x'] });
    expect(answerTo(error)).toEqual({
      status: 409,
      entry: { code: 'audience-in-use', message: 'A is used.', hint: 'Do B.', details: ['x'] },
    });
  });

  it('of a store is told by its kind', () => {
    expect(answerTo(new StoreError({ code: 'disk-full', message: 'full' }))).toMatchObject({
      status: 507,
      entry: { code: 'disk-full', hint: expect.any(String) },
    });
    expect(answerTo(new StoreError({ code: 'cancelled', message: 'gone' })).status).toBe(499);
    expect(answerTo(Object.assign(new Error('write'), { code: 'ENOSPC' })).status).toBe(507);
  });

  it('by a full disk is told as such, whichever store it came from', () => {
    const postgres = Object.assign(new Error('could not extend file "base/5/16401"'), { code: '53100' });
    const lmdb = new Error('No space left on device: Attempting to write page at position 12288, size 8192');
    for (const error of [postgres, lmdb, Object.assign(new Error('write'), { code: 'EDQUOT' })]) {
      expect(answerTo(error)).toMatchObject({ status: 507, entry: { code: 'disk-full', hint: expect.stringContaining('Free space') } });
    }
  });

  it('of ours tells the client nothing of our insides', () => {
    for (const error of [
      new TypeError('x is not a function'),
      new StoreError({ code: 'query', message: 'SELECT secret' }),
      'thrown text',
      null,
    ]) {
      expect(answerTo(error)).toEqual({
        status: 500,
        entry: { code: 'internal', message: expect.not.stringContaining('secret'), hint: expect.any(String) },
      });
    }
  });

  it('by a client that went away is no failure', () => {
    expect(answerTo(new DOMException('This operation was aborted', 'AbortError'))).toMatchObject({
      status: 499,
      entry: { code: 'cancelled' },
    });
  });

  it('has the documented form, and the documented code on /data paths only', () => {
    const answer = answerTo(new RequestError('bulk-count', 'Too many.'));
    expect(errorBodyOf(answer, request)).toMatchObject({
      status: 400,
      body: { type: 'urn:kindred:error:bulk-count', errors: { 400: [{ code: 'bulk-count' }] } },
    });
    expect(errorBodyOf(answer, { id: 'r1', url: '/data/core/ups/x' }).body).toEqual({
      requestId: 'r1',
      type: 'https://ns.adobe.com/aep/errors/UPAPI-113015-400',
      title: 'Too many.',
      status: 400,
      errors: { 400: [{ code: 'UPAPI-113015-400', message: 'Too many.' }] },
    });
  });

  it('has a status in the catalogue for every code that the platform documents', () => {
    expect(Object.keys(platformCodes).filter((code) => !Object.hasOwn(statusByCode, code))).toEqual([]);
  });
});
