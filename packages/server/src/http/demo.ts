/** The audiences that come with the demo shop. */
import { readFile } from 'node:fs/promises';
import { SegmentationError } from '../segmentation/index.ts';
import { createAudience } from './audiences.ts';
import type { Rooms } from './rooms.ts';

const FILE = new URL('../../../../data/demo-shop/audiences.json', import.meta.url);

interface DemoAudience {
  readonly name: string;
  readonly description: string;
  readonly pql: string;
}

/** Creates and evaluates those whose names are free. */
export async function createDemoAudiences(rooms: Rooms): Promise<void> {
  const audiences = JSON.parse(await readFile(FILE, 'utf8')) as readonly DemoAudience[];
  // Lists show the newest first, and the first of the file shall be it.
  for (const audience of audiences.toReversed()) {
    try {
      await createAudience(rooms, { ...audience, createdBy: 'demo' });
    } catch (error) {
      if (!(error instanceof SegmentationError) || error.code !== 'audience-name-taken') throw error;
    }
  }
}
