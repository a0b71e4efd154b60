/** Operations on accounts: request, decision of the local administrator, extension, deactivation. */
import { UserError } from '../../data/contract/erreur.ts';
import type { ROLES } from '../../data/contract/grant.ts';
import { conventionActive, exigerAdresseNominative } from './conventions.ts';
import { dateLongue, jour } from './dates.ts';
import type { Compte, Convention } from './etat.ts';
import { territoires } from './publication.ts';
import { identifiantCourt, RefusRegistre, type Registre } from './registre.ts';

export interface DemandeCompte {
  convention: string;
  role: Exclude<(typeof ROLES)[number], 'admin'>;
  nom: string;
  mel: string;
  /** INSEE code, for role commune. */
  commune?: string;
  /** Reference of the commune's written request to its EPCI. */
  reference?: string;
  /** Third party: organisation, contract with the EPCI, last day, number of accounts agreed (once per contract). */
  organisme?: string;
  contrat?: string;
  fin?: string;
  comptesMax?: number;
  /** Third party on several territories of the convention: `epci:…`, `com:…`. */
  territoires?: string[];
  /** Written reason that lets an exceptional address through. */
  derogation?: string;
}

/** An account by its id. @throws UserError */
export function compte(registre: Registre, id: string): Compte {
  const c = registre.etat.comptes.get(id);
  if (!c)
    throw new UserError(`Ce compte n’est pas au registre : « ${id} ».`, {
      hint: 'Voyez la liste : carto compte liste.',
    });
  return c;
}

/** A value that would be ignored hides a mistake: the reader would open another territory than the one asked for. */
function exigerValeursDuRole(d: DemandeCompte): void {
  const propres = {
    commune: ['commune', d.commune],
    organisme: ['tiers', d.organisme],
    contrat: ['tiers', d.contrat],
    'comptes-max': ['tiers', d.comptesMax],
    territoires: ['tiers', d.territoires?.join(' ') || undefined],
  } as const;
  for (const [nom, [role, valeur]] of Object.entries(propres))
    if (valeur !== undefined && d.role !== role)
      throw new RefusRegistre(
        'role',
        `« ${nom} » ne va qu’avec le rôle ${role} ; reçu « ${valeur} » pour le rôle ${d.role}.`,
        `Retirez --${nom}, ou demandez le rôle ${role}.`,
      );
}

/** Last day of an account: not over, and not after its convention. @throws RefusRegistre end-date */
function exigerFin(registre: Registre, texte: string, convention: Convention, qui: string): void {
  const fin = jour(texte, 'de fin');
  if (fin > convention.fin)
    throw new RefusRegistre(
      'end-date',
      `L’accès ${qui} se termine au plus tard avec la convention, le ${dateLongue(convention.fin)} ; reçu ${dateLongue(fin)}.`,
    );
  if (fin < registre.aujourdhui())
    throw new RefusRegistre('end-date', `Cette date de fin est passée : ${dateLongue(fin)}.`);
}

function perimetre(registre: Registre, d: DemandeCompte): string[] {
  const convention = conventionActive(registre, d.convention);
  exigerValeursDuRole(d);
  const permis = territoires(convention);
  let demande = [`epci:${convention.epci}`];
  if (d.role === 'commune') {
    if (!d.commune) throw new UserError('Le code INSEE de la commune est obligatoire.', { code: 2 });
    demande = [`com:${d.commune}`];
  } else if (d.role === 'tiers' && d.territoires?.length) demande = [...new Set(d.territoires)];
  const dehors = demande.filter((t) => !permis.includes(t));
  if (dehors.length > 0)
    throw new RefusRegistre(
      'scope',
      `La convention de ${convention.nom} ne couvre pas ${dehors.join(', ')}.`,
      'Une commune passe par son EPCI : carto convention commune --action ajout --reference REF.',
    );
  if (d.role === 'commune' && !d.reference?.trim())
    throw new RefusRegistre(
      'reference-required',
      'Une commune donne la référence de sa demande écrite à l’EPCI.',
      'Ajoutez --reference REF.',
    );
  return demande;
}

function exigerTiers(registre: Registre, d: DemandeCompte): void {
  const convention = conventionActive(registre, d.convention);
  if (!d.fin)
    throw new RefusRegistre(
      'end-date-required',
      'L’accès d’un tiers a une date de fin, celle de sa mission.',
      'Ajoutez --fin AAAA-MM-JJ.',
    );
  exigerFin(registre, d.fin, convention, 'd’un tiers');
  if (!d.organisme?.trim() || !d.contrat?.trim())
    throw new RefusRegistre(
      'contract-required',
      'Un tiers est désigné par son organisme et par la référence de son contrat avec l’EPCI.',
      'Ajoutez --organisme « … » --contrat REF.',
    );
  const memes = [...registre.etat.comptes.values()].filter(
    (c) =>
      c.convention === d.convention &&
      c.contrat === d.contrat?.trim() &&
      c.statut !== 'rejete' &&
      c.statut !== 'desactive',
  );
  const prevu = memes.findLast((c) => c.comptesMax !== undefined)?.comptesMax;
  if (prevu !== undefined && d.comptesMax !== undefined && d.comptesMax !== prevu)
    throw new RefusRegistre(
      'accounts',
      `Le contrat ${d.contrat.trim()} prévoit ${prevu}\u00a0compte${prevu > 1 ? 's' : ''} ; reçu ${d.comptesMax}.`,
      'Un autre nombre demande un avenant : donnez sa référence à --contrat.',
    );
  const max = d.comptesMax ?? prevu;
  if (max === undefined)
    throw new RefusRegistre(
      'accounts-required',
      'Le contrat d’un tiers prévoit un nombre de comptes.',
      'Ajoutez --comptes-max N, à la première demande de ce contrat.',
    );
  if (memes.length >= max)
    throw new RefusRegistre(
      'accounts',
      max > 1
        ? `Le contrat prévoit ${max}\u00a0comptes, déjà demandés.`
        : 'Le contrat prévoit un seul compte, déjà demandé.',
    );
}

