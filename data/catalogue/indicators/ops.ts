/** OPS indicateurs in catalogue order. */
import type { IndicateurDeclare } from '../../contract/indicateur.ts';
import { COMPOSITION_A_ACTIVITE } from './ops-menages.ts';
import { ENQUETE_ET_RESSOURCES } from './ops-ressources.ts';

export { OPS_VARIABLES } from './ops-variables.ts';
export const OPS_INDICATEURS: readonly IndicateurDeclare[] = [
  ...ENQUETE_ET_RESSOURCES,
  ...COMPOSITION_A_ACTIVITE,
];
