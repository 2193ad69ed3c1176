/** The part of hl7-standard 1.0.4 that is used; it brings no types. */
declare module 'hl7-standard' {
  /** One repetition: components by name (`OBX.3.1`), each a text or its subcomponents. */
  type Components = Record<string, string | string[]>;
  /** A field: a text, subcomponents of a single component, one repetition, or several. */
  type FieldData = string | Components | (string | Components)[];
  interface Segment {
    readonly type: string;
    /** Line number within the message. */
    readonly index: number;
    readonly data: Record<string, FieldData>;
  }
  class HL7 {
    constructor(data: string);
    readonly transformed: Record<string, Segment[]>;
    transform(): void;
  }
  export = HL7;
}
