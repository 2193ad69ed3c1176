export { astmFramesOf, astmTextOf, encodeAstmFrame, isWholeAstm, readAstmFrame } from './astm-frame.ts';
export { createAstmLink } from './astm-link.ts';
export type { AstmLinkOptions } from './astm-options.ts';
export * from './link.ts';
export { createMllpLink } from './mllp-link.ts';
export { type MllpLinkOptions, stampOf } from './mllp-options.ts';
export { mllpBlock } from './mllp-scanner.ts';
export { createVidasLink, encodeVidasFrame, type VidasLinkOptions, vidasTextOf } from './vidas-link.ts';
