/** What the gate wrote of sessions, read back for incidents and for the comité de suivi. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../data/contract/erreur.ts';
import { sha256 } from '../lib/files.ts';

const base = { t: z.number(), prec: z.string().optional() };
const evenementSchema = z.discriminatedUnion('evenement', [
  z.object({
    ...base,
    evenement: z.literal('session.ouverte'),
    sid: z.string(),
    jti: z.string(),
    cnv: z.string(),
    sub: z.string(),
    archives: z.array(z.string()),
    reseau: z.string(),
  }),
  z.object({
    ...base,
    evenement: z.literal('octets.resume'),
    sid: z.string(),
    jti: z.string(),
    cnv: z.string(),
    premier: z.number(),
    dernier: z.number(),
    archives: z.record(z.string(), z.object({ demandes: z.number(), octets: z.number() })),
  }),
  z.object({
    ...base,
    evenement: z.enum(['session.refusee', 'octets.refuses']),
    code: z.string(),
    jti: z.string().optional(),
    cnv: z.string().optional(),
    reseau: z.string(),
    fois: z.int().positive().optional(),
  }),
  z.object({
    ...base,
    evenement: z.literal('session.autre-reseau'),
    sid: z.string(),
    reseau: z.string(),
  }),
]);
export type EvenementLu = z.infer<typeof evenementSchema>;

/** One session: who opened it, from where (keyed digest), what it read. */
export interface SessionLue {
  sid: string;
  jti: string;
  cnv: string;
  sub: string;
  /** Unix seconds. */
  ouverte: number;
  derniere: number;
  reseaux: string[];
  demandes: number;
  octets: number;
  archives: string[];
}

/** Events of `<registre>/audit/*.jsonl`, oldest first. A line cut by a kill, or of another kind, is left out. */
export async function lireAudit(registre: string): Promise<EvenementLu[]> {
  const dossier = join(registre, 'audit');
  const noms = await readdir(dossier).catch(() => []);
  const lus: EvenementLu[] = [];
  for (const nom of noms.filter((n) => n.endsWith('.jsonl')).toSorted())
    for (const ligne of (await readFile(join(dossier, nom), 'utf8')).split('\n')) {
      try {
        const e = evenementSchema.safeParse(JSON.parse(ligne));
        if (e.success) lus.push(e.data);
      } catch {
        continue;
      }
    }
  return lus.sort((a, b) => a.t - b.t);
}

/** Short hash by which a line of a journal of the gate names the one before it (pipeline/serve/journal.ts). */
export const empreinteLigne = (texte: string): string => sha256(texte).slice(0, 32);

/** Lines of a chained journal that do not name the one before them, the first being 1. @param texte whole file */
export function rupturesJournal(texte: string): number[] {
  const lignes = texte.split('\n').filter((l, i, toutes) => l !== '' || i < toutes.length - 1);
  const ruptures: number[] = [];
  for (const [i, ligne] of lignes.entries()) {
    const attendu = i === 0 ? undefined : empreinteLigne(lignes[i - 1] ?? '');
    let prec: unknown;
    try {
      prec = (JSON.parse(ligne) as { prec?: unknown }).prec;
    } catch {
      prec = undefined;
    }
    if (attendu === undefined ? prec === undefined : prec !== attendu) ruptures.push(i + 1);
  }
  return ruptures;
}

/**
 * Check that each line of the gate's journals names the one before it.
 * @returns lines read
 * @throws UserError that names the file and the line where one is missing or changed
 */
export async function verifierAudit(registre: string): Promise<number> {
  const dossier = join(registre, 'audit');
  const noms = await readdir(dossier).catch(() => []);
  let lues = 0;
  for (const nom of noms.filter((n) => n.endsWith('.jsonl')).toSorted()) {
    const texte = await readFile(join(dossier, nom), 'utf8');
    // A gate may be writing the last one.
    const entier = texte.slice(0, texte.lastIndexOf('\n') + 1);
    const [rupture] = rupturesJournal(entier);
    if (rupture !== undefined)
      throw new UserError(
        `Le journal « ${join('audit', nom)} » est rompu à la ligne ${rupture} : une ligne avant elle a été modifiée ou retirée.`,
        {
          hint: 'Comparez-le à votre copie ; les sessions de ce jour peuvent manquer au suivi et aux incidents.',
          code: 4,
        },
      );
    lues += entier.split('\n').length - 1;
  }
  return lues;
}

/** Sessions of the journal, in order of opening. */
export function sessionsDe(evenements: readonly EvenementLu[]): SessionLue[] {
  const sessions = new Map<string, SessionLue>();
  for (const e of evenements) {
    if (e.evenement === 'session.ouverte')
      sessions.set(e.sid, {
        sid: e.sid,
        jti: e.jti,
        cnv: e.cnv,
        sub: e.sub,
        ouverte: e.t,
        derniere: e.t,
        reseaux: [e.reseau],
        demandes: 0,
        octets: 0,
        archives: [],
      });
    else if (e.evenement === 'octets.resume') {
      const s = sessions.get(e.sid);
      if (!s) continue;
      s.derniere = Math.max(s.derniere, e.dernier);
      for (const [id, { demandes, octets }] of Object.entries(e.archives)) {
        s.demandes += demandes;
        s.octets += octets;
        if (!s.archives.includes(id)) s.archives.push(id);
      }
    } else if (e.evenement === 'session.autre-reseau') {
      const s = sessions.get(e.sid);
      if (s && !s.reseaux.includes(e.reseau)) s.reseaux.push(e.reseau);
    }
  }
  return [...sessions.values()];
}
