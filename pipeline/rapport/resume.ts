/** Part 1 of the report: what came in, what is published or hidden, what the audit looked at. */
import { SIGNALEMENTS, VIOLATIONS } from '../../data/catalogue/audit.ts';
import { accord, majuscule } from '../../site/carto/format.ts';
import type { AuditResume } from '../../data/contract/audit.ts';
import type { TypeSource } from '../../data/contract/sources.ts';
import type { Donnees, Refus } from './donnees.ts';
import { h, part, tableau, type Html } from './html.ts';
import { TYPES_DITS } from './libelles.ts';
import { cellules, unites, type Sorts } from './pertes.ts';

/** Rows of refusals printed; the rest is in rejets.csv. */
const REFUS_MONTRES = 15;

/** Key figures of the build. */
export function chiffres(d: Donnees, total: Sorts): Html {
  const n = cellules(total);
  const carte = (titre: string, valeur: string, precision: string) =>
    h`<div><dt>${titre}</dt><dd>${valeur}</dd><dd class="note">${precision}</dd></div>`;
  const sansUnite = d.secret.cellules - n;
  const sansValeur = total.publiees - d.secret.publiees;
  const violations = Object.values(d.audit.violations).reduce((a, b) => a + b, 0);
  return h`<dl class="chiffres">
${carte('Cellules publiées', part(total.publiees, n), `${accord(total.publiees, 'cellule', 'cellules')} sur ${accord(n, 'cellule', 'cellules')}`)}
${carte('Masquées par une règle de secret', part(total.primaires, n), `${accord(total.primaires, 'cellule', 'cellules')} : petits nombres, règle des 100 %`)}
${carte('Masquées pour leur qualité', part(total.qualites, n), `${accord(total.qualites, 'cellule', 'cellules')} : réponses insuffisantes, petites résidences`)}
${carte('Masquées pour en protéger d’autres', part(total.secondaires, n), `${accord(total.secondaires, 'cellule', 'cellules')}, ${part(total.unites_secondaires, unites(total))} des unités`)}
${carte('Audit', d.audit.verdict, accord(violations, 'violation', 'violations'))}
</dl>
<p class="note">Une cellule est une zone, une variable, une population, un secteur et un millésime. Les parts d’unités comptent une unité (ménage ou logement) une fois dans chaque cellule qui la contient${sansUnite > 0 ? `. ${accord(sansUnite, 'cellule', 'cellules')} sans aucune unité dans le champ ne sont pas comptées ici` : ''}.${sansValeur > 0 ? ` Parmi les cellules publiées, ${accord(sansValeur, 'n’a', 'n’ont')} aucune réponse à montrer : marque nd, et non s.` : ''}</p>`;
}

/** Counts in = kept + refused, by source file then by table. */
export function entrees(d: Donnees): Html {
  const sources = tableau({
    legende: 'Fichiers reçus : lignes lues, gardées, refusées',
    colonnes: [
      { titre: 'Fichier', texte: true },
      { titre: 'Nature', texte: true },
      { titre: 'Millésime' },
      { titre: 'Zonage', texte: true },
      { titre: 'Lues' },
      { titre: 'Gardées' },
      { titre: 'Refusées' },
    ],
    lignes: d.manifeste.lues.map((l) => [
      l.nom,
      TYPES_DITS[l.type as TypeSource] ?? l.type,
      l.millesime === undefined ? '–' : String(l.millesime),
      l.zonage ?? '–',
      l.comptes.entree,
      l.comptes.gardees,
      l.comptes.rejetees,
    ]),
  });
  const t = d.tables;
  const tables = tableau({
    legende: 'Tables construites : une ligne par logement, une par ménage enquêté',
    colonnes: [
      { titre: 'Table', texte: true },
      { titre: 'Entrées' },
      { titre: 'Gardées' },
      { titre: 'Refusées' },
    ],
    lignes: [
      ['Logements', t.logements.entree, t.logements.gardees, t.logements.rejetees],
      ['Ménages', t.menages.entree, t.menages.gardees, t.menages.rejetees],
    ],
  });
  const ecarts: [number, string][] = [
    [t.passages, 'lignes portées d’une ancienne commune à la nouvelle par une table de passage'],
    [t.sansCoordonnees, 'lignes sans coordonnées utilisables : absentes des échelles fines'],
    [t.ecartsIris, 'lignes dont l’IRIS déclaré n’est pas celui du point'],
    [t.ecartsQpv, 'lignes dont le QPV déclaré n’est pas celui du point'],
    [t.ecartsQpvDeclare, 'lignes qui se disent en QPV, ou hors QPV, à l’inverse de leur point'],
    [t.menagesApparies, 'ménages rattachés à un logement du répertoire'],
  ];
  return h`${sources}${refus(d.refus)}${tables}
<h3>Rapprochements et désaccords</h3><ul>${ecarts.map(([n, phrase]) => h`<li><b>${n}</b> ${phrase}</li>`)}</ul>`;
}

