/** Yearly rotation of the register's keys: a new one signs from now on, the old one is accepted until it is retired. */
import { UserError } from '../../data/contract/erreur.ts';
import { phraseSecrete, type CleCreee, type Usage } from './coffre.ts';
import { lienRetire } from './etat.ts';
import { oublierMaitre, renouvelerMaitre } from './publication.ts';
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

/**
 * A change of keys reaches running gates through a set signed by a grant key: without its passphrase they would never know.
 * @throws UserError when no grant key can sign
 */
async function exigerSignature(registre: Registre): Promise<void> {
  for (const c of registre.etat.cles.values())
    if (c.usage === 'grant' && (await registre.coffre.ouvrable(c.kid))) return;
  throw new UserError('Les clés du registre sont protégées par une phrase secrète.', {
    hint: 'Donnez-la dans la variable d’environnement CARTO_PHRASE : la clé des liens signe le nouveau jeu de clés.',
  });
}

/** Create the next key of a use; running gates accept both from their next reading (30 seconds). */
export async function renouvelerCle(registre: Registre, usage: Usage): Promise<CleCreee> {
  const annee = new Date(registre.horloge()).getUTCFullYear();
  await exigerSignature(registre);
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
  await exigerSignature(registre);
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
    // Listed as revoked too: bytes of a session it opened stop as well.
    if (cle.usage === 'grant')
      registre.ecrire('revocation', { cible: 'kid', id: d.kid, motif: d.motif.trim() });
    registre.ecrire('cle.retrait', { kid: d.kid, motif: d.motif.trim() });
    return Promise.resolve();
  });
}

/** New master secret of the gate: byte tokens are signed with it within 30 seconds, those of before end by themselves. */
export async function renouvelerOctets(registre: Registre): Promise<string> {
  await exigerSignature(registre);
  return registre.operer(async () => {
    const id = await renouvelerMaitre(registre.dossier);
    registre.ecrire('maitre', { id });
    return id;
  });
}

/** Forget the master secret of before. @throws UserError when it signs, or is not there */
export async function retirerOctets(registre: Registre, d: { id: string; motif: string }): Promise<void> {
  if (!d.motif.trim())
    throw new RefusRegistre('reason-required', 'Le retrait d’une clé est motivé : ajoutez --motif « … ».');
  await exigerSignature(registre);
  await registre.operer(async () => {
    if (!(await oublierMaitre(registre.dossier, d.id)))
      throw new RefusRegistre(
        'current-key',
        `Ce secret signe encore, ou n’existe pas : « ${d.id} ».`,
        'carto cle renouveler --usage octets',
      );
    registre.ecrire('maitre.retrait', { id: d.id, motif: d.motif.trim() });
  });
}
