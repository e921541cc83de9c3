/** Where the page opens, chosen by measuring (studies/openings.py writes it): a clear digit in every model, and a walk from it that crosses no smear. */

/** `second`: which child of the seed a first walk goes to. */
export const OPENING = { seed: 377, second: 1 };
