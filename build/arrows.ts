import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { parseSync } from 'oxc-parser';
import { ROOT } from './entries.ts';

/** One import of one file. */
interface Arrow {
  readonly from: string;
  /** A path from the root for our own files, a package's or Node's name otherwise. */
  readonly to: string;
  readonly typeOnly: boolean;
}

interface Rule {
  readonly name: string;
  /** Why, for whoever breaks it. */
  readonly why: string;
  readonly broken: (arrow: Arrow) => boolean;
}

const domainOf = (path: string) => /^electron\/core\/([^/]+)\//.exec(path)?.[1];
const isNode = (to: string) => to.startsWith('node:');
const wiring = new Set(['kernel', 'api']);

/** Which way arrows point (docs/architecture.md, "Rooms"). */
const rules: readonly Rule[] = [
  {
    name: 'shared-knows-nobody',
    why: 'shared holds schemas and pure rules: it imports neither core nor screens, and runs in any environment',
    broken: ({ from, to }) =>
      from.startsWith('shared/') && (/^(electron|renderer|build|tests)\//.test(to) || isNode(to)),
  },
  {
    name: 'renderer-knows-the-api-type-alone',
    why: 'screens know the core by the type of its API, imported in renderer/app/api.ts(x)',
    broken: ({ from, to, typeOnly }) =>
      from.startsWith('renderer/') &&
      to.startsWith('electron/') &&
      !(typeOnly && /^renderer\/app\/api\.tsx?$/.test(from)),
  },
  {
    name: 'renderer-without-node',
    why: 'windows are sandboxed: there is no Node in them',
    broken: ({ from, to }) => from.startsWith('renderer/') && isNode(to),
  },
  {
    name: 'only-main-and-preload-import-electron',
    why: 'the core runs under plain Node as well',
    broken: ({ from, to }) =>
      /^electron(\/|$)/.test(to) &&
      !to.endsWith('.ts') &&
      !/^electron\/(main|preload)\//.test(from) &&
      /^(electron|renderer|shared)\//.test(from),
  },
  {
    name: 'main-knows-no-domain',
    why: 'main is thin: windows, permissions, supervision of the core',
    broken: ({ from, to }) => /^electron\/(main|preload)\//.test(from) && /^electron\/(core|demo|headless)\//.test(to),
  },
  {
    name: 'kernel-knows-no-domain',
    why: 'every domain stands on the kernel',
    broken: ({ from, to }) => domainOf(from) === 'kernel' && to.startsWith('electron/') && domainOf(to) !== 'kernel',
  },
  {
    name: 'domains-meet-at-their-index',
    why: 'a domain uses another one, or the kernel, by what its index.ts offers',
    broken: ({ from, to }) => {
      const source = domainOf(from);
      const target = domainOf(to);
      return !!source && !!target && source !== target && !wiring.has(source) && !to.endsWith('/index.ts');
    },
  },
];

/** Every import of the project's own sources. */
export function arrows(): Arrow[] {
  const files = globSync('{electron,renderer,shared}/**/*.{ts,tsx}', { cwd: ROOT }).map((file) =>
    file.replaceAll(sep, '/'),
  );
  return files.flatMap((from) => {
    const { module } = parseSync(from, readFileSync(join(ROOT, from), 'utf8'));
    const found = (request: string, typeOnly: boolean): Arrow => ({ from, to: resolve(from, request), typeOnly });
    return [
      ...module.staticImports.map(({ moduleRequest, entries }) =>
        found(moduleRequest.value, entries.length > 0 && entries.every((entry) => entry.isType)),
      ),
      ...module.staticExports.flatMap(({ entries }) =>
        entries.flatMap(({ moduleRequest, isType }) => (moduleRequest ? [found(moduleRequest.value, isType)] : [])),
      ),
    ];
  });
}

function resolve(from: string, request: string): string {
  return request.startsWith('.') ? normalize(join(dirname(from), request)).replaceAll(sep, '/') : request;
}

/** What breaks a rule, and every ring of domains that need each other to load; empty when all is well. */
export function brokenRules(all: readonly Arrow[]): string[] {
  const broken = all.flatMap((arrow) =>
    rules.filter((rule) => rule.broken(arrow)).map((rule) => `${rule.name}: ${arrow.from} → ${arrow.to} (${rule.why})`),
  );
  return [...new Set([...broken, ...rings(all)])];
}

/** Rings among domains: A needs B needs … needs A. Types do not count, since they are gone at run time. */
function rings(all: readonly Arrow[]): string[] {
  const needs = new Map<string, Set<string>>();
  for (const { from, to, typeOnly } of all) {
    const source = domainOf(from);
    const target = domainOf(to);
    if (typeOnly || !source || !target || source === target) continue;
    needs.set(source, (needs.get(source) ?? new Set()).add(target));
  }
  const found: string[] = [];
  const visit = (domain: string, path: readonly string[]) => {
    const at = path.indexOf(domain);
    if (at >= 0) {
      const ring = path.slice(at);
      if (ring[0] === [...ring].sort()[0]) found.push(`no-rings-of-domains: ${[...ring, domain].join(' → ')}`);
      return;
    }
    for (const next of needs.get(domain) ?? []) visit(next, [...path, domain]);
  };
  for (const domain of needs.keys()) visit(domain, []);
  return found;
}

if (import.meta.main) {
  const all = arrows();
  const broken = brokenRules(all);
  for (const line of broken) console.error(line);
  console.log(`${all.length} imports, ${broken.length} against the rules`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
