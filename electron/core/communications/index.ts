export { jobsCollection } from './collection.ts';
export type { AttachmentFile, AttachmentsOf } from './email-handler.ts';
export { createJobRunner, type JobRunner } from './job-runner.ts';
export { createMessagesRouter } from './router.ts';
export { send, sendReports } from './send.ts';
