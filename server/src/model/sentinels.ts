/** What a local of an extracted program holds where the value that it stands for is not followed. */

/** Of a pte; it stays negative whatever bits are set or cleared. */
export const unknownPte = -1;
export const lowestPte = -4;

/** Of a scalar: no error number, no flags. */
export const unknownScalar = -4096;

/** Of a page. */
export const unknownPage = -4096;
