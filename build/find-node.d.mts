export function findNode(root: string): { path: string } | { reason: string };
