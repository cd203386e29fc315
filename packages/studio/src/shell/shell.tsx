import { Provider } from '@react-spectrum/s2/Provider';
import { ToastContainer } from '@react-spectrum/s2/Toast';
import { lazy, Suspense, useEffect, useRef, useSyncExternalStore } from 'react';
import { Outlet, useHref, useLocation, useNavigate, useNavigation } from 'react-router';
import { session } from '../api/session.ts';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';
import styles from './shell.module.css';
import { StatusProvider } from './status-context.tsx';
import { StatusFooter } from './status-footer.tsx';
import { useTheme } from './theme.ts';

/** The frame around every page. */
export function Shell() {
  const navigate = useNavigate();
  const theme = useTheme();
  // The builder needs the whole width; its breadcrumb leads back.
  const wide = useLocation().pathname.endsWith('/build');
  const scheme = theme === 'system' ? {} : { colorScheme: theme };
  return (
    <Provider {...scheme} locale="en-US" router={{ navigate: (path) => void navigate(path), useHref: (href) => useHref(href) }}>
      <StatusProvider>
        <div className={`${styles.shell} ${wide ? styles.wide : ''}`}>
          <a className={styles.skip} href="#main">
            Skip to content
          </a>
          <Header />
          {!wide && (
            <aside className={styles.side}>
              <Navigation />
              <StatusFooter />
            </aside>
          )}
          <Main />
        </div>
        <KeyWhenLocked />
        <ToastContainer placement="bottom end" />
      </StatusProvider>
    </Provider>
  );
}

/** Most never see it, so its code comes when it is needed. */
const KeyPrompt = lazy(async () => ({ default: (await import('./key-prompt.tsx')).KeyPrompt }));

function KeyWhenLocked() {
  const { locked } = useSyncExternalStore(session.subscribe, session.current);
  return (
    locked && (
      <Suspense>
        <KeyPrompt />
      </Suspense>
    )
  );
}

/** A new page starts at its top, with the focus at its beginning for keyboard and screen reader. */
function Main() {
  const { pathname } = useLocation();
  const busy = useNavigation().state === 'loading';
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    main.current?.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <main id="main" ref={main} tabIndex={-1} className={styles.main} aria-busy={busy}>
      <Outlet />
    </main>
  );
}
