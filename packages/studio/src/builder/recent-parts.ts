/** Fields used last, in this browser. */
const KEY = 'kindred.builder.recent';
const KEPT = 5;

export type Side = 'profile' | 'event';

type Recent = Readonly<Record<Side, readonly string[]>>;

/** Dotted paths, the last one first. */
export function recentPaths(side: Side): readonly string[] {
  return all()[side];
}

export function rememberPath(side: Side, path: string): void {
  const recent = all();
  const paths = [path, ...recent[side].filter((each) => each !== path)].slice(0, KEPT);
  localStorage.setItem(KEY, JSON.stringify({ ...recent, [side]: paths }));
}

function all(): Recent {
  const text = localStorage.getItem(KEY);
  return text === null ? { profile: [], event: [] } : (JSON.parse(text) as Recent);
}
