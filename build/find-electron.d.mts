export function findElectron(
  root: string,
  node: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<{ path: string } | { reason: string }>;
