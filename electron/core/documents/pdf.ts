import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';

/**
 * Loaded at run time and not bundled: its fonts are files beside it. The printer is what pdfmake's own `createPdf` calls;
 * the parts of it and of pdfkit that are used here are typed below.
 */
const require = createRequire(import.meta.url);
const Printer = require('pdfmake/js/Printer.js').default as PrinterClass;
const robotoFolder = join(dirname(require.resolve('pdfmake/package.json')), 'fonts', 'Roboto');

const roboto = {
  normal: join(robotoFolder, 'Roboto-Regular.ttf'),
  bold: join(robotoFolder, 'Roboto-Medium.ttf'),
  italics: join(robotoFolder, 'Roboto-Italic.ttf'),
  bolditalics: join(robotoFolder, 'Roboto-MediumItalic.ttf'),
};

type PrinterClass = new (
  fonts: Record<string, typeof roboto>,
  files: { existsSync(path: string): boolean },
  urls: { resolve(url: string): void; resolved(): Promise<void> },
  localAccess: (path: string) => boolean,
) => { createPdfKitDocument(definition: TDocumentDefinitions): Promise<PdfkitDocument> };

interface PdfkitDocument extends NodeJS.ReadableStream {
  end(): void;
  font(path: string): { _font: EmbeddedFont };
  getFontFile(family: string, bold: boolean, italics: boolean): string | null;
  provideFont(family: string, bold: boolean, italics: boolean): EmbeddedFont;
  _fontFamilies: Record<string, EmbeddedFont>;
  _fontCount: number;
}

interface EmbeddedFont {
  /** The parsed font file, which no document changes. */
  readonly font: object;
  layoutCache: Record<string, unknown>;
  readonly constructor: new (document: PdfkitDocument, font: object, id: string) => EmbeddedFont;
}

/** Parsed once and kept for all documents, with the glyphs and widths of words already laid out. */
interface SharedFont {
  readonly font: object;
  readonly Embedded: EmbeddedFont['constructor'];
  layouts: Record<string, unknown>;
}

/** Words kept per font; beyond that the store begins anew, so that memory stays flat however many patients come. */
const maximumLayouts = 4000;

const sharedFonts = new Map<string, SharedFont>();

/**
 * A printer whose documents share parsed fonts and word layouts, which by far is most of the work of a page. Should a later
 * pdfmake not hand its document over here, documents come out the same, only slower.
 */
class SharingPrinter extends Printer {
  set pdfKitDoc(document: PdfkitDocument) {
    const fonts = new Map<string, EmbeddedFont>();
    document.provideFont = (family, bold, italics) => {
      const path = document.getFontFile(family, bold, italics);
      if (path === null) throw new Error(`no font ${family}`);
      const known = fonts.get(path) ?? openFont(document, path);
      fonts.set(path, known);
      return known;
    };
    this.#document = document;
  }

  get pdfKitDoc(): PdfkitDocument | undefined {
    return this.#document;
  }

  #document: PdfkitDocument | undefined;
}

function openFont(document: PdfkitDocument, path: string): EmbeddedFont {
  const shared = sharedFonts.get(path);
  if (shared === undefined) {
    const first = document.font(path)._font;
    sharedFonts.set(path, { font: first.font, Embedded: first.constructor, layouts: first.layoutCache });
    return first;
  }
  if (Object.keys(shared.layouts).length > maximumLayouts) shared.layouts = Object.create(null);
  document._fontCount++;
  const font = new shared.Embedded(document, shared.font, `F${document._fontCount}`);
  font.layoutCache = shared.layouts;
  document._fontFamilies[path] = font;
  return font;
}

const fontFiles = new Set<string>(Object.values(roboto));
const noFiles = { existsSync: () => false };
const noUrls = { resolve: () => {}, resolved: async () => {} };

/** Lays out a definition and returns the bytes of the PDF. Reads no file but the fonts and fetches nothing. */
export async function toPdf(definition: TDocumentDefinitions): Promise<Uint8Array<ArrayBuffer>> {
  const printer = new SharingPrinter({ Roboto: roboto }, noFiles, noUrls, (path) => fontFiles.has(path));
  const document = await printer.createPdfKitDocument(definition);
  const chunks: Uint8Array[] = [];
  document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const written = new Promise<void>((resolve, reject) => {
    document.on('end', resolve);
    document.on('error', reject);
  });
  document.end();
  await written;
  return new Uint8Array(Buffer.concat(chunks));
}
