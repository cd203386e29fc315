import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Invalid } from '../../values.ts';
import { define } from './function.ts';
import { optional, text } from './params.ts';

/** As Data Prep writes it: the low byte first. */
function littleEndian(bytes: Buffer): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(bytes));
  return sum.toString('hex');
}

const CHARSETS = ['UTF-8', 'UTF-16', 'ISO-8859-1', 'US-ASCII'];

/** UTF-16 as Java writes it: with a byte order mark, the high byte first. */
function bytesOf(input: string, charset: string): Buffer | Invalid {
  switch (charset.toUpperCase()) {
    case 'UTF-8':
      return Buffer.from(input, 'utf8');
    case 'UTF-16':
      return Buffer.from(`\uFEFF${input}`, 'utf16le').swap16();
    case 'ISO-8859-1':
      return replaced(input, 255);
    case 'US-ASCII':
      return replaced(input, 127);
    default:
      return new Invalid(`there is no character set ${JSON.stringify(charset)}; there are ${CHARSETS.join(', ')}`);
  }
}

/** Characters that the set does not have become question marks. */
function replaced(input: string, last: number): Buffer {
  return Buffer.from(Array.from(input, (character) => ((character.codePointAt(0) ?? 0) > last ? '?' : character)).join(''), 'latin1');
}

const hash = (name: string, title: string, result: string, digest: (bytes: Buffer) => string) =>
  define({
    name,
    family: 'Hash',
    params: [text('INPUT'), optional(text('CHARSET'))],
    returns: 'text',
    doc: `${title} of a text, hexadecimal. CHARSET: ${CHARSETS.join(', ')}; default UTF-8.`,
    examples: [[`${name}("my text", "UTF-8")`, result]],
    call: ([input, charset = 'UTF-8']) => {
      const bytes = bytesOf(input, charset);
      return bytes instanceof Invalid ? bytes : digest(bytes);
    },
  });

const of = (algorithm: string) => (bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex');

export const hashFunctions = [
  hash('sha1', 'SHA-1', 'c3599c11e47719df18a2448690840c5dfcce3c80', of('sha1')),
  hash('sha256', 'SHA-256', '7330d2b39ca35eaf4cb95fc846c21ee6a39af698154a83a586ee270a0d372104', of('sha256')),
  hash(
    'sha512',
    'SHA-512',
    'a3d7e45a0d9be5fd4e4b9a3b8c9c2163c21ef708bf11b4232bb21d2a8704ada2cdcd7b367dd0788a89a5c908cfe377aceb1072a7b386b7d4fd2ff68a8fd24d16',
    of('sha512'),
  ),
  hash('md5', 'MD5', 'd3b96ce8c9fb4e9bd0198d03ba6852c7', of('md5')),
  hash('crc32', 'CRC-32', '8df92e80', littleEndian),
];
