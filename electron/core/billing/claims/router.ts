import { z } from 'zod';
import {
  claimFileSchema,
  createClaimsSchema,
  eligibleBillsSchema,
  followClaimSchema,
  listClaimsSchema,
  submitClaimsSchema,
  writeOffClaimSchema,
} from '../../../../shared/billing/claim.ts';
import { idSchema } from '../../../../shared/kernel/document.ts';
import { permitted, router } from '../../kernel/index.ts';
import { ageingOf, todayOf } from '../ageing.ts';
import { createClaims } from './create-claims.ts';
import { claimBundle } from './fhir.ts';
import { followClaim, releaseBills, submitClaims, writeOffClaim } from './follow-claim.ts';
import { claimLines } from './lines.ts';
import { claimDetails, eligibleBills, insurersOf, listClaims } from './queries.ts';

const byId = z.strictObject({ id: idSchema });

/** The API of claims on insurers. */
export function createClaimsRouter() {
  return router({
    insurers: permitted('claim.read').query(({ ctx }) =>
      [...insurersOf(ctx.reads).values()].map(({ id, name }) => ({ id, name })),
    ),

    eligible: permitted('claim.read')
      .input(eligibleBillsSchema)
      .query(({ ctx, input }) => eligibleBills(ctx.reads, input, todayOf(ctx.kernel, ctx.reads))),

    list: permitted('claim.read')
      .input(listClaimsSchema)
      .query(({ ctx, input }) => listClaims(ctx.reads, input, todayOf(ctx.kernel, ctx.reads))),

    ageing: permitted('claim.read').query(({ ctx }) => ageingOf(ctx.kernel, ctx.reads, 'claim')),

    get: permitted('claim.read')
      .input(byId)
      .query(({ ctx, input }) => claimDetails(ctx.reads, input.id, todayOf(ctx.kernel, ctx.reads))),

    create: permitted('claim.manage')
      .input(createClaimsSchema)
      .mutation(({ ctx, input }) => createClaims(ctx.kernel, ctx.session, input)),

    submit: permitted('claim.manage')
      .input(submitClaimsSchema)
      .mutation(({ ctx, input }) => submitClaims(ctx.kernel, ctx.session, input)),

    follow: permitted('claim.manage')
      .input(followClaimSchema)
      .mutation(({ ctx, input }) => followClaim(ctx.kernel, ctx.session, input)),

    writeOff: permitted('claim.writeOff')
      .input(writeOffClaimSchema)
      .mutation(({ ctx, input }) => writeOffClaim(ctx.kernel, ctx.session, input)),

    release: permitted('claim.manage')
      .input(z.strictObject({ id: idSchema, rev: z.string().max(100) }))
      .mutation(({ ctx, input }) => releaseBills(ctx.kernel, ctx.session, input)),

    lines: permitted('claim.read')
      .input(claimFileSchema)
      .query(({ ctx, input }) => claimLines(ctx.reads, input)),

    fhir: permitted('claim.read')
      .input(claimFileSchema)
      .query(({ ctx, input }) => claimBundle(ctx.reads, input)),
  });
}
