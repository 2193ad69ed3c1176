/**
 * What Node gets before the script of the core. What the core makes for a request or a row is soon forgotten, and V8 would keep up
 * to three times 32 MB for it in every thread; here three times 8 MB, as one scavenge of it also holds the thread for less.
 */
export const CORE_FLAGS = Object.freeze(['--max-semi-space-size=8']);
