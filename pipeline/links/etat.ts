/** What the journal says today: events of the register, reduced to conventions, accounts, grants and revocations. Pure. */
import { z } from 'zod';
import { ROLES, USAGES } from '../../data/contract/grant.ts';
import type { Ligne } from './chaine.ts';

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** Payload of every event type. Personal data are in `prive`, encrypted, never here. */
export const EVENEMENTS = {
  registre: z.strictObject({ id: z.string(), iss: z.string(), aud: z.string() }),
  cle: z.strictObject({ kid: z.string(), usage: z.enum(USAGES), x: z.string() }),
  'cle.retrait': z.strictObject({ kid: z.string(), motif: z.string() }),
  /** Master secret of the gate, replaced or forgotten; the secret itself is never here. */
  maitre: z.strictObject({ id: z.string() }),
  'maitre.retrait': z.strictObject({ id: z.string(), motif: z.string() }),
  convention: z.strictObject({
    id: z.string(),
    epci: z.string(),
    nom: z.string(),
    parties: z.array(z.string()),
    communes: z.array(z.string()),
    signature: date,
    mois: z.int(),
    fin: date,
    finalites: z.array(z.string()),
    couches: z.array(z.string()),
    appareils: z.int(),
    derogation: z.string().optional(),
  }),
  'convention.commune': z.strictObject({
    convention: z.string(),
    commune: z.string(),
    action: z.enum(['ajout', 'retrait']),
    reference: z.string(),
  }),
  administrateur: z.strictObject({
    id: z.string(),
    convention: z.string(),
    empreinte: z.string(),
    /** Written reason that let an exceptional address through. */
    derogation: z.string().optional(),
  }),
  'compte.demande': z.strictObject({
    id: z.string(),
    convention: z.string(),
    role: z.enum(ROLES),
    empreinte: z.string(),
    territoires: z.array(z.string()),
    reference: z.string().optional(),
    organisme: z.string().optional(),
    contrat: z.string().optional(),
    comptesMax: z.int().optional(),
    fin: date.optional(),
    derogation: z.string().optional(),
  }),
  'compte.decision': z.strictObject({
    compte: z.string(),
    decision: z.enum(['valide', 'rejete']),
    par: z.string(),
    motif: z.string().optional(),
  }),
  'compte.prolongation': z.strictObject({ compte: z.string(), fin: date, demande: z.string() }),
  lien: z.strictObject({
    jti: z.string(),
    compte: z.string(),
    convention: z.string(),
    finalite: z.string(),
    territoires: z.array(z.string()),
    couches: z.array(z.string()),
    exp: z.int(),
    kid: z.string(),
    parent: z.string().optional(),
    prolonge: z.string().optional(),
  }),
  revocation: z.strictObject({
    cible: z.enum(['jti', 'cnv', 'sub', 'kid']),
    id: z.string(),
    motif: z.string(),
  }),
  /** SIREN of a landlord that opposes disclosure to its peers (CCH, art. R. 411-4), or no longer does. */
  opposition: z.strictObject({ bailleur: z.string(), motif: z.string(), reference: z.string().optional() }),
  'opposition.retrait': z.strictObject({ bailleur: z.string(), reference: z.string() }),
  /** Files destroyed at the end of a convention; `certificat` is the sha256 of the certificate. */
  purge: z.strictObject({
    convention: z.string(),
    par: z.string(),
    fichiers: z.int(),
    octets: z.int(),
    certificat: z.string(),
  }),
  /** A breach was declared; its dossier is outside of the register. */
  incident: z.strictObject({
    id: z.string(),
    cible: z.enum(['jti', 'cnv', 'sub']),
    objet: z.string(),
    decouverte: z.string(),
    dossier: z.string(),
  }),
} as const;
export type TypeEvenement = keyof typeof EVENEMENTS;
export type Charge<T extends TypeEvenement> = z.infer<(typeof EVENEMENTS)[T]>;

export interface Compte {
  id: string;
  convention: string;
  role: Charge<'compte.demande'>['role'];
  statut: 'demande' | 'valide' | 'rejete' | 'desactive';
  territoires: string[];
  empreinte: string;
  organisme?: string;
  contrat?: string;
  comptesMax?: number;
  reference?: string;
  fin?: string;
  derogation?: string;
  decision?: { par: string; date: string; motif?: string };
  /** Encrypted {nom, mel, telephone?}. */
  prive: string;
}
export type Convention = Charge<'convention'> & { statut: 'active' | 'desactivee' };
export type Lien = Charge<'lien'> & { emis: string; statut: 'actif' | 'revoque' };

export interface Etat {
  registre?: Charge<'registre'>;
  cles: Map<string, Charge<'cle'>>;
  conventions: Map<string, Convention>;
  comptes: Map<string, Compte>;
  liens: Map<string, Lien>;
  revoques: Record<'jti' | 'cnv' | 'sub' | 'kid', Set<string>>;
  /** In force, by landlord. */
  oppositions: Map<string, Charge<'opposition'> & { date: string }>;
  purges: (Charge<'purge'> & { date: string })[];
  incidents: (Charge<'incident'> & { date: string })[];
}

