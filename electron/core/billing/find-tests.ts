import type { FindTests } from '../../../shared/billing/order-input.ts';
import { civilMoment } from '../../../shared/patients/age.ts';
import { catalogueIndex, type FoundEntry } from '../catalogue/index.ts';
import type { Kernel, ScopedReads } from '../kernel/index.ts';
import { centreOf } from '../setup/index.ts';
import { orderParties } from './order-parties.ts';

/**
 * Tests and profiles that can be ordered today by code, name or alias as typed, the best first, each with what it costs this
 * patient: by the lists of the insurance, the organisation and the branch, as the order will be priced. Answered from memory;
 * the catalogue is not read, only who pays: three statements at most.
 */
export function findTests(kernel: Kernel, reads: ScopedReads, input: FindTests): FoundEntry[] {
  const { text, limit, patientId, ...named } = input;
  const today = civilMoment(new Date(kernel.clock.now()), centreOf(reads).timeZone).slice(0, 10);
  const patient = patientId === undefined ? undefined : reads.get('patients', patientId);
  const { priceLists } = orderParties(reads, named, patient, kernel.station().branchId, today);
  return catalogueIndex(kernel).find(reads, text, limit, today, priceLists);
}
