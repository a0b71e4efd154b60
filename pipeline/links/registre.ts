/**
 * The register of conventions, accounts and territory links. Every rule of the conventions (domain.md §6) is checked
 * here, at issuance; each accepted operation is one line of the journal, then one publication to the gate.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import { adresseNue } from './adresses.ts';
import { ajouterLigne, avecVerrou, lireChaine, type Chaine, type Ligne } from './chaine.ts';
import { Coffre, phraseSecrete } from './coffre.ts';
import { avancer, EVENEMENTS, reduire, type Charge, type Etat, type TypeEvenement } from './etat.ts';
import { direDisque } from './disque.ts';
import { controlerTete, ecrireTete, texteTete } from './tete.ts';
import { maitresGarde, nomsPublies, publier } from './publication.ts';

/** A request the rules refuse; `motif` is the code machines read. */
export class RefusRegistre extends UserError {
  readonly motif: string;
  constructor(motif: string, message: string, hint?: string) {
    super(message, hint === undefined ? {} : { hint });
    this.motif = motif;
  }
}

export interface Personne {
  nom: string;
  mel: string;
  telephone?: string;
}

export interface OptionsRegistre {
  /** Milliseconds since 1970. */
  horloge?: () => number;
  /** Create the register when it does not exist (default true). */
  creer?: boolean;
}

export const identifiantCourt = (prefixe: string): string => `${prefixe}-${randomBytes(5).toString('hex')}`;

/** One open register. Operations run inside `operer`, which holds the lock and publishes at the end. */
export class Registre {
  readonly dossier: string;
  readonly coffre: Coffre;
  readonly horloge: () => number;
  chaine: Chaine = { lignes: [], tete: '', empreintes: [] };
  etat: Etat = reduire([]);
  readonly #noms = new Map<string, string>();

  constructor(dossier: string, options: OptionsRegistre = {}) {
    this.dossier = dossier;
    this.coffre = new Coffre(dossier);
    this.horloge = options.horloge ?? Date.now;
  }

  /** Unix seconds. */
  maintenant(): number {
    return Math.floor(this.horloge() / 1000);
  }
  /** Today, UTC. */
  aujourdhui(): string {
    return new Date(this.horloge()).toISOString().slice(0, 10);
  }

  /**
   * Read the journal again. The head first: another command may be writing, and adds its line before its head.
   * @param reparer for who holds the lock
   * @throws UserError when the chain or its signed head does not hold
   */
  relire(reparer = false): this {
    let tete: string | undefined;
    try {
      tete = texteTete(this.dossier);
      this.chaine = lireChaine(this.dossier, reparer);
    } catch (erreur) {
      throw direDisque(erreur);
    }
    this.etat = reduire(this.chaine.lignes);
    controlerTete(this.chaine, tete);
    return this;
  }

  /** Run an operation alone, then publish what it changed. */
  async operer<T>(operation: () => Promise<T>): Promise<T> {
    return avecVerrou(this.dossier, async () => {
      this.relire(true);
      const avant = this.chaine.lignes.length;
      const resultat = await operation();
      if (this.chaine.lignes.length > avant)
        await this.publier().catch((erreur: unknown) => {
          throw direDisque(erreur, {
            fait: 'L’opération est au registre, mais la garde ne la connaît pas encore.',
            reste: 'Prévenez ensuite la garde : carto lien resigner.',
          });
        });
      return resultat;
    }).catch((erreur: unknown) => {
      throw direDisque(erreur);
    });
  }

