import type { ControlMaterial, ReadingKind } from '../reading.ts';

/** What is measured: a patient's specimen, or which control or calibrator. */
export interface MeasuredKind {
  readonly kind: ReadingKind;
  readonly control?: ControlMaterial;
}
