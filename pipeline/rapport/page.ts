/** The report as one HTML document: nothing to fetch, nothing to run, nothing but its own sheet allowed. */
import { createHash } from 'node:crypto';
import { cartesPertes } from './cartes.ts';
import type { Donnees } from './donnees.ts';
import { brut, h, typographieHtml, type Html } from './html.ts';
import { diffusionPublique } from './publique.ts';
import { lesPerdues, origines, suite } from './origines.ts';
import { cellules, pertesPar, type Sorts } from './pertes.ts';
import { audit, chiffres, entrees } from './resume.ts';
import { STYLE } from './style.ts';
import { tablesPertes, totaux } from './tables.ts';

export interface Page {
  html: string;
  cartes: number;
}

const PARTIES = [
  ['resume', 'Ce qui est entré, ce qui est sorti'],
  ['pertes', 'Ce que le secret fait perdre'],
  ['cartes', 'Où se trouve la perte'],
  ['origines', 'D’où vient la perte'],
  ['suite', 'Pour aller plus loin'],
] as const;

/** Lay the page out. The same files give the same bytes: no clock, no machine, every list in a stated order. */
export async function dessinePage(d: Donnees): Promise<Page> {
  const [total] = (await pertesPar(d.base)) as [Sorts];
  const perdues = await lesPerdues(d);
  const cartes = await cartesPertes(d);
  const corps: Record<(typeof PARTIES)[number][0], Html> = {
    resume: h`${chiffres(d, total)}<h3>Sources</h3>${entrees(d)}<h3>Audit indépendant</h3>${audit(d.audit)}`,
    pertes: h`<p>Une cellule <b>secondaire</b> serait publiable pour elle-même : elle est masquée parce que, publiée, elle laisserait recalculer une cellule masquée. C’est la seule perte que le calcul cherche à réduire, et celle qui ordonne chaque tableau, de la plus forte à la plus faible part d’unités.</p>
${cellules(total) === 0 ? h`<p>Aucune cellule n’a d’unité dans le champ.</p>` : await tablesPertes(d, total)}
<h3>Totaux du pays aux EPCI</h3>${totaux(d)}${await diffusionPublique(d)}`,
    cartes: cartes.html,
    origines: await origines(d, perdues),
    suite: suite(perdues),
  };
  const { titre, pays, id } = d.release;
  const integrite = createHash('sha256').update(STYLE).digest('base64');
  const html = h`<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${brut(integrite)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noarchive">
<meta name="referrer" content="no-referrer">
<title>Rapport de livraison ${id} (confidentiel)</title>
<style>${brut(STYLE)}</style>
</head>
`.html;
  const document = h`<body>
<p class="marque" role="note">Confidentiel : ne pas diffuser</p>
<header>
<h1>Rapport de livraison</h1>
<p>${titre}, ${pays}. Livraison <code>${id}</code>, COG ${String(d.manifeste.config.cog)}, règle du secret ${d.audit.regle}.${d.manifeste.config.fictif ? ' Territoires et données fictifs.' : null}</p>
<p class="note">Pour les statisticiens du producteur. Ce document compte ce que la diffusion cache : il reste dans le dossier confidentiel, comme les fichiers dont il vient.</p>
<nav aria-label="Parties du rapport"><ol>${PARTIES.map(([ancre, nom]) => h`<li><a href="#${ancre}">${nom}</a></li>`)}</ol></nav>
</header>
<main>
${PARTIES.map(
  ([ancre, nom], i) => h`<section id="${ancre}"><h2>${i + 1}. ${nom}</h2>
${corps[ancre]}
</section>
`,
)}</main>
<footer><p>Confidentiel : ne pas diffuser. À détruire avec le dossier confidentiel de la livraison.</p></footer>
</body>
</html>
`.html;
  return { html: html + typographieHtml(document), cartes: cartes.nombre };
}
