/** `carto suivi`: report to the comité de suivi (landlords, EPCI, association): accesses, and what secrecy hides. */
import { LIBELLES_ECHELLE, LIBELLES_POPULATION } from '../../data/catalogue/echelles.ts';
import { libelleFinalite, ROLES_LIBELLES } from '../../data/catalogue/finalites.ts';
import { dateLongue, finDuJour, jourDe } from './dates.ts';
import { lienRetire, type Convention } from './etat.ts';
import { sessionsDe, type EvenementLu } from './journal-audit.ts';
import type { Registre } from './registre.ts';
import { masquages, reponses, type LotEpci } from './suivi-lot.ts';

export interface Periode {
  /** Days, both included. */
  depuis: string;
  jusqua: string;
}

export interface SuiviConvention {
  convention: string;
  epci: string;
  nom: string;
  fin: string;
  comptes: Record<string, number>;
  liens: { emis: number; ouverts: number; retires: number; termines: number };
  sessions: { nombre: number; refusees: number; octets: number };
  finalites: Record<string, number>;
  /** Demands without a decision. */
  attente: number;
}

/** Accesses of one convention over a period. */
export function suiviConvention(
  registre: Registre,
  evenements: readonly EvenementLu[],
  convention: Convention,
  periode: Periode,
): SuiviConvention {
  const [debut, fin] = [Date.parse(`${periode.depuis}T00:00:00Z`) / 1000, finDuJour(periode.jusqua)];
  const dans = (t: number) => t >= debut && t <= fin;
  const comptes = [...registre.etat.comptes.values()].filter((c) => c.convention === convention.id);
  const liens = [...registre.etat.liens.values()].filter((l) => l.convention === convention.id);
  const sessions = sessionsDe(evenements).filter((s) => s.cnv === convention.id && dans(s.ouverte));
  const ouverts = new Set(sessions.map((s) => s.jti));
  const compter = (valeurs: readonly string[]) => {
    const n: Record<string, number> = {};
    for (const v of valeurs) n[v] = (n[v] ?? 0) + 1;
    return n;
  };
  const finaliteDe = new Map(liens.map((l) => [l.jti, l.finalite]));
  return {
    convention: convention.id,
    epci: convention.epci,
    nom: convention.nom,
    fin: convention.fin,
    comptes: compter(comptes.filter((c) => c.statut === 'valide').map((c) => c.role)),
    attente: comptes.filter((c) => c.statut === 'demande').length,
    liens: {
      emis: liens.filter((l) => dans(Date.parse(l.emis) / 1000)).length,
      ouverts: ouverts.size,
      retires: liens.filter((l) => lienRetire(registre.etat, l)).length,
      termines: liens.filter((l) => l.exp <= registre.maintenant()).length,
    },
    sessions: {
      nombre: sessions.length,
      refusees: evenements.reduce(
        (s, e) =>
          e.evenement === 'session.refusee' && e.cnv === convention.id && dans(e.t) ? s + (e.fois ?? 1) : s,
        0,
      ),
      octets: sessions.reduce((s, x) => s + x.octets, 0),
    },
    finalites: compter(sessions.map((s) => finaliteDe.get(s.jti) ?? '')),
  };
}

const part = (n: number, total: number) =>
  total === 0 ? 'sans objet' : `${((100 * n) / total).toFixed(1).replace('.', ',')} %`;

const pourMille = (n: number) => `${(n / 10).toFixed(1).replace('.', ',')}\u00a0%`;

/** Response rates as published: one line per vintage, population and échelle. */
function tableReponses({ table }: LotEpci): string {
  const lignes = reponses(table).map((r) => {
    const taux =
      r.publies === 1
        ? pourMille(r.mediane)
        : `${pourMille(r.mediane)} (de ${pourMille(r.minimum)} à ${pourMille(r.maximum)})`;
    return `| ${r.millesime} | ${LIBELLES_POPULATION[r.population]} | ${LIBELLES_ECHELLE[r.echelle].un} | ${taux} | ${r.publies} | ${r.masques} |`;
  });
  if (lignes.length === 0) return 'Aucun taux de réponse n’est publié pour ce territoire.';
  return `| millésime | population | échelle | taux médian (étendue) | zones publiées | sous secret |
|---|---|---|---|---|---|
${lignes.join('\n')}

Ces taux sont ceux de la livraison\u00a0: une zone sous secret n’entre dans aucun d’eux.`;
}

/** The report, as Markdown in French. */
export function rapportSuivi(s: SuiviConvention, periode: Periode, lot: LotEpci | undefined): string {
  const octets = new Intl.NumberFormat('fr-FR').format(s.sessions.octets);
  const roles = Object.entries(s.comptes).map(
    ([r, n]) => `- ${ROLES_LIBELLES[r as keyof typeof ROLES_LIBELLES] ?? r} : ${n}`,
  );
  const finalites = Object.entries(s.finalites).map(([f, n]) => `- ${libelleFinalite(f)} : ${n}`);
  const secret =
    lot === undefined
      ? 'Ce territoire n’a pas de lot dans la livraison en cours.'
      : `Règle ${lot.lot.provenance.regle} ; sources : ${lot.lot.mentions.sources.map((x) => x.nom).join(', ')}.

| échelle | cases publiées | sous secret | sans réponse suffisante ou non situées |
|---|---|---|---|
${masquages(lot.table)
  .map((m) => {
    const total = m.publiees + m.masquees + m.absentes;
    return `| ${LIBELLES_ECHELLE[m.echelle].un} | ${part(m.publiees, total)} | ${part(m.masquees, total)} | ${part(m.absentes, total)} |`;
  })
  .join('\n')}

Une case : une zone, une question, une population, un secteur, un millésime. Les motifs ne sont pas distingués.`;
  return `# Suivi de l’accès à la cartographie : ${s.nom}

Convention ${s.convention}, jusqu’au ${dateLongue(s.fin)}. Du ${dateLongue(periode.depuis)} au ${dateLongue(periode.jusqua)}.

## Comptes

${roles.join('\n') || '- aucun'}
- Demandes sans décision : ${s.attente}

## Liens

- Émis dans la période : ${s.liens.emis}
- Ouverts au moins une fois dans la période : ${s.liens.ouverts}
- Retirés à ce jour : ${s.liens.retires}
- Terminés à ce jour : ${s.liens.termines}

## Sessions

- Ouvertes : ${s.sessions.nombre}, refusées : ${s.sessions.refusees}
- Octets servis : ${octets}
${finalites.length > 0 ? `\nPar finalité :\n${finalites.join('\n')}\n` : ''}
## Secret statistique, enquête d’occupation

${secret}

## Réponse à l’enquête

${lot === undefined ? 'Sans lot, pas de taux.' : tableReponses(lot)}
`;
}

/** Last twelve months. */
export const periodeParDefaut = (registre: Registre): Periode => ({
  depuis: jourDe(registre.maintenant() - 365 * 86_400),
  jusqua: registre.aujourdhui(),
});
