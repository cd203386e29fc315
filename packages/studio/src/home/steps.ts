/** What a newcomer does first, and how much of it is done. */
import { routes } from '@kindred/contract';
import type { Status } from '@kindred/contract';
import { call } from '../api/session.ts';
import { recentProfiles } from '../profiles/recent.ts';

export interface NextStep {
  readonly title: string;
  readonly text: string;
  readonly href: string;
  /** What the link says. */
  readonly to: string;
  readonly done: boolean;
}

export async function nextSteps({ profiles }: Pick<Status, 'profiles'>, signal: AbortSignal): Promise<readonly NextStep[]> {
  const [{ audiences }, { children: schedules }, { predictions }] = await Promise.all([
    call(routes.listAudiences, { signal }),
    call(routes.listSchedules, { signal }),
    call(routes.listPredictions, { signal }),
  ]);
  const own = audiences.filter(({ createdBy }) => createdBy !== 'demo');
  return [
    {
      title: 'Bring in data',
      text: 'Files, databases, streams; or generate a shop with 50,000 people to look around.',
      href: '/sources',
      to: 'Sources',
      done: profiles > 0,
    },
    {
      title: 'Look at one person',
      text: 'What is known, from which source, in which order, and which audiences they are in.',
      href: '/profiles',
      to: 'Profiles',
      done: profiles > 0 && recentProfiles().length > 0,
    },
    {
      title: 'Build an audience',
      text: 'Click fields onto the canvas; each card says at once how many people it holds for.',
      href: '/audiences/build',
      to: 'Create audience',
      done: own.length > 0,
    },
    {
      title: 'Publish it',
      text: 'Drafts are counted; published audiences are evaluated and can be exported.',
      href: '/audiences',
      to: 'Audiences',
      done: own.some(({ lifecycleState }) => lifecycleState === 'published'),
    },
    {
      title: 'Let it be evaluated by the clock',
      text: 'A schedule evaluates all audiences every night, or when you say.',
      href: '/audiences/evaluation',
      to: 'Evaluation summary',
      done: schedules.some(({ state }) => state === 'active'),
    },
    {
      title: 'Predict what people will do',
      text: 'Who is likely to buy, or to stay away, with the reasons for each person.',
      href: '/predictions',
      to: 'Predictions',
      done: predictions.length > 0,
    },
  ];
}
