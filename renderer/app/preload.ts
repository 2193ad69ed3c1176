import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/**
 * Loads the code of all screens while nothing else happens, so that going to one never waits, and works while the core,
 * which serves the code to a browser, is away.
 */
export function usePreloadedScreens(): void {
  const router = useRouter();
  useEffect(() => {
    const waiting = requestIdleCallback(async () => {
      for (const route of Object.values(router.routesById)) {
        const screen: unknown = route.options.component;
        // A screen that cannot be loaded now is loaded, or complained about, when somebody goes there.
        if (hasPreload(screen)) await screen.preload().catch(() => undefined);
      }
    });
    return () => cancelIdleCallback(waiting);
  }, [router]);
}

function hasPreload(component: unknown): component is { preload: () => Promise<unknown> } {
  return typeof component === 'function' && 'preload' in component && typeof component.preload === 'function';
}
