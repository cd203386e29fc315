/** What there is to predict in the demo shop. */
import type { CallInput } from './route.ts';
import type { predictionRoutes } from './predictions.ts';

const PURCHASE = { name: 'Purchase', condition: 'eventType = "commerce.purchases"' };
const CUSTOMERS = 'xEvent[eventType = "commerce.purchases" and (timestamp occurs <= 180 days before now)].count() >= 1';

export const DEMO_PREDICTIONS: readonly CallInput<typeof predictionRoutes.createPrediction>['body'][] = [
  {
    name: 'Buys in 14 days',
    key: 'buysIn14Days',
    description: 'Visitors of the last 45 days who buy within 14 days.',
    kind: 'conversion',
    goal: { occurs: 'will', events: [PURCHASE], windowDays: 14 },
    schedule: { score: 'daily', train: 'monthly' },
  },
  {
    name: 'Churns within 60 days',
    key: 'churnsIn60Days',
    description: 'Customers of the last 180 days who buy nothing for 60 days.',
    kind: 'churn',
    goal: { occurs: 'willNot', events: [PURCHASE], windowDays: 60 },
    population: CUSTOMERS,
    schedule: { score: 'weekly', train: 'monthly' },
  },
];
