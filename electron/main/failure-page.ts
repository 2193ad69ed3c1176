import type { CoreFailure } from './core-messages.ts';
import { words } from './words.ts';

/**
 * The page a window shows when there is no core to talk to. No script: it must work when nothing else does.
 * @param failure plain text; escaped here
 * @param tryAgain address of the link that starts the core again
 */
export function failurePage(failure: CoreFailure, tryAgain: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(failure.title)}</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
  main { max-width: 40rem; padding: 2rem; }
  h1 { font-size: 1.4rem; margin: 0 0 1rem; }
  .message { white-space: pre-wrap; overflow-wrap: anywhere; }
  .remedy { font-weight: 600; }
  a { display: inline-block; margin-top: 1rem; padding: .5rem 1.2rem; border: 1px solid; border-radius: .3rem; color: inherit; text-decoration: none; }
  a:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
</style>
</head>
<body>
<main role="alert">
<h1>${escapeHtml(failure.title)}</h1>
<p class="message">${escapeHtml(failure.message)}</p>
<p class="remedy">${escapeHtml(failure.remedy)}</p>
<a href="${escapeHtml(tryAgain)}" autofocus>${escapeHtml(words.tryAgain)}</a>
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
