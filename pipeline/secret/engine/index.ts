/** Public face of the secret engine. */
export { resoudre } from './resoudre.ts';
export { resoudreLineaire } from './lineaire.ts';
export * from './types.ts';
export { resoudreParallele } from './parallele.ts';