  async publier(): Promise<void> {
    const noms = await nomsPublies(this.dossier);
    for (const [id, nom] of this.#noms) noms.set(id, nom);
    // Requested by one command, validated by another: the name is in the journal, and stays there without its passphrase.
    for (const c of this.etat.comptes.values())
      if (c.statut === 'valide' && !noms.has(c.id))
        await this.identite(c).then(
          (personne) => noms.set(c.id, personne.nom),
          () => undefined,
        );
    const seq = this.chaine.lignes.length;
    await publier(this.dossier, this.coffre, this.etat, seq, this.maintenant(), noms);
    await ecrireTete(this);
  }

  /** Sign the same lists again with a new date: the gate refuses lists older than ten minutes. */
  async republier(): Promise<void> {
    await avecVerrou(this.dossier, () => this.relire(true).publier());
  }

  ecrire<T extends TypeEvenement>(type: T, charge: Charge<T>, prive?: string): Ligne {
    const ligne = ajouterLigne(this.dossier, this.chaine, {
      t: new Date(this.horloge()).toISOString(),
      type,
      d: EVENEMENTS[type].parse(charge) as Record<string, unknown>,
      ...(prive === undefined ? {} : { prive }),
    });
    avancer(this.etat, ligne);
    return ligne;
  }

  /** Encrypt a person and remember the name for the watermark of maps and exports. */
  async personne(id: string, personne: Personne): Promise<string> {
    this.#noms.set(id, personne.nom);
    return this.coffre.chiffrer({ ...personne, mel: adresseNue(personne.mel) });
  }
  async identite(compte: { prive: string }): Promise<Personne> {
    return (await this.coffre.dechiffrer(compte.prive)) as Personne;
  }
  /** Fingerprint of an e-mail: recognises a second request without opening the first one. */
  async empreinte(mel: string): Promise<string> {
    const cle = await this.coffre.cleEmpreintes();
    return createHmac('sha256', cle).update(adresseNue(mel)).digest('hex').slice(0, 32);
  }

  /** Whether it has a name and the two keys it cannot work without. */
  get complet(): boolean {
    const usages = new Set([...this.etat.cles.values()].map((c) => c.usage));
    return this.etat.registre !== undefined && usages.has('grant') && usages.has('liste');
  }
  /** Create what is missing: a creation that was killed is taken up where it stopped. */
  async creer(): Promise<void> {
    const phrase = phraseSecrete();
    const annee = new Date(this.horloge()).getUTCFullYear();
    await mkdir(this.dossier, { recursive: true, mode: 0o700 });
    if (!this.etat.registre) {
      await this.coffre.creer(phrase);
      const id = randomBytes(4).toString('hex');
      this.ecrire('registre', { id, iss: `registre:${id}`, aud: 'carto-ops:garde' });
    }
    for (const usage of ['grant', 'liste'] as const)
      if (![...this.etat.cles.values()].some((c) => c.usage === usage))
        this.ecrire('cle', await this.coffre.creerCle(usage, annee, phrase));
    await maitresGarde(this.dossier);
  }
}

/**
 * Key that seals releases, created the first time. It rests in clear like the list key: a build runs without anybody, and
 * the key can vouch for bytes, never open them.
 */
export async function cleLivraison(registre: Registre): Promise<Charge<'cle'>> {
  const derniere = () => [...registre.etat.cles.values()].findLast((c) => c.usage === 'livraison');
  if (!derniere())
    await registre.operer(async () => {
      if (derniere()) return;
      const annee = new Date(registre.horloge()).getUTCFullYear();
      registre.ecrire('cle', await registre.coffre.creerCle('livraison', annee, undefined));
    });
  return derniere() as Charge<'cle'>;
}

/** Open a register folder, creating it on first use. */
export async function ouvrirRegistre(dossier: string, options: OptionsRegistre = {}): Promise<Registre> {
  const registre = new Registre(dossier, options);
  if (existsSync(join(dossier, 'journal.jsonl')) && registre.relire().complet) return registre;
  if (options.creer === false && registre.chaine.lignes.length === 0)
    throw new UserError('Il n’y a pas de registre à cet endroit.', {
      hint: 'Créez une convention d’abord : carto convention creer --epci SIREN --nom NOM …',
    });
  await registre.operer(async () => {
    // Another command may have created it while this one waited for the lock.
    if (!registre.complet) await registre.creer();
  });
  return registre.relire();
}