function lire<T extends TypeEvenement>(type: T, ligne: Ligne): Charge<T> {
  return EVENEMENTS[type].parse(ligne.d) as Charge<T>;
}

const COMPTE_OPTIONNELS = ['organisme', 'contrat', 'comptesMax', 'reference', 'fin', 'derogation'] as const;

function appliquer(etat: Etat, ligne: Ligne): void {
  switch (ligne.type as TypeEvenement) {
    case 'registre':
      etat.registre = lire('registre', ligne);
      return;
    case 'cle': {
      const c = lire('cle', ligne);
      etat.cles.set(c.kid, c);
      return;
    }
    case 'cle.retrait':
      etat.cles.delete(lire('cle.retrait', ligne).kid);
      return;
    // What signs bytes is in the gate's own folder; the journal keeps when it changed.
    case 'maitre':
    case 'maitre.retrait':
      return;
    case 'convention': {
      const c = lire('convention', ligne);
      etat.conventions.set(c.id, { ...c, statut: 'active' });
      return;
    }
    case 'convention.commune': {
      const { convention, commune, action } = lire('convention.commune', ligne);
      const c = etat.conventions.get(convention);
      if (!c) return;
      const autres = c.communes.filter((x) => x !== commune);
      c.communes = action === 'ajout' ? [...autres, commune].toSorted() : autres;
      return;
    }
    case 'administrateur': {
      const a = lire('administrateur', ligne);
      const epci = etat.conventions.get(a.convention)?.epci ?? '';
      etat.comptes.set(a.id, {
        id: a.id,
        convention: a.convention,
        role: 'admin',
        statut: 'valide',
        territoires: [`epci:${epci}`],
        empreinte: a.empreinte,
        ...(a.derogation === undefined ? {} : { derogation: a.derogation }),
        prive: ligne.prive ?? '',
      });
      return;
    }
    case 'compte.demande': {
      const d = lire('compte.demande', ligne);
      const compte: Compte = {
        id: d.id,
        convention: d.convention,
        role: d.role,
        statut: 'demande',
        territoires: d.territoires,
        empreinte: d.empreinte,
        prive: ligne.prive ?? '',
      };
      for (const k of COMPTE_OPTIONNELS) if (d[k] !== undefined) Object.assign(compte, { [k]: d[k] });
      etat.comptes.set(d.id, compte);
      return;
    }
    case 'compte.decision': {
      const d = lire('compte.decision', ligne);
      const compte = etat.comptes.get(d.compte);
      if (!compte) return;
      compte.statut = d.decision;
      compte.decision = {
        par: d.par,
        date: ligne.t.slice(0, 10),
        ...(d.motif === undefined ? {} : { motif: d.motif }),
      };
      return;
    }
    case 'compte.prolongation': {
      const d = lire('compte.prolongation', ligne);
      const compte = etat.comptes.get(d.compte);
      if (compte) compte.fin = d.fin;
      return;
    }
    case 'lien': {
      const l = lire('lien', ligne);
      etat.liens.set(l.jti, { ...l, emis: ligne.t, statut: 'actif' });
      return;
    }
    case 'revocation': {
      const { cible, id } = lire('revocation', ligne);
      etat.revoques[cible].add(id);
      const lien = etat.liens.get(id);
      if (cible === 'jti' && lien) lien.statut = 'revoque';
      const compte = etat.comptes.get(id);
      if (cible === 'sub' && compte) compte.statut = 'desactive';
      const convention = etat.conventions.get(id);
      if (cible === 'cnv' && convention) convention.statut = 'desactivee';
      return;
    }
    case 'opposition': {
      const o = lire('opposition', ligne);
      etat.oppositions.set(o.bailleur, { ...o, date: ligne.t.slice(0, 10) });
      return;
    }
    case 'opposition.retrait':
      etat.oppositions.delete(lire('opposition.retrait', ligne).bailleur);
      return;
    case 'purge':
      etat.purges.push({ ...lire('purge', ligne), date: ligne.t.slice(0, 10) });
      return;
    case 'incident':
      etat.incidents.push({ ...lire('incident', ligne), date: ligne.t });
      return;
  }
}

/** Reduce a verified journal. */
export function reduire(lignes: readonly Ligne[]): Etat {
  const etat: Etat = {
    cles: new Map(),
    conventions: new Map(),
    comptes: new Map(),
    liens: new Map(),
    revoques: { jti: new Set(), cnv: new Set(), sub: new Set(), kid: new Set() },
    oppositions: new Map(),
    purges: [],
    incidents: [],
  };
  for (const ligne of lignes) appliquer(etat, ligne);
  return etat;
}
/** Apply one more line to a state already reduced. */
export const avancer = appliquer;

/** Whether a grant is withdrawn by itself, its parents, its account, its convention or its key. */
export function lienRetire(etat: Etat, lien: Lien): boolean {
  const { jti, sub, cnv, kid } = etat.revoques;
  const parent = lien.parent === undefined ? undefined : etat.liens.get(lien.parent);
  return (
    jti.has(lien.jti) ||
    sub.has(lien.compte) ||
    cnv.has(lien.convention) ||
    kid.has(lien.kid) ||
    (parent !== undefined && lienRetire(etat, parent))
  );
}
