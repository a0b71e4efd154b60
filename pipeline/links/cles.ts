/** Yearly rotation of the register's keys: a new one signs from now on, the old one is accepted until it is retired. */
import { UserError } from '../../data/contract/erreur.ts';
import { phraseSecrete, type CleCreee, type Usage } from './coffre.ts';
import { lienRetire } from './etat.ts';
import { RefusRegistre, type Registre } from './registre.ts';

export interface CleVue {
  kid: string;
  usage: Usage;
  /** Whether it signs today: the last of its use. */
  courante: boolean;
  /** Links it signed that still open something. */
  liens: number;
}

/** Keys of the register with what depends on each. */
export function clesVues(registre: Registre): CleVue[] {
  const toutes = [...registre.etat.cles.values()];
  const t = registre.maintenant();
  return toutes.map(({ kid, usage }) => ({
    kid,
    usage,
    courante: toutes.findLast((c) => c.usage === usage)?.kid === kid,
    liens: [...registre.etat.liens.values()].filter(
      (l) => l.kid === kid && l.exp > t && !lienRetire(registre.etat, l),
    ).length,
  }));
}

/** Create the next key of a use; the gate accepts both from its next start. */
export async function renouvelerCle(registre: Registre, usage: Usage): Promise<CleCreee> {
  const annee = new Date(registre.horloge()).getUTCFullYear();
  return registre.operer(async () => {
    const cle = await registre.coffre.creerCle(usage, annee, phraseSecrete());
    registre.ecrire('cle', cle);
    return cle;
  });
}

/**
 * Retire an old key: what it signed is no longer believed.
 * @throws RefusRegistre when it signs today, or when links depend on it and `force` is not given
 */
export async function retirerCle(
  registre: Registre,
  d: { kid: string; motif: string; force: boolean },
): Promise<void> {
  if (!d.motif.trim())
    throw new RefusRegistre('reason-required', 'Le retrait d’une clé est motivé : ajoutez --motif « … ».');
  await registre.operer(() => {
    const cle = clesVues(registre).find((c) => c.kid === d.kid);
    if (!cle) throw new UserError(`Cette clé n’est pas au registre : « ${d.kid} ».`);
    if (cle.courante)
      throw new RefusRegistre(
        'current-key',
        'Cette clé signe encore : créez d’abord la suivante.',
        `carto cle renouveler --usage ${cle.usage}`,
      );
    if (cle.liens > 0 && !d.force)
      throw new RefusRegistre(
        'links',
        `Des liens en cours ne s’ouvriraient plus : ${cle.liens}.`,
        'Émettez-les à nouveau (carto lien prolonger), ou confirmez avec --force.',
      );
    // Listed as revoked too: a gate that has not read its keys again refuses it within 30 seconds.
    if (cle.usage === 'grant')
      registre.ecrire('revocation', { cible: 'kid', id: d.kid, motif: d.motif.trim() });
    registre.ecrire('cle.retrait', { kid: d.kid, motif: d.motif.trim() });
    return Promise.resolve();
  });
}
