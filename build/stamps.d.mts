export const PARTS: string[];
export function staleParts(root: string): string[];
export function buildPart(root: string, part: string, build: () => Promise<void>): Promise<void>;
export function isStale(file: string, print: string): boolean;
export function stamp(file: string, print: string): void;
export function fingerprint(root: string, sources: string[]): string;
