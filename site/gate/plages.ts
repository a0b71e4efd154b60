/** Range and precondition semantics of the byte route (gate.md §2.4; RFC 9110 §13, §14). Pure. */

/** Largest range of one answer. */
export const PLAGE_MAX = 4 * 1024 * 1024;

export type Plage = { type: 'entier' } | { type: 'plage'; debut: number; fin: number } | { type: 'refus' };

/**
 * Read a Range header for a file of `taille` bytes. Anything but one plain range is refused: never the whole file
 * for a range that was not understood.
 * @returns debut and fin both included, fin clipped to the file and to PLAGE_MAX bytes
 */
export function lirePlage(entete: string | null, taille: number, suffixe = false): Plage {
  if (entete === null) return { type: 'entier' };
  const m = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(entete);
  if (m?.[1] !== undefined) {
    const debut = Number(m[1]);
    const demande = m[2] === undefined ? taille - 1 : Number(m[2]);
    if (debut >= taille || demande < debut) return { type: 'refus' };
    return { type: 'plage', debut, fin: Math.min(demande, taille - 1, debut + PLAGE_MAX - 1) };
  }
  const s = suffixe ? /^bytes=-(\d{1,15})$/.exec(entete) : null;
  const longueur = Math.min(Number(s?.[1] ?? 0), taille, PLAGE_MAX);
  return longueur > 0 ? { type: 'plage', debut: taille - longueur, fin: taille - 1 } : { type: 'refus' };
}

/**
 * Whether an If-Match or If-None-Match list names this strong ETag (given with its quotes).
 * @param faible weak comparison, that of If-None-Match (RFC 9110 §13.1.2)
 */
export function etagDansListe(entete: string, etag: string, faible = false): boolean {
  const nomme = (e: string) => (faible ? e.replace(/^W\//, '') : e) === etag;
  return entete.trim() === '*' || entete.split(',').some((e) => nomme(e.trim()));
}

/** Whether If-Range lets the range through: absent, or exactly this strong ETag (a date never does). */
export function ifRangeTient(entete: string | null, etag: string): boolean {
  return entete === null || entete.trim() === etag;
}
