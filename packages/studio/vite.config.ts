import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

/**
 * React Spectrum loads Adobe's fonts from use.typekit.net on every page view. The studio must work without the
 * internet and tell nobody who uses it, so the loader and its font faces become empty modules.
 */
function withoutOutsideFonts(): Plugin {
  return {
    name: 'kindred:without-outside-fonts',
    enforce: 'pre',
    load(id) {
      const path = id.split('?')[0] ?? '';
      if (!path.includes('@react-spectrum/s2/')) return null;
      if (path.endsWith('/private/Fonts.mjs')) return emptyFonts(readFile(path, 'utf8'));
      if (path.endsWith('/private/font-faces.css')) return '';
      return null;
    },
  };
}

/** The module keeps its (mangled) export names; the component behind them draws nothing. */
async function emptyFonts(source: Promise<string>): Promise<string> {
  const names = [...(await source).matchAll(/export\s*\{[^}]*?as\s+([\w$]+)/g)].map((match) => match[1]);
  if (names.length === 0) throw new Error('the font loader of @react-spectrum/s2 changed: adapt kindred:without-outside-fonts');
  return `const nothing = () => null;\n${names.map((name) => `export { nothing as ${name} };`).join('\n')}`;
}

/** What the API's documentation says of fields and routes is for those who read it; the studio would load all of it with its first page. */
function withoutDescriptions(): Plugin {
  return {
    name: 'kindred:without-descriptions',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/contract/src/')) return null;
      const text = String.raw`(?:'(?:[^'\\\n]|\\.)*'|\`[^\`$]*\`)`;
      const fields = new RegExp(String.raw`\.describe\(\s*${text}\s*,?\s*\)`, 'g');
      const routes = new RegExp(String.raw`\bsummary:\s*${text}`, 'g');
      return { code: code.replace(fields, '').replace(routes, "summary: ''"), map: null };
    },
  };
}

export default defineConfig({
  plugins: [withoutOutsideFonts(), withoutDescriptions(), react(), { ...optimizeLocales.vite({ locales: ['en-US'] }), enforce: 'pre' }],
  // The development server bundles dependencies apart, past the plugins above.
  optimizeDeps: { rolldownOptions: { plugins: [withoutOutsideFonts()] } },
  build: {
    target: 'es2024',
    // Every browser since 2024 knows light-dark(); compiling it away would tie colours to the system's theme.
    cssTarget: ['chrome125', 'firefox128', 'safari18'],
    chunkSizeWarningLimit: 1200,
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/api', '/data', '/health', '/metrics', '/openapi.json', '/docs'].map((path) => [path, 'http://127.0.0.1:8080']),
    ),
  },
});
