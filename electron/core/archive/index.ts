export { type ArchivedMonth, addToArchive, archivedMonths, listArchive } from './journal-archive.ts';
export { type KeptMessage, needMessage } from './journal-message.ts';
