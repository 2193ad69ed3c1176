import type { Column, Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { ReportInput } from '../../../shared/documents/schema.ts';
import { displayAccession } from '../../../shared/specimens/accession.ts';
import { qrCode } from './barcode.ts';
import { type Formats, formatsOf } from './formats.ts';
import { testTable } from './report-results.ts';
import { colours, defaultStyle, faintBox, labelled, letterheadBlock, plain, rowLines, rule, styles } from './theme.ts';
import { type Words, wordsOf } from './words.ts';

const side = 42;
const width = 595.28 - 2 * side;

/**
 * A laboratory report on A4. Every page names the laboratory, the patient with number, the report and its page, as
 * ISO 15189:2022 7.4.1.6 asks; column heads repeat after a page break; what is not final says so on every page.
 */
export function reportDefinition(input: ReportInput): TDocumentDefinitions {
  const words = wordsOf(input.locale);
  const formats = formatsOf(input.locale, input.timeZone);
  return {
    info: {
      title: `${words.report} ${input.number}`,
      author: input.letterhead.name,
      creator: 'Aliquot',
      creationDate: new Date(input.printedAt),
    },
    pageSize: 'A4',
    pageMargins: [side, 112, side, 66],
    defaultStyle,
    styles,
    ...(input.status === 'preliminary'
      ? {
          watermark: {
            text: words.status.preliminary.toUpperCase(),
            color: colours.warning,
            opacity: 0.06,
            bold: true,
          },
        }
      : {}),
    header: (current) => pageHeader(input, words, current),
    footer: (current, pages) => pageFooter(input, words, formats, current, pages),
    content: [
      patientBlock(input, words, formats),
      notice(input, words, formats),
      ...input.departments.flatMap((department) =>
        department.tests.map((test, index) =>
          testTable(test, index === 0 ? department.name : undefined, words, input.specimens.length > 1),
        ),
      ),
      closing(input, words, formats),
    ],
  };
}

function pageHeader(input: ReportInput, words: Words, page: number): Content {
  const warn = input.status !== 'final';
  const versioned = input.version > 1 ? `, ${words.version(input.version)}` : '';
  const { patient } = input;
  const person = [patient.name, patient.number, patient.age, words.sex[patient.sex], input.number];
  return {
    margin: [side, 26, side, 0],
    stack: [
      letterheadBlock(input.letterhead),
      {
        absolutePosition: { x: side, y: 82 },
        stack: [rule(width, colours.accent, 1.2)],
      },
      {
        absolutePosition: { x: side, y: 88 },
        columns: [
          page === 1
            ? { width: width - 150, text: words.report, style: 'title' }
            : {
                width: width - 150,
                text: plain(person.filter((part) => part !== undefined).join('  ·  ')),
                bold: true,
              },
          {
            width: 150,
            alignment: 'right',
            text: `${words.status[input.status]}${versioned}`.toUpperCase(),
            style: 'badge',
            color: warn ? colours.warning : colours.accent,
            margin: [0, 2, 0, 0],
          },
        ],
      },
    ],
  };
}

function pageFooter(input: ReportInput, words: Words, formats: Formats, page: number, pages: number): Content {
  const left = [
    `${words.patient} ${input.patient.number}`,
    `${words.reportNumber} ${input.number}, ${words.version(input.version)}`,
    words.printed(formats.time(input.printedAt)),
  ];
  return {
    margin: [side, 6, side, 0],
    stack: [
      rule(width),
      { text: words.legend, style: 'small', margin: [0, 4, 0, 0] },
      ...(input.footer === undefined ? [] : [{ text: plain(input.footer).slice(0, 160), style: 'small' }]),
      {
        margin: [0, 2, 0, 0],
        columns: [
          { text: plain(left.join('  ·  ')), style: 'small' },
          { width: 'auto', text: words.page(page, pages), style: 'small', bold: true },
        ],
      },
    ],
  };
}

function patientBlock(input: ReportInput, words: Words, formats: Formats): Content {
  const { patient } = input;
  const ageAndSex = [patient.age, words.sex[patient.sex]].filter((part) => part !== undefined).join(' / ');
  const birth = patient.dateOfBirth === undefined ? undefined : formats.day(patient.dateOfBirth);
  const reported = input.reportedAt === undefined ? undefined : formats.time(input.reportedAt);
  return {
    stack: [
      {
        layout: faintBox,
        table: {
          widths: ['*', '*'],
          body: [
            [
              {
                stack: [
                  { text: plain(patient.name), style: 'name', margin: [0, 2, 0, 1] },
                  ...labelled([
                    [words.patientNumber, patient.number],
                    [words.ageAndSex, ageAndSex],
                    [words.pregnancy, input.pregnancy && words.pregnant(input.pregnancy.weeks)],
                    [words.dateOfBirth, birth],
                    [words.phone, patient.phone],
                  ]),
                ],
              },
              {
                margin: [0, 2, 0, 0],
                stack: labelled([
                  [words.reportNumber, input.number],
                  [words.referredBy, input.referrer],
                  [words.organisation, input.organisation],
                  [words.registered, formats.time(input.registeredAt)],
                  [words.reported, reported],
                ]),
              },
            ],
          ],
        },
      },
      specimenTable(input, words, formats),
    ],
  };
}

function specimenTable(input: ReportInput, words: Words, formats: Formats): Content {
  if (input.specimens.length === 0) return { text: '' };
  const conditions = input.specimens.some((specimen) => specimen.condition !== undefined);
  const heads = [words.accession, words.specimen, words.collected, words.received];
  const head = [...heads, ...(conditions ? [words.condition] : [])].map(
    (text): TableCell => ({ text, style: 'column' }),
  );
  const rows = input.specimens.map((specimen): TableCell[] => [
    { text: displayAccession(specimen.accession), fontSize: 8, noWrap: true },
    { text: plain(specimen.type), fontSize: 8 },
    { text: specimen.collectedAt === undefined ? '–' : formats.time(specimen.collectedAt), fontSize: 8 },
    { text: specimen.receivedAt === undefined ? '–' : formats.time(specimen.receivedAt), fontSize: 8 },
    ...(conditions ? [{ text: plain(specimen.condition ?? ''), fontSize: 8 }] : []),
  ]);
  const widths = ['auto', '*', 'auto', 'auto', ...(conditions ? ['auto'] : [])];
  return { margin: [4, 4, 4, 0], layout: rowLines, table: { dontBreakRows: true, widths, body: [head, ...rows] } };
}

/** The box that says why this is not a plain final report. */
function notice(input: ReportInput, words: Words, formats: Formats): Content {
  const lines: string[] = [];
  if (input.status === 'preliminary') lines.push(words.preliminaryNotice);
  if (input.status === 'amended') {
    const replacedAt = input.amendment?.replacedAt;
    lines.push(words.amendedNotice(input.version, replacedAt === undefined ? undefined : formats.time(replacedAt)));
    if (input.amendment !== undefined) lines.push(`${words.reason}: ${input.amendment.reason}`);
  }
  if (lines.length === 0) return { text: '' };
  return {
    margin: [0, 6, 0, 0],
    layout: { ...faintBox, fillColor: () => colours.warningFaint },
    table: { widths: ['*'], body: [[{ text: plain(lines.join('\n')), color: colours.warning }]] },
  };
}

/** End mark, QR code and signatures, kept together. */
function closing(input: ReportInput, words: Words, formats: Formats): Content {
  const signatures = input.signatures.map(
    (signature): Column => ({
      width: 150,
      stack: [
        signature.picture === undefined
          ? { text: '', margin: [0, 0, 0, 4] }
          : { image: signature.picture, fit: [120, 32] },
        { text: plain(signature.name), bold: true },
        ...(signature.designation === undefined ? [] : [{ text: plain(signature.designation), fontSize: 8 }]),
        { text: words.signed(formats.time(signature.at)), style: 'small' },
      ],
    }),
  );
  return {
    unbreakable: true,
    stack: [
      { text: words.endOfReport, style: 'small', alignment: 'center', margin: [0, 12, 0, 8] },
      {
        columns: [
          input.verification === undefined ? { width: 70, text: '' } : verification(input.verification, words),
          { width: '*', text: '' },
          ...signatures,
        ],
        columnGap: 12,
      },
    ],
  };
}

function verification(text: string, words: Words): Column {
  const symbol = qrCode(text, 62);
  return { width: 100, stack: [symbol.content, { text: words.verify, style: 'small', margin: [0, 4, 0, 0] }] };
}
