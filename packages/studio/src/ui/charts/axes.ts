import { formatShare } from '../format.ts';
import type { Axis } from './frame.tsx';

/** An axis of shares, 0 to 100 %. */
export const shareAxis = (title: string, domain: Axis['domain'] = [0, 1]): Axis => ({
  title,
  domain,
  format: (share) => formatShare(share, 1),
});
