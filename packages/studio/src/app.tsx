import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { NotFound, RouteFailure } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';

/** One chunk per page; the editor with CodeMirror comes with the pages that edit. */
const router = createBrowserRouter([
  {
    element: <Shell />,
    hydrateFallbackElement: <></>,
    children: [
      {
        errorElement: <RouteFailure />,
        children: [
          { index: true, lazy: async () => ({ Component: (await import('./home/home-page.tsx')).HomePage }) },
          { path: 'audiences', lazy: async () => ({ Component: (await import('./audiences/list-page.tsx')).ListPage }) },
          { path: 'audiences/new', lazy: async () => ({ Component: (await import('./audiences/edit-page.tsx')).CreatePage }) },
          { path: 'audiences/build', lazy: async () => ({ Component: (await import('./builder/builder-page.tsx')).BuildPage }) },
          {
            path: 'audiences/evaluation',
            lazy: async () => ({ Component: (await import('./evaluation/evaluation-page.tsx')).EvaluationPage }),
          },
          {
            path: 'audiences/import',
            lazy: async () => ({ Component: (await import('./import-audience/import-page.tsx')).ImportPage }),
          },
          {
            path: 'audiences/:id',
            lazy: async () => ({ Component: (await import('./audience/audience-page.tsx')).AudiencePage }),
            children: [
              { index: true, lazy: async () => ({ Component: (await import('./audience/overview.tsx')).Overview }) },
              { path: 'overlap', lazy: async () => ({ Component: (await import('./audience/overlap-tab.tsx')).OverlapTab }) },
              { path: 'connections', lazy: async () => ({ Component: (await import('./audience/connections-tab.tsx')).ConnectionsTab }) },
              { path: 'versions', lazy: async () => ({ Component: (await import('./audience/versions-tab.tsx')).VersionsTab }) },
              { path: 'activity', lazy: async () => ({ Component: (await import('./audience/activity-tab.tsx')).ActivityTab }) },
            ],
          },
          { path: 'audiences/:id/edit', lazy: async () => ({ Component: (await import('./audiences/edit-page.tsx')).EditPage }) },
          { path: 'audiences/:id/build', lazy: async () => ({ Component: (await import('./builder/builder-page.tsx')).BuildPage }) },
          {
            path: 'audiences/compositions',
            lazy: async () => ({ Component: (await import('./compose/list-page.tsx')).CompositionListPage }),
          },
          {
            path: 'audiences/compositions/:id',
            lazy: async () => ({ Component: (await import('./compose/compose-page.tsx')).ComposePage }),
          },
          { path: 'profiles', lazy: async () => ({ Component: (await import('./profiles/search-page.tsx')).SearchPage }) },
          { path: 'profiles/rule', lazy: async () => ({ Component: (await import('./profiles/rule-page.tsx')).RulePage }) },
          { path: 'profiles/:namespace/:id', lazy: async () => ({ Component: (await import('./profiles/profile-page.tsx')).ProfilePage }) },
          {
            path: 'predictions',
            lazy: async () => ({ Component: (await import('./predictions/list-page.tsx')).PredictionListPage }),
          },
          {
            path: 'predictions/new',
            lazy: async () => ({ Component: (await import('./predictions/wizard/wizard-page.tsx')).WizardPage }),
          },
          {
            path: 'predictions/compare',
            lazy: async () => ({ Component: (await import('./predictions/compare/compare-page.tsx')).ComparePage }),
          },
          {
            path: 'predictions/:id',
            lazy: async () => ({ Component: (await import('./predictions/prediction-page.tsx')).PredictionPage }),
            children: [
              { index: true, lazy: async () => ({ Component: (await import('./predictions/insights/scores-tab.tsx')).ScoresTab }) },
              { path: 'factors', lazy: async () => ({ Component: (await import('./predictions/insights/factors-tab.tsx')).FactorsTab }) },
              { path: 'quality', lazy: async () => ({ Component: (await import('./predictions/insights/quality-tab.tsx')).QualityTab }) },
              { path: 'time', lazy: async () => ({ Component: (await import('./predictions/insights/time-tab.tsx')).TimeTab }) },
              { path: 'card', lazy: async () => ({ Component: (await import('./predictions/insights/card-tab.tsx')).CardTab }) },
            ],
          },
          { path: 'sources', lazy: async () => ({ Component: (await import('./sources/sources-page.tsx')).SourcesPage }) },
          {
            path: 'sources/dead-letters',
            lazy: async () => ({ Component: (await import('./sources/dead-letters-page.tsx')).DeadLettersPage }),
          },
          {
            path: 'sources/mappings',
            lazy: async () => ({ Component: (await import('./mappings/mapping-list-page.tsx')).MappingListPage }),
          },
          {
            path: 'sources/mappings/new',
            lazy: async () => ({ Component: (await import('./mappings/mapping-page.tsx')).NewMappingPage }),
          },
          {
            path: 'sources/mappings/:id',
            lazy: async () => ({ Component: (await import('./mappings/mapping-page.tsx')).MappingPage }),
          },
          { path: 'datasets', lazy: async () => ({ Component: (await import('./datasets/dataset-list-page.tsx')).DatasetListPage }) },
          { path: 'datasets/:id', lazy: async () => ({ Component: (await import('./datasets/dataset-page.tsx')).DatasetPage }) },
          { path: 'schema', lazy: async () => ({ Component: (await import('./schema/schema-page.tsx')).SchemaPage }) },
          { path: 'schema/blocks', lazy: async () => ({ Component: (await import('./schema/block-list-page.tsx')).BlockListPage }) },
          {
            path: 'schema/blocks/:container/:kind/:id',
            lazy: async () => ({ Component: (await import('./schema/block-page.tsx')).BlockPage }),
          },
          { path: 'schema/:id', lazy: async () => ({ Component: (await import('./schema/schema-detail-page.tsx')).SchemaDetailPage }) },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
]);

export function App() {
  return <RouterProvider router={router} />;
}
