/** Rows of the survey: one household, with the blanks that its landlord leaves. */
import type { Hasard } from './hasard.ts';
import { mois } from './ecriture.ts';
import type { Menage } from './menages.ts';
import type { Adresse, Residence } from './patrimoine.ts';

/** One row of the survey file, line end included. */
export function ligneOps(
  h: Hasard,
  r: Residence,
  m: Menage,
  millesime: number,
  ident: string,
  debut: string,
  a: Adresse,
  idAdresse: string,
  idResidence: string,
  x: string,
  y: string,
  iris: string,
  conv: boolean,
): string {
  const b = r.bailleur;
  const depcom = depcomDe(debut);
  const [iRes, iCompo, iAge, iApl, iAct] = b.itemsVides;
  const sans = h.oui(b.sansReponse);
  const date = sans && h.oui(0.05) ? '' : mois(m.entree);
  let reste: string;
  if (sans) reste = ';'.repeat(13);
  else {
    const compo = h.oui(iCompo) ? ';;;;' : `${m.compo};${m.personnes};${m.adultes};${m.enfants};${m.mineurs}`;
    const age = h.oui(iAge) ? '' : String(m.age);
    const res = h.oui(iRes) ? '' : String(Math.min(999, m.plafond));
    const apl = h.oui(iApl) ? '' : m.apl ? '1' : '0';
    let act: string;
    if (h.oui(iAct)) act = ';;;;;';
    else {
      const v = [...m.activite];
      let nr = 0;
      // One adult of a family left blank: counted as not answered, not as without a job.
      if (m.adultes > 1 && h.oui(0.04)) {
        const k = v.findIndex((n) => n > 0);
        v[k]! -= 1;
        nr = 1;
      }
      act = `${v.join(';')};${nr}`;
    }
    reste = `${compo};${age};${res};${apl};${act}`;
  }
  return (
    `${millesime};L${ident};${ident};${b.siret};${depcom};A${idAdresse};R${idResidence};${x};${y};${r.qpv ? 1 : 2};${a.sansPoint ? '' : (r.qpv?.code ?? '')};` +
    `${a.sansPoint ? '' : iris};${sans ? 0 : 1};${conv ? 'conventionne' : 'non_conventionne'};${date};${reste}\r\n`
  );
}

/** Tenth field of a register row: names before it are quoted and hold no semicolon. */
function depcomDe(debut: string): string {
  return debut.split(';', 10)[9]!;
}
