/** Dates of conventions: calendar days "YYYY-MM-DD", the last one included, in UTC seconds at their end. Pure. */
import { UserError } from '../../data/contract/erreur.ts';

/** Check a day. @throws UserError */
export function jour(texte: string, nom: string): string {
  const d = /^\d{4}-\d{2}-\d{2}$/.test(texte) ? new Date(`${texte}T00:00:00Z`) : undefined;
  if (!d || Number.isNaN(d.getTime()) || d.toISOString().slice(0, 10) !== texte)
    throw new UserError(`La date ${nom} n’est pas valable : « ${texte} ».`, {
      hint: 'Écrivez-la AAAA-MM-JJ, par exemple 2026-01-15.',
      code: 2,
    });
  return texte;
}

/** Same day `mois` months later; the last day of the month when it does not exist. */
export function plusMois(date: string, mois: number): string {
  const [a = 0, m = 1, j = 1] = date.split('-').map(Number);
  const dernier = new Date(Date.UTC(a, m - 1 + mois + 1, 0)).getUTCDate();
  return new Date(Date.UTC(a, m - 1 + mois, Math.min(j, dernier))).toISOString().slice(0, 10);
}

/** Unix seconds of the end of a day (23:59:59 UTC). */
export const finDuJour = (date: string): number => Date.parse(`${date}T23:59:59Z`) / 1000;

/** Day of a moment (Unix seconds), UTC. */
export const jourDe = (secondes: number): string => new Date(secondes * 1000).toISOString().slice(0, 10);

const LONGUE = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'UTC' });
/** "15 janvier 2028", "1er janvier 2028"; the day and its month never part. */
export const dateLongue = (date: string): string =>
  LONGUE.format(new Date(`${date}T00:00:00Z`)).replace(/^(\d+)(?:er)? /, (_, j: string) =>
    j === '1' ? '1er\u00a0' : `${j}\u00a0`,
  );
