/** Portrait of one zone as HTML: its figure, its references, the distribution around it. */
import { indexClasse } from '../carto/classes.ts';
import { FINE, majuscule, nombre, texteBaseLue, texteCellule, texteStatut, texteTableau, typographie, unitesBase } from '../carto/format.ts'; // prettier-ignore
import {
  VARIABLES,
  indicateursDe,
  indicateursDuTheme,
  variable,
} from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_ECHELLE, LIBELLES_SECTEUR } from '../../data/catalogue/echelles.ts';
import { cle, type Cell } from '../../data/contract/cell.ts';
import type { Indicateur, Variable } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Echelle, Tranche } from '../../data/contract/zone.ts';
import { celluleFiche, type Fiche } from '../state/donnees.ts';
import { POINTS } from '../state/vue.ts';
import { rendHalteres } from './halteres.ts';
import { html, type Html } from './html.ts';
import { classeRampe, pastille } from './legende.ts';

export interface Portrait {
  /** The zone first, then its references, nearest first. */
  readonly fiches: readonly Fiche[];
  readonly indicateur: Indicateur;
  readonly tranche: Tranche;
  readonly classes: Classes | null;
  /** Rank of the zone and number of published zones, when they make sense. */
  readonly rang?: { readonly rang: number; readonly sur: number } | undefined;
  /** What the map shows instead of the value: a change or a gap, as it names and measures it. */
  readonly derivee?: { readonly indicateur: Indicateur; readonly cellule: Cell } | undefined;
  /** Address of the whole portrait, null when there is none. */
  readonly lien: string | null;
  readonly pays: string;
  /** Millésimes of the source, most recent first. */
  readonly millesimes: readonly number[];
  /** Whether the zone is a favourite of this device; absent where nothing is remembered. */
  readonly favori?: boolean;
}

/** Modalities shown together: those of a variable and of the variable that completes it, once. */
export interface Distribution {
  readonly variable: Variable;
  readonly titre: string;
  readonly modalites: readonly Indicateur[];
}

/** Distributions of a theme; a variable completed by another is shown with it. */
export function distributions(theme: string): Distribution[] {
  const siennes = VARIABLES.filter((v) => v.theme === theme);
  const completees = new Set(siennes.map((v) => v.avec).filter((x) => x !== undefined));
  return siennes.flatMap((v) => {
    if (completees.has(v.id)) return [];
    const liens = v.avec ? [v.avec, v.id] : [v.id];
    const modalites = indicateursDuTheme(theme).filter((i) => i.modalite && liens.includes(i.variable));
    const titre = (v.avec ? variable(v.avec) : v).libelle;
    return modalites.length > 1 ? [{ variable: v, titre, modalites }] : [];
  });
}

/** Distribution that holds an indicateur, or the first of its theme. */
export function distributionDe(i: Indicateur): Distribution | undefined {
  const toutes = distributions(variable(i.variable).theme);
  const a = (d: Distribution) => d.variable.id === i.variable || d.variable.avec === i.variable || d.modalites.includes(i);
  return toutes.find(a) ?? toutes[0];
} // prettier-ignore

/** A figure, or its short mark with the words for who asks: a sentence would push the bars out of a narrow panel. */
function figure(c: Cell, i: Indicateur, e: Echelle): Html | string {
  return c.statut === 'valeur'
    ? texteCellule(c, i, e)
    : html`<abbr title="${texteStatut(c.statut)}">${texteTableau(c, i, e)}</abbr>`;
}

