import { english } from './en/index.ts';

/** All words of the screens in one language. Another language is another object of this shape. */
export type Words = typeof english;

/** The words of the language in use. */
export const words: Words = english;
