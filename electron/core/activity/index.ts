export { activityCollection } from './collection.ts';
export { createActivityRouter } from './router.ts';
