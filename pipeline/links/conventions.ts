/** Operations on conventions: record, name the local administrator, communes, deactivation. */
import { FINALITES } from '../../data/catalogue/finalites.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { defautAdresse } from './adresses.ts';
import { dateLongue, finDuJour, jour, plusMois } from './dates.ts';
import type { Convention } from './etat.ts';
import { identifiantCourt, RefusRegistre, type Personne, type Registre } from './registre.ts';

/** Term of a convention (convention USH BFC – Dijon métropole, art. 9). */
export const MOIS = 24;

export interface DemandeConvention {
  epci: string;
  nom: string;
  /** Signatories besides the EPCI: regional association, GIP. */
  parties: string[];
  /** Day of signature. */
  signature: string;
  mois?: number;
  communes?: string[];
  finalites?: string[];
  /** Years opened; every year, present and future, when absent. */
  millesimes?: string[];
  /** Devices per account, 0 without device binding. */
  appareils?: number;
  /** Written exception for a longer term. */
  derogation?: string;
}

/** Record a signed convention. @throws RefusRegistre */
export async function creerConvention(registre: Registre, d: DemandeConvention): Promise<Convention> {
  if (!/^[0-9A-Z]{9}$/.test(d.epci))
    throw new UserError(`Le code de l’EPCI doit avoir neuf caractères : « ${d.epci} ».`, { code: 2 });
  for (const c of d.communes ?? [])
    if (!/^[0-9][0-9AB][0-9]{3}$/.test(c))
      throw new UserError(`Ce code de commune n’est pas un code INSEE : « ${c} ».`, { code: 2 });
  const signature = jour(d.signature, 'de signature');
  if (signature > registre.aujourdhui())
    throw new RefusRegistre(
      'signature',
      `Cette convention n’est pas encore signée : elle l’est le ${dateLongue(signature)}.`,
      'Enregistrez-la le jour de sa signature, ou corrigez --signature.',
    );
  const mois = d.mois ?? MOIS;
  if (!Number.isInteger(mois) || mois < 1)
    throw new UserError('La durée est un nombre entier de mois.', { code: 2 });
  if (mois > MOIS && !d.derogation?.trim())
    throw new RefusRegistre(
      'term',
      `Une convention dure ${MOIS}\u00a0mois au plus.`,
      'Une durée plus longue demande un motif écrit : --derogation « … ».',
    );
  const parties = d.parties.map((p) => p.trim()).filter((p) => p !== '');
  if (parties.length === 0)
    throw new RefusRegistre(
      'parties',
      'Une convention est signée par l’EPCI et par au moins un fournisseur des données.',
      'Nommez-les : --partie « Association régionale … » --partie « GIP SNE ».',
    );
  const finalites = d.finalites?.length ? d.finalites : FINALITES.map((f) => f.id);
  for (const f of finalites)
    if (!FINALITES.some((x) => x.id === f))
      throw new UserError(`Cette finalité n’est pas dans la convention type : « ${f} ».`, {
        hint: `Finalités : ${FINALITES.map((x) => x.id).join(', ')}.`,
        code: 2,
      });
  const millesimes = d.millesimes?.length ? d.millesimes : ['tous'];
  for (const m of millesimes)
    if (!/^(tous|\d{4})$/.test(m))
      throw new UserError(`Ce millésime n’est pas une année : « ${m} ».`, { code: 2 });
  const id = identifiantCourt('cnv');
  await registre.operer(() => {
    registre.ecrire('convention', {
      id,
      epci: d.epci,
      nom: d.nom.trim() || `EPCI ${d.epci}`,
      parties: [d.nom.trim() || `EPCI ${d.epci}`, ...parties],
      communes: [...new Set(d.communes ?? [])].toSorted(),
      signature,
      mois,
      fin: plusMois(signature, mois),
      finalites,
      couches: millesimes.map((m) => `tout-${m}`),
      appareils: d.appareils ?? 0,
      ...(d.derogation?.trim() ? { derogation: d.derogation.trim() } : {}),
    });
    return Promise.resolve();
  });
  return convention(registre, id);
}

