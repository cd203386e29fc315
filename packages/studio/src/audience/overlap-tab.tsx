import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { ManyValues } from '../ui/fields.tsx';
import { Stack } from '../ui/columns.tsx';
import { formatCount } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useAudience } from './audience-page.tsx';
import { LiftMatrix } from './lift-matrix.tsx';
import styles from './overlap.module.css';
import { UpsetPlot } from './upset-plot.tsx';

/** With one audience more the plot has twice as many columns, and a reader loses the thread. */
const MOST = 6;
const AT_FIRST = 4;

/** How much of the audience others have too. */
export function OverlapTab() {
  const { audience } = useAudience();
  const list = useResource('audiences', (signal) => call(routes.listAudiences, { signal }));
  if (list.error) return <Failure error={list.error} retry={list.reload} title="The audiences could not be loaded" />;
  if (!list.data) return <Skeleton lines={6} height={32} label="Loading audiences" />;
  return <Chosen audience={audience} all={list.data.audiences} />;
}

function Chosen({ audience, all }: { readonly audience: Audience; readonly all: readonly Audience[] }) {
  const [params, setParams] = useSearchParams();
  const others = useMemo(
    () => all.filter(({ id, size, lifecycleState }) => id !== audience.id && size !== null && lifecycleState !== 'inactive'),
    [all, audience.id],
  );
  const asked = params.get('with');
  const chosen = useMemo(() => {
    if (asked === null) return others.toSorted((a, b) => (b.size ?? 0) - (a.size ?? 0)).slice(0, AT_FIRST);
    return asked.split(',').flatMap((id) => others.find((each) => each.id === id) ?? []);
  }, [asked, others]);
  const choose = (names: readonly string[]) => {
    const ids = names.flatMap((name) => others.find((each) => each.name === name)?.id ?? []).slice(0, MOST - 1);
    setParams({ with: ids.join(',') }, { replace: true });
  };
  return (
    <Stack>
      <div className={styles.choice}>
        <span id="overlap-with">Compared with</span>
        <ManyValues
          label="Compared with"
          placeholder="Add an audience by name"
          values={chosen.map(({ name }) => name)}
          suggestions={others.map(({ name }) => name)}
          onChange={choose}
        />
        <span className={styles.faint}>Up to {MOST - 1} others</span>
      </div>
      {others.length === 0 ? (
        <p className={styles.faint}>There is no other audience to compare with yet.</p>
      ) : chosen.length === 0 ? (
        <p className={styles.faint}>Add an audience to see what both have in common.</p>
      ) : (
        <Compared ids={[audience.id, ...chosen.map(({ id }) => id)]} evaluated={audience.lastEvaluated} />
      )}
    </Stack>
  );
}

function Compared({ ids, evaluated }: { readonly ids: readonly string[]; readonly evaluated: string | null }) {
  const found = useResource(`overlap/${ids.join()}`, (signal) => call(routes.overlapAudiences, { body: { ids: [...ids] }, signal }), {
    refreshOn: evaluated,
  });
  if (found.error) return <Failure error={found.error} retry={found.reload} title="The overlap could not be counted" />;
  if (!found.data) return <Skeleton lines={6} height={32} label="Counting the overlap" />;
  const { union, common, universe } = found.data;
  return (
    <>
      <Panel
        title="Who is in which of them"
        aside={`${formatCount(union)} in one of them at least, ${formatCount(common)} in all, of ${formatCount(universe)}`}
      >
        <UpsetPlot overlap={found.data} />
      </Panel>
      <Panel title="Two by two">
        <LiftMatrix overlap={found.data} />
      </Panel>
    </>
  );
}
