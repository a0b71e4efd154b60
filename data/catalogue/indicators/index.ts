/** The catalogue: one definition per indicateur, read by SQL, screen, table, tooltip, sheet and method page. */
import { UserError } from '../../contract/erreur.ts';
import {
  indicateurSchema,
  variableSchema,
  type Indicateur,
  type Variable,
} from '../../contract/indicateur.ts';
import { OPS_INDICATEURS, OPS_VARIABLES } from './ops.ts';
import { RPLS_INDICATEURS, RPLS_VARIABLES } from './rpls.ts';

export const VARIABLES: readonly Variable[] = [...RPLS_VARIABLES, ...OPS_VARIABLES].map((v) =>
  variableSchema.parse(v),
);
export const INDICATEURS: readonly Indicateur[] = [...RPLS_INDICATEURS, ...OPS_INDICATEURS].map((i) =>
  indicateurSchema.parse(i),
);

const variables = new Map(VARIABLES.map((v) => [v.id, v]));
const indicateurs = new Map(INDICATEURS.map((i) => [i.id, i]));

export function variable(id: string): Variable {
  const v = variables.get(id);
  if (!v)
    throw new UserError(`Variable inconnue : « ${id} ».`, {
      hint: `Variables connues : ${[...variables.keys()].join(', ')}.`,
    });
  return v;
}

export function indicateur(id: string): Indicateur {
  const i = indicateurs.get(id);
  if (!i)
    throw new UserError(`Indicateur inconnu : « ${id} ».`, {
      hint: 'La liste complète : npm run carto -- indicateurs',
    });
  return i;
}

/** Indicateurs of one variable, in catalogue order. */
export function indicateursDe(variableId: string): readonly Indicateur[] {
  return INDICATEURS.filter((i) => i.variable === variableId);
}

/** Indicateurs of one theme, in catalogue order. */
export function indicateursDuTheme(theme: string): readonly Indicateur[] {
  return INDICATEURS.filter((i) => variable(i.variable).theme === theme);
}