/** A convention by its id. @throws UserError */
export function convention(registre: Registre, id: string): Convention {
  const c = registre.etat.conventions.get(id);
  if (!c)
    throw new UserError(`Cette convention n’est pas au registre : « ${id} ».`, {
      hint: 'Voyez la liste : carto convention liste.',
    });
  return c;
}

/** A convention that can still open something today. @throws RefusRegistre */
export function conventionActive(registre: Registre, id: string): Convention {
  const c = convention(registre, id);
  if (c.statut === 'desactivee')
    throw new RefusRegistre('deactivated', `La convention de ${c.nom} est désactivée.`);
  if (finDuJour(c.fin) <= registre.maintenant())
    throw new RefusRegistre(
      'ended',
      `La convention de ${c.nom} est terminée depuis le ${dateLongue(c.fin)}.`,
    );
  return c;
}

/** Check a nominative professional address. @throws RefusRegistre generic-address or webmail */
export function exigerAdresseNominative(mel: string, derogation: string | undefined): void {
  const defaut = defautAdresse(mel);
  if (defaut === 'syntaxe')
    throw new RefusRegistre('address', 'Cette adresse courriel n’est pas bien formée.');
  if (!defaut || derogation?.trim()) return;
  const hint = 'Un cas exceptionnel demande un motif écrit : --motif « … ».';
  throw defaut === 'generique'
    ? new RefusRegistre(
        'generic-address',
        'Une adresse générique est refusée : l’adresse doit être professionnelle et nominative.',
        hint,
      )
    : new RefusRegistre(
        'webmail',
        'Une messagerie personnelle est refusée : l’adresse doit être professionnelle et nominative.',
        hint,
      );
}

/** Name the local administrator (annexe 3), who decides on account requests. @returns the account's id */
export async function nommerAdministrateur(
  registre: Registre,
  idConvention: string,
  personne: Personne,
  derogation?: string,
): Promise<string> {
  const id = identifiantCourt('cpt');
  await registre.operer(async () => {
    conventionActive(registre, idConvention);
    exigerAdresseNominative(personne.mel, derogation);
    const motif = derogation?.trim();
    registre.ecrire(
      'administrateur',
      {
        id,
        convention: idConvention,
        empreinte: await registre.empreinte(personne.mel),
        ...(motif ? { derogation: motif } : {}),
      },
      await registre.personne(id, personne),
    );
  });
  return id;
}

/** A commune joins (with its written request) or leaves a convention. */
export async function changerCommune(
  registre: Registre,
  d: { convention: string; commune: string; action: 'ajout' | 'retrait'; reference: string },
): Promise<void> {
  if (!/^[0-9][0-9AB][0-9]{3}$/.test(d.commune))
    throw new UserError(`Ce code de commune n’est pas un code INSEE : « ${d.commune} ».`, { code: 2 });
  if (!d.reference.trim())
    throw new RefusRegistre('reference-required', 'La référence de la demande écrite est obligatoire.');
  await registre.operer(() => {
    // A commune may always leave; only a running convention takes one in.
    const c =
      d.action === 'ajout' ? conventionActive(registre, d.convention) : convention(registre, d.convention);
    if (c.communes.includes(d.commune) === (d.action === 'ajout'))
      throw new RefusRegistre(
        'duplicate',
        d.action === 'ajout'
          ? `La commune ${d.commune} est déjà dans la convention de ${c.nom}.`
          : `La commune ${d.commune} n’est pas dans la convention de ${c.nom}.`,
        `Voyez ses communes : carto convention voir ${c.id}.`,
      );
    registre.ecrire('convention.commune', { ...d, reference: d.reference.trim() });
    return Promise.resolve();
  });
}
