export * from './candidates.ts';
export { clockOffMinutes, sampleIdsTwice } from './clock.ts';
export * from './driver.ts';
export { drivers, findDriver, selfTest } from './drivers/index.ts';
export * from './reading.ts';
export { type Charset, encodeText } from './text.ts';
export { valueInLine } from './values.ts';
