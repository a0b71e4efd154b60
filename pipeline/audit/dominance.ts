/**
 * Rule P7: no survey figure in the public audience where one landlord owns more than the ceiling, and nothing shown from
 * which one could be computed.
 */
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { cle } from '../../data/contract/cell.ts';
import { SECTEURS } from '../../data/contract/zone.ts';
import type { Constats } from './constats.ts';
import { SOUS_P7, auditerDominance, depasse } from './dominanceDerivee.ts';
import type { Vue } from './millesime.ts';
import { VU, vu, type Publication } from './publication.ts';
import type { Reference } from './reference.ts';

/** @param vue true counts of the millésime; what is shown is taken from `publique` alone */
export async function verifierDominance(
  vue: Vue,
  reference: Reference,
  publique: Publication,
  constats: Constats,
): Promise<void> {
  const { millesime } = vue;
  const parts = await reference.dominance(millesime);
  if (!parts) return;
  for (const v of SOUS_P7)
    for (const [echelle, feuille] of publique.feuilles)
      for (const population of v.populations)
        for (const secteur of SECTEURS) {
          const t = { population, secteur, millesime };
          const colonne = feuille.colonnes.get(cle(v.id, t));
          const colonnes = indicateursDe(v.id).map((i) => feuille.colonnes.get(cle(i.id, t)));
          feuille.codes.forEach((code, rang) => {
            if (!depasse(parts, echelle, code, secteur)) return;
            const etat = vu(
              colonne?.[rang],
              colonnes.map((c) => c?.[rang]),
            );
            if (etat === VU.valeur)
              constats.violation(
                'dominance',
                `${echelle}:${code} ${cle(v.id, t)}`,
                `${parts.get(`${echelle}:${code}/${secteur}`)} ‰`,
              );
          });
        }
  auditerDominance(vue, parts, publique, constats);
}
