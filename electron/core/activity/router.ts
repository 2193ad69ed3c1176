import { activityText } from '../../../shared/activity/actions.ts';
import { idSchema } from '../../../shared/kernel/document.ts';
import { pageInputSchema } from '../../../shared/kernel/page.ts';
import { keysetPage, permitted, router } from '../kernel/index.ts';
import { verifyChain } from './verify-chain.ts';

/** The API of the activity log. */
export function createActivityRouter() {
  return router({
    list: permitted('activity.read')
      .input(pageInputSchema.extend({ subjectId: idSchema.optional(), patientId: idSchema.optional() }))
      .query(({ ctx, input: { subjectId, patientId, ...page } }) => {
        const selector = {
          ...(subjectId === undefined ? {} : { 'subject.id': { $eq: subjectId } }),
          ...(patientId === undefined ? {} : { patientId: { $eq: patientId } }),
        };
        const { rows, nextCursor } = keysetPage(ctx.reads, 'activity', selector, 'at', page);
        return {
          nextCursor,
          rows: rows.map((entry) => ({ ...entry, text: activityText(entry.action, entry.values) })),
        };
      }),

    verify: permitted('activity.read').query(({ ctx }) => verifyChain(ctx.kernel)),
  });
}
