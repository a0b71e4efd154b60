/** What the gate wrote of sessions, read back for incidents and for the comité de suivi. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

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
