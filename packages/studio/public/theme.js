// Before the first paint: the remembered theme, so that a page in the other theme than the system's does not flash.
try {
  const theme = localStorage.getItem('kindred.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.colorScheme = theme;
} catch {
  // Storage is blocked: follow the system.
}