/** Horizontal bars with their figures: a table first, drawn second. */
export function rendDistribution(d: Distribution, fiches: readonly Fiche[], t: Tranche): Html {
  const f = fiches[0] as Fiche;
  const ref = fiches.at(-1) as Fiche;
  const cases = d.modalites.map((i) => ({ i, c: celluleFiche(f, i, t), r: celluleFiche(ref, i, t) }));
  const statut = cases.find((x) => x.c.statut !== 'valeur')?.c;
  if (cases.every((x) => x.c.statut !== 'valeur') && statut && statut.statut !== 'valeur')
    return html`<h3>${typographie(d.titre)}</h3>
      <p class="note">Répartition${FINE}: ${texteStatut(statut.statut)}.</p>`;
  const max = Math.max(
    1,
    ...cases.flatMap((x) => [x.c, x.r].map((c) => (c.statut === 'valeur' ? c.valeur : 0))),
  );
  const x = (v: number) => ((v / max) * 100).toFixed(1);
  return html`<table class="barres">
      <caption>
        ${typographie(d.titre)}
      </caption>
      <thead class="lecteur">
        <tr>
          <th scope="col">Modalité</th>
          <th scope="col">${f.nom}</th>
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${cases.map(
          ({ i, c, r }) =>
            html`<tr>
              <th scope="row">${typographie(i.court)}</th>
              <td class="num">${figure(c, i, f.echelle)}</td>
              <td class="trace">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  ${c.statut === 'valeur' ? html`<rect class="b" y="1" height="8" width="${x(c.valeur)}" />` : html`<rect class="s" y="1" height="8" width="100" />`}${ref !== f && r.statut === 'valeur' ? html`<rect class="r" x="${Math.min(99, Number(x(r.valeur)))}" y="0" width="0.8" height="10" />` : null}
                </svg>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${ref === f ? null : html`<p class="note">Trait vertical${FINE}: ${ref.nom}.</p>`}`;
}

/** A short list of places or slices with the same figure, drawn as bars when it is a rate. */
function rendBarres(
  titre: string,
  lignes: readonly { nom: string; c: Cell; soi: boolean; e: Echelle }[],
  i: Indicateur,
): Html {
  const max = Math.max(1e-9, ...lignes.map(({ c }) => (c.statut === 'valeur' ? c.valeur : 0)));
  const trace = (c: Cell, soi: boolean) =>
    i.calcul === 'nombre'
      ? null
      : html`<td class="trace">
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            ${c.statut === 'valeur' ? html`<rect class="${soi ? 'b' : 'g'}" y="1" height="8" width="${((c.valeur / max) * 100).toFixed(1)}" />` : null}
          </svg>
        </td>`;
  return html`<table class="barres">
    <caption>
      ${titre}
    </caption>
    <tbody>
      ${lignes.map((l) => html`<tr${l.soi ? html` class="soi"` : null}><th scope="row">${l.nom}</th><td class="num">${figure(l.c, i, l.e)}</td>${trace(l.c, l.soi)}</tr>`)}
    </tbody>
  </table>`;
}

function references(p: Portrait): Html | null {
  if (p.fiches.length < 2) return null;
  const lignes = p.fiches.map((f, n) => ({
    nom: f.nom,
    c: celluleFiche(f, p.indicateur, p.tranche),
    soi: n === 0,
    e: f.echelle,
  }));
  return rendBarres('Repères', lignes, p.indicateur);
}

/** The same figure for the other halves of the same place: sectors, recent movers, the other millésime. */
function dedans(p: Portrait): Html | null {
  const f = p.fiches[0] as Fiche;
  const t = p.tranche;
  const autres: { nom: string; tranche: Tranche }[] = [
    ...(t.secteur === 'tous' ? (['qpv', 'hqpv'] as const) : (['tous'] as const)).map((secteur) => ({
      nom: LIBELLES_SECTEUR[secteur],
      tranche: { ...t, secteur },
    })),
    { nom: t.population === 'ENS' ? 'Emménagés récents' : 'Ensemble', tranche: { ...t, population: t.population === 'ENS' ? 'ER' : 'ENS' } }, // prettier-ignore
    // Two millésimes that the catalogue calls not comparable are not put side by side.
    ...p.millesimes.filter((m) => m !== t.millesime && p.indicateur.comparabilite === '').map((m) => ({ nom: `En ${m}`, tranche: { ...t, millesime: m } })), // prettier-ignore
  ];
  const lignes = autres
    .filter((x) => f.colonne(cle(p.indicateur.variable, x.tranche)) != null)
    .map((x) => ({ nom: x.nom, c: celluleFiche(f, p.indicateur, x.tranche), soi: false, e: f.echelle }));
  if (lignes.length === 0) return null;
  return rendBarres('Dans ce territoire', [{ nom: `Valeur de ${t.millesime}`, c: celluleFiche(f, p.indicateur, t), soi: true, e: f.echelle }, ...lignes], p.indicateur); // prettier-ignore
}

/** Code beside the échelle: the official one. Keys made here mean nothing to a reader, and a square's is its name. */
function codeDit(f: Fiche): string | null {
  return f.echelle === 'france' || f.echelle === 'carreau' || POINTS.includes(f.echelle) ? null : f.code;
}

export function rendPortrait(p: Portrait): Html {
  const f = p.fiches[0] as Fiche;
  const i = p.derivee?.indicateur ?? p.indicateur;
  const c = p.derivee?.cellule ?? celluleFiche(f, p.indicateur, p.tranche);
  const classe = c.statut === 'valeur' ? (p.classes ? indexClasse(p.classes, c.valeur) : null) : null;
  const k = p.classes ? p.classes.bornes.length + 1 : 1;
  const theme = variable(p.indicateur.variable).theme;
  const d = distributionDe(p.indicateur);
  const cles = indicateursDuTheme(theme).filter(
    (i) => !i.modalite && i.id !== p.indicateur.id && indicateursDe(i.variable).length > 0,
  );
  const connues = cles.map((i) => ({ i, c: celluleFiche(f, i, p.tranche) })).filter((x) => x.c.statut !== 'nd' || f.colonne(`${x.i.variable}.${p.tranche.population}.${p.tranche.secteur}.${p.tranche.millesime}`) !== undefined); // prettier-ignore
  return html`<header>
      <p class="surtitre">
        ${majuscule(LIBELLES_ECHELLE[f.echelle].un)}${codeDit(f) ? html` <span class="code">${codeDit(f)}</span>` : null}
      </p>
      <h2>${f.nom}</h2>
      ${p.favori === undefined ? null : html`<button type="button" class="lien-bouton favori" data-favori aria-pressed="${String(p.favori)}">${p.favori ? '★ Favori' : '☆ Ajouter aux favoris'}</button>`}
    </header>
    <p class="grand-chiffre ${classeRampe(i, k)}">
      ${classe === null ? (c.statut === 'valeur' ? null : pastille(c.statut)) : pastille(`c${classe}`)}<strong
        >${texteCellule(c, i, f.echelle)}</strong
      >
    </p>
    <p class="discret">
      ${typographie(i.libelle)}${c.statut === 'valeur' && i.calcul !== 'nombre' && !p.derivee ? ` · base${FINE}: ${texteBaseLue(c.base, unitesBase(p.indicateur))}` : ''}${p.rang && p.rang.sur > 2 && c.statut === 'valeur' ? html`<br />${p.rang.rang === 1 ? '1re valeur' : `${nombre(p.rang.rang)}e valeur`} sur ${nombre(p.rang.sur)} publiées` : null}${c.statut === 's' ? html`<br />Trop peu d’observations, ou une valeur voisine à protéger${FINE}: le chiffre existe, il n’est pas montré.` : null}
    </p>
    ${references(p)} ${dedans(p)}
    ${d && f.colonne(`${d.variable.id}.${p.tranche.population}.${p.tranche.secteur}.${p.tranche.millesime}`) !== undefined ? rendDistribution(d, p.fiches, p.tranche) : null}
    ${rendHalteres(theme, f, p.tranche)}
    ${
      connues.length > 0
        ? html`<h3>Dans le même thème</h3>
            <dl class="cles">
              ${connues.slice(0, 6).map(
                (x) =>
                  html`<div>
                    <dt>${typographie(x.i.libelle)}</dt>
                    <dd>${texteCellule(x.c, x.i, f.echelle)}</dd>
                  </div>`,
              )}
            </dl>`
        : null
    }
    ${p.lien ? html`<p><a class="suite-lien" href="${p.lien}">Portrait complet</a></p>` : null}`;
}
