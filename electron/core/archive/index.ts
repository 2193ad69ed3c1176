export { type ArchivedMonth, addToArchive, archivedMonths } from './journal-archive.ts';
export { type KeptMessage, needMessage } from './journal-message.ts';
