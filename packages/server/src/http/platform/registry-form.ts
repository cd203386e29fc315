/** What the Accept header of the Schema Registry asks for. */
import { RequestError } from '../errors.ts';

export interface RegistryForm {
  /** Only what identifies a resource. */
  readonly short: boolean;
  /** With everything that it refers to in its place. */
  readonly full: boolean;
  /** Without titles and descriptions. */
  readonly bare: boolean;
  readonly withDescriptors: boolean;
  readonly withDeprecated: boolean;
  /** Names of fields with the prefix `xdm:`, as old clients want them. */
  readonly prefixed: boolean;
}

const VENDOR = /application\/vnd\.adobe\.(xed|xdm)((?:-[a-z0-9]+)*)\+json\s*(?:;\s*version=(\d+))?/;

/** Of a list. Throws RequestError `registry-accept-version` for one with a version. */
export function listForm(accept: string | undefined): RegistryForm {
  const asked = VENDOR.exec(accept ?? '');
  if (asked?.[3] !== undefined) throw wrong('registry-accept-version', 'A list has no version', 'application/vnd.adobe.xed+json');
  return formOf(asked, asked === null || (asked[2] ?? '').includes('-id'));
}

/** Of one resource. Throws RequestError `registry-accept-no-version` for a documented media type without the version 1. */
export function lookupForm(accept: string | undefined): RegistryForm {
  const asked = VENDOR.exec(accept ?? '');
  if (asked !== null && asked[3] === undefined)
    throw wrong('registry-accept-no-version', 'One resource is asked for with a version', 'application/vnd.adobe.xed-full+json; version=1');
  if (asked !== null && asked[3] !== '1')
    throw wrong('registry-accept-no-version', `There is no version ${asked[3]}`, 'application/vnd.adobe.xed+json; version=1');
  return formOf(asked, false);
}

export type DescriptorForm = 'ids' | 'links' | 'objects' | 'pages';

/** Of descriptors. */
export function descriptorForm(accept: string | undefined): DescriptorForm {
  const words = (VENDOR.exec(accept ?? '')?.[2] ?? '').split('-');
  if (words.includes('v2')) return 'pages';
  return words.includes('id') ? 'ids' : words.includes('link') ? 'links' : 'objects';
}

function formOf(asked: RegExpExecArray | null, short: boolean): RegistryForm {
  const words = (asked?.[2] ?? '').split('-');
  return {
    short,
    full: words.includes('full'),
    bare: words.includes('notext'),
    withDescriptors: words.includes('desc'),
    withDeprecated: words.includes('deprecatefield'),
    prefixed: asked?.[1] === 'xdm',
  };
}

function wrong(code: 'registry-accept-version' | 'registry-accept-no-version', message: string, example: string): RequestError {
  return new RequestError(code, `Accept header invalid: ${message}.`, { hint: `Send Accept: ${example}.` });
}