/** Record a request; nothing opens before the administrator's decision. @returns the account */
export async function demanderCompte(registre: Registre, d: DemandeCompte): Promise<Compte> {
  const id = identifiantCourt('cpt');
  await registre.operer(async () => {
    const ter = perimetre(registre, d);
    if (d.role === 'tiers') exigerTiers(registre, d);
    else if (d.fin) exigerFin(registre, d.fin, conventionActive(registre, d.convention), 'd’un compte');
    exigerAdresseNominative(d.mel, d.derogation);
    if (!d.nom.trim()) throw new RefusRegistre('name-required', 'Le nom de la personne est obligatoire.');
    const empreinte = await registre.empreinte(d.mel);
    for (const c of registre.etat.comptes.values())
      if (
        c.convention === d.convention &&
        c.empreinte === empreinte &&
        (c.statut === 'demande' || c.statut === 'valide')
      )
        throw new RefusRegistre('duplicate', `Cette adresse a déjà un compte : « ${c.id} ».`);
    const optionnels = {
      reference: d.reference?.trim(),
      organisme: d.organisme?.trim(),
      contrat: d.contrat?.trim(),
      comptesMax: d.comptesMax,
      fin: d.fin,
      derogation: d.derogation?.trim(),
    };
    registre.ecrire(
      'compte.demande',
      {
        id,
        convention: d.convention,
        role: d.role,
        empreinte,
        territoires: ter,
        ...(Object.fromEntries(
          Object.entries(optionnels).filter(([, v]) => v !== undefined && v !== ''),
        ) as Partial<typeof optionnels>),
      } as Parameters<typeof registre.ecrire<'compte.demande'>>[1],
      await registre.personne(id, { nom: d.nom.trim(), mel: d.mel.trim() }),
    );
  });
  return compte(registre, id);
}

/** Who decides in a convention, or how to name somebody. */
function conseilAdministrateur(registre: Registre, convention: string): string {
  const siens = [...registre.etat.comptes.values()].filter(
    (c) => c.role === 'admin' && c.statut === 'valide' && c.convention === convention,
  );
  return siens.length === 0
    ? `Cette convention n’en a pas encore : carto convention administrateur ${convention} --nom … --mel …`
    : `Administrateur de cette convention : --par ${siens.map((c) => c.id).join(' ou ')}.`;
}

/** Decision of the local administrator of the same convention. @throws RefusRegistre not-administrator, scope */
export async function deciderCompte(
  registre: Registre,
  d: { compte: string; decision: 'valide' | 'rejete'; par: string; motif?: string },
): Promise<Compte> {
  await registre.operer(() => {
    const c = compte(registre, d.compte);
    conventionActive(registre, c.convention);
    const admin = registre.etat.comptes.get(d.par);
    if (admin?.role !== 'admin' || admin.statut !== 'valide')
      throw new RefusRegistre(
        'not-administrator',
        'Seul l’administrateur local de l’EPCI valide ou rejette une demande.',
        conseilAdministrateur(registre, c.convention),
      );
    if (admin.convention !== c.convention)
      throw new RefusRegistre(
        'scope',
        'Cet administrateur est celui d’une autre convention.',
        conseilAdministrateur(registre, c.convention),
      );
    if (c.statut === 'desactive')
      throw new RefusRegistre('deactivated', 'Ce compte est désactivé : il faut une nouvelle demande.');
    if (c.statut !== 'demande') throw new RefusRegistre('decided', 'Cette demande a déjà reçu une décision.');
    if (d.decision === 'rejete' && !d.motif?.trim())
      throw new RefusRegistre('reason-required', 'Un rejet est motivé : ajoutez --motif « … ».');
    registre.ecrire('compte.decision', {
      compte: d.compte,
      decision: d.decision,
      par: d.par,
      ...(d.motif?.trim() ? { motif: d.motif.trim() } : {}),
    });
    return Promise.resolve();
  });
  return compte(registre, d.compte);
}

/** New last day of an account, on the EPCI's express request. @throws RefusRegistre */
export async function prolongerCompte(
  registre: Registre,
  d: { compte: string; fin: string; demande: string },
): Promise<Compte> {
  await registre.operer(() => {
    const c = compte(registre, d.compte);
    const convention = conventionActive(registre, c.convention);
    if (c.statut === 'desactive')
      throw new RefusRegistre('deactivated', 'Un compte désactivé ne se prolonge pas.');
    if (c.statut !== 'valide') throw new RefusRegistre('not-validated', 'Ce compte n’est pas validé.');
    if (!d.demande.trim())
      throw new RefusRegistre('request-required', 'La demande expresse de l’EPCI est obligatoire.');
    exigerFin(registre, d.fin, convention, 'd’un compte');
    const actuelle = c.fin ?? convention.fin;
    if (d.fin <= actuelle)
      throw new RefusRegistre(
        'end-date',
        `Ce compte va déjà jusqu’au ${dateLongue(actuelle)} : le ${dateLongue(d.fin)} ne le prolonge pas.`,
        'Pour l’arrêter plus tôt : carto compte desactiver, avec son motif.',
      );
    registre.ecrire('compte.prolongation', { compte: d.compte, fin: d.fin, demande: d.demande.trim() });
    return Promise.resolve();
  });
  return compte(registre, d.compte);
}