function refus(liste: readonly Refus[]): Html {
  if (liste.length === 0) return h`<p>Aucune ligne n’a été refusée.</p>`;
  const reste = liste.slice(REFUS_MONTRES).reduce((s, r) => s + r.lignes, 0);
  const table = tableau({
    legende: 'Lignes refusées, par colonne et par valeur attendue',
    colonnes: [
      { titre: 'Fichier', texte: true },
      { titre: 'Colonne', texte: true },
      { titre: 'Attendu', texte: true },
      { titre: 'Lignes' },
    ],
    lignes: liste.slice(0, REFUS_MONTRES).map((r) => [r.fichier, r.colonne, majuscule(r.attendu), r.lignes]),
  });
  return h`${table}<p class="note">${reste > 0 ? `${accord(reste, 'autre ligne', 'autres lignes')} et le` : 'Le'} détail, ligne par ligne : <code>confidentiel/sources/rejets.csv</code> et <code>confidentiel/tables/rejets.csv</code>.</p>`;
}

/** What the independent audit checked and found. */
export function audit(a: AuditResume): Html {
  const somme = (cle: 'inconnues' | 'protegees' | 'relations') => a.systemes.reduce((s, x) => s + x[cle], 0);
  const cellulesDe = (cle: 'publiees' | 'masquees' | 'absentes') =>
    a.cellules.reduce((s, x) => s + x[cle], 0);
  const violations = Object.entries(a.violations);
  const dit = (n: number, phrase: string) => h`<li><b>${n}</b> ${phrase}</li>`;
  return h`<p>L’audit relit les seuls fichiers émis, sans rien partager avec le calcul du secret. Verdict : <b>${a.verdict}</b> (règle ${a.regle}, seuil de ${String(a.seuil)} unités).</p>
<ul>
${dit(
  violations.reduce((s, [, n]) => s + n, 0),
  violations.length === 0 ? 'violation' : 'violations',
)}
${violations.map(([cle, n]) => dit(n, VIOLATIONS[cle as keyof typeof VIOLATIONS] ?? cle))}
${dit(somme('protegees'), `cellules protégées, mises à l’épreuve dans ${accord(a.systemes.length, 'système', 'systèmes')} de ${accord(somme('relations'), 'relation', 'relations')} et ${accord(somme('inconnues'), 'inconnue', 'inconnues')}`)}
${dit(cellulesDe('publiees'), `cellules publiées relues, à côté de ${accord(cellulesDe('masquees'), 'cellule secrète', 'cellules secrètes')} et de ${accord(cellulesDe('absentes'), 'cellule sans objet ou non disponible', 'cellules sans objet ou non disponibles')}`)}
${dit(a.fichiers.valeursComparees, `valeurs comparées entre ${accord(a.fichiers.tables, 'table', 'tables')} et ${accord(a.fichiers.tuiles, 'tuile', 'tuiles')} de ${accord(a.fichiers.archives, 'archive', 'archives')}`)}
</ul>
<p class="note">Ce que l’audit couvre, et ce qu’il ne cherche pas : <code>carto audit --help</code>.</p>
<h3>Signalements (sans violation)</h3>
${Object.keys(a.signalements).length === 0 ? h`<p>Aucun.</p>` : h`<ul>${Object.entries(a.signalements).map(([cle, n]) => dit(n, SIGNALEMENTS[cle as keyof typeof SIGNALEMENTS] ?? cle))}</ul>`}`;
}
