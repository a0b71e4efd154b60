/** Rule P7: no survey figure in the public audience where one landlord owns more than the ceiling. */
import { VARIABLES, indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import { cle } from '../../data/contract/cell.ts';
import { SECTEURS } from '../../data/contract/zone.ts';
import type { Constats } from './constats.ts';
import { VU, vu, type Publication } from './publication.ts';
import type { Reference } from './reference.ts';

export async function verifierDominance(
  millesime: number,
  reference: Reference,
  publique: Publication,
  constats: Constats,
): Promise<void> {
  const parts = await reference.dominance(millesime);
  if (!parts) return;
  for (const v of VARIABLES) {
    if (v.famille !== 'menages') continue;
    for (const [echelle, feuille] of publique.feuilles)
      for (const population of v.populations)
        for (const secteur of SECTEURS) {
          const t = { population, secteur, millesime };
          const colonne = feuille.colonnes.get(cle(v.id, t));
          const colonnes = indicateursDe(v.id).map((i) => feuille.colonnes.get(cle(i.id, t)));
          feuille.codes.forEach((code, rang) => {
            const etat = vu(
              colonne?.[rang],
              colonnes.map((c) => c?.[rang]),
            );
            const part = parts.get(`${echelle}:${code}/${secteur}`) ?? 0;
            if (etat === VU.valeur && part > 10 * REGLES.dominance)
              constats.violation('dominance', `${echelle}:${code} ${cle(v.id, t)}`, `${part} ‰`);
          });
        }
  }
}
