/**
 * Landlords that oppose disclosure to their peers (CCH, art. R. 411-4): recorded, listed, and handed to the next build, which
 * then names their residences by their address. No other attribute of a landlord is in what leaves.
 */
import { UserError } from '../../data/contract/erreur.ts';
import { RefusRegistre, type Registre } from './registre.ts';

const exigerSiren = (bailleur: string) => {
  if (!/^\d{9}$/.test(bailleur))
    throw new UserError(`Le SIREN d’un bailleur a neuf chiffres : « ${bailleur} ».`, { code: 2 });
};

/** Record an opposition; it acts at the next build with this register. */
export async function opposer(
  registre: Registre,
  d: { bailleur: string; motif: string; reference?: string },
): Promise<void> {
  exigerSiren(d.bailleur);
  if (!d.motif.trim())
    throw new RefusRegistre('reason-required', 'Une opposition est motivée : ajoutez --motif « … ».');
  await registre.operer(() => {
    if (registre.etat.oppositions.has(d.bailleur))
      throw new RefusRegistre('duplicate', 'L’opposition de ce bailleur est déjà au registre.');
    registre.ecrire('opposition', {
      bailleur: d.bailleur,
      motif: d.motif.trim(),
      ...(d.reference ? { reference: d.reference } : {}),
    });
    return Promise.resolve();
  });
}

/** Withdraw an opposition, on the landlord's written request. */
export async function retirerOpposition(
  registre: Registre,
  d: { bailleur: string; reference: string },
): Promise<void> {
  exigerSiren(d.bailleur);
  await registre.operer(() => {
    if (!registre.etat.oppositions.has(d.bailleur))
      throw new UserError(`Ce bailleur n’a pas d’opposition au registre : « ${d.bailleur} ».`);
    registre.ecrire('opposition.retrait', d);
    return Promise.resolve();
  });
}
