/** Profiles opened in this browser tab, newest first. Personal data, so it goes with the tab. */
import type { Identity } from '@kindred/contract';
import { identityText } from './describe.ts';

export interface RecentProfile {
  readonly title: string;
  readonly identity: Identity;
}

const STORAGE_KEY = 'kindred.recent-profiles';
const KEPT = 12;

export function recentProfiles(): readonly RecentProfile[] {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '[]') as readonly RecentProfile[];
  } catch {
    return [];
  }
}

export function rememberProfile(profile: RecentProfile): void {
  const others = recentProfiles().filter(({ identity }) => identityText(identity) !== identityText(profile.identity));
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify([profile, ...others].slice(0, KEPT)));
}
