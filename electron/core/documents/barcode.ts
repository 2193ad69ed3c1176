import bwipjs from 'bwip-js/node';
import type { ContentCanvas } from 'pdfmake/interfaces.js';

/** Dots of a 203 dpi label printer, in points; bars that are whole dots print with sharp edges. */
const printerDot = 72 / 203;

/** Clear space beside the bars that ISO/IEC 15417 asks for, in modules. */
const quietZoneModules = 10;

/** A symbol as vector rectangles, with its size in points. */
export interface DrawnSymbol {
  readonly content: ContentCanvas;
  readonly width: number;
  readonly height: number;
}

/**
 * Code 128 of printable ASCII, without text, as wide as fits `maximumWidth` (points) together with its quiet zones, in
 * whole printer dots a module. Throws RangeError where not even one dot a module fits.
 */
export function code128(text: string, maximumWidth: number, height: number): DrawnSymbol {
  const [symbol] = bwipjs.raw({ bcid: 'code128', text });
  if (!symbol || !('sbs' in symbol)) throw new Error('Code 128 gave no bars');
  const modules = symbol.sbs.reduce((sum, width) => sum + width, 0);
  const dots = Math.min(4, Math.floor(maximumWidth / ((modules + 2 * quietZoneModules) * printerDot)));
  if (dots < 1) throw new RangeError(`Code 128 of ${text.length} characters does not fit the label`);
  const module = dots * printerDot;
  const canvas: ContentCanvas['canvas'] = [];
  let x = 0;
  symbol.sbs.forEach((width, index) => {
    if (index % 2 === 0) canvas.push({ type: 'rect', x, y: 0, w: width * module, h: height, color: 'black' });
    x += width * module;
  });
  return { content: { canvas }, width: modules * module, height };
}

/** A QR code (ISO/IEC 18004, error correction M) of UTF-8 text, `size` points square without its quiet zone of four modules. */
export function qrCode(text: string, size: number): DrawnSymbol {
  const [symbol] = bwipjs.raw('qrcode', text, 'eclevel=M');
  if (!symbol || !('pixs' in symbol)) throw new Error('the QR code gave no modules');
  const { pixs, pixx, pixy } = symbol;
  const module = size / pixx;
  const canvas: ContentCanvas['canvas'] = [];
  for (let row = 0; row < pixy; row++) {
    for (let column = 0; column < pixx; column++) {
      const start = column;
      while (column < pixx && pixs[row * pixx + column] === 1) column++;
      if (column === start) continue;
      const run = { x: start * module, y: row * module, w: (column - start) * module, h: module };
      canvas.push({ type: 'rect', ...run, color: 'black' });
    }
  }
  return { content: { canvas }, width: size, height: size };
}
