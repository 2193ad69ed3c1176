export const CORE_FLAGS: readonly string[];
