/** What surrounds the map, written anew for each view: titles, legends, definition, portrait. */
import type { Methode } from '../carto/classes.ts';
import { majuscule, typographie } from '../carto/format.ts';
import { construireLegende } from '../carto/legende.ts';
import { rendChoix, rendMesures } from '../components/choix.ts';
import { rendComparaison } from '../components/comparaison.ts';
import { rendDefinition } from '../components/definition.ts';
import type { Html } from '../components/html.ts';
import { classeRampe, pastille, rendLegende, rendLegendeCercles } from '../components/legende.ts';
import { rendPortrait } from '../components/portrait.ts';
import { citation, sousTitre, titrePage } from '../components/titres.ts';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import { millesimesOfferts } from './choix.ts';
import type { DecorAtlas } from './decor.ts';
import { rang, type Fiche, type Textes } from './donnees.ts';
import { lisBornes, lisZone, type Etat } from './etat.ts';
import { redessine } from './feuilles.ts';
import { basesEnClasses, cerclesPossibles, POINTS, type VueDonnees } from './vue.ts';

const role = (d: DecorAtlas, nom: string) => d.racine.querySelector<HTMLElement>(`[data-role="${nom}"]`);

/** The panel of choices: what is seen, then how it is measured and compared. @param auto the échelle follows the zoom; absent where it cannot */
export function ecrisChoix(d: DecorAtlas, e: Etat, textes: Textes, auto: boolean | undefined): void {
  const vue = { offre: d.resume.offre, choix: e };
  const choix = rendChoix({
    ...vue,
    echelles: d.resume.echelles,
    lien: (c) => d.adresse({ ...e, ...c, zone: null }),
    absence: d.absence,
    definition: (id) => textes[id]?.[0],
    ...(auto === undefined ? {} : { auto }),
    ...(d.memoire ? { recents: d.memoire.indicateurs(), preferes: d.memoire.preferes() } : {}),
  });
  const suite = `${rendMesures(vue, e.mesure)}${rendComparaison({ ...vue, avec: e.avec })}`;
  for (const [nom, contenu] of [['choix', `${choix}`], ['montrer', suite]] as const) {
    const hote = role(d, nom);
    if (hote) redessine(hote, contenu);
  }
} // prettier-ignore

/** Title, subtitle, definition, and the title of the document. */
export function ecrisTextes(d: DecorAtlas, v: VueDonnees, textes: Textes): void {
  const { echelle } = v.etat;
  const ecrit = (nom: string, texte: string) => {
    const e = role(d, nom);
    if (e) e.textContent = texte;
  };
  ecrit('titre', typographie(v.indicateur.libelle));
  ecrit('sous-titre', majuscule(sousTitre(echelle, v.indicateur, v.tranche, v.avant)));
  if (d.titreDocument !== false)
    document.title = `${titrePage(echelle, v.indicateur, v.tranche)} · Carto OPS`;
  const hote = role(d, 'definition');
  const cite = citation(echelle, v.indicateur, v.tranche, d.resume, v.avant);
  const [definition = '', limites = ''] = textes[v.catalogue.id] ?? [];
  if (hote)
    hote.innerHTML = String(
      rendDefinition(
        { ...v.indicateur, definition, limites },
        d.fiche(v.catalogue.id),
        cite,
        d.absolue !== undefined,
      ),
    );
}

/** The box of the outlines, the classes of the reader; inside another site, the source and the way to the whole page. */
export function ecrisReste(d: DecorAtlas, v: VueDonnees): void {
  const qpv = role(d, 'qpv') as HTMLInputElement | null;
  const etiquette = qpv?.closest('label');
  if (qpv && etiquette) [qpv.checked, etiquette.hidden] = [v.etat.qpv, !d.resume.qpv];
  const cercles = role(d, 'cercles') as HTMLInputElement | null;
  const boite = cercles?.closest('label');
  if (cercles && boite) [cercles.checked, boite.hidden] = [v.etat.cercles, !cerclesPossibles(v.etat.echelle, v.catalogue)]; // prettier-ignore
  // Circles have no classes to change.
  d.racine.querySelector('.reglages')?.toggleAttribute('hidden', v.indicateur.calcul === 'nombre');
  const bornes = role(d, 'bornes') as HTMLInputElement | null;
  const ligne = bornes?.closest('label');
  if (bornes && ligne) {
    ligne.hidden = v.etat.methode !== 'manuelle';
    role(d, 'k')
      ?.closest('label')
      ?.toggleAttribute('hidden', /^(man|pol)/.test(v.etat.methode ?? ''));
    if (v.etat.bornes.length > 0) bornes.value = v.etat.bornes.map((b) => String(b).replace('.', ',')).join(' ; '); // prettier-ignore
    (role(d, 'methode') as HTMLSelectElement).value = v.etat.methode ?? '';
  }
  const source = role(d, 'source-integre');
  const retour = role(d, 'retour') as HTMLAnchorElement | null;
  if (source) source.textContent = citation(v.etat.echelle, v.indicateur, v.tranche, d.resume, v.avant);
  if (retour) retour.href = d.adresse({ ...v.etat, integre: '' });
}

/** Classes of the ramp: around a centre the legend leaves out the ones that nothing can be in. */
const classesRampe = (v: VueDonnees): number => v.classes.bornes.length + 1;

/** Legend of the map, and of the second one when there are two. */
export function ecrisLegendes(d: DecorAtlas, v: VueDonnees): void {
  const bande = role(d, 'bande');
  const rend = (x: VueDonnees) => {
    const l = construireLegende({
      indicateur: x.indicateur,
      classes: x.classes,
      cellules: x.cellules,
      echelle: x.etat.echelle,
      secret: d.resume.secret,
      repere: x.repere,
    });
    const { un, plusieurs } = LIBELLES_ECHELLE[x.etat.echelle];
    const cercles = x.effectifs ? rendLegendeCercles(x.effectifs, x.catalogue, { un, plusieurs }, basesEnClasses(x.etat.echelle), x.cellules.filter((c) => c.statut === 's' || c.statut === 'nd').length) : ''; // prettier-ignore
    if (x === v && bande)
      bande.innerHTML = `<span class="${classeRampe(x.indicateur, classesRampe(x))}">${l.classes.length > 1 && x.indicateur.calcul !== 'nombre' ? l.classes.map((c) => `<span>${pastille(`c${c.index}`)}${c.libelle}</span>`).join('') : ''}</span>`; // prettier-ignore
    return `${rendLegende(l, x.indicateur, plusieurs, POINTS.includes(x.etat.echelle), classesRampe(x))}${cercles}`;
  };
  const premiere = role(d, 'legende');
  const seconde = role(d, 'legende-2');
  if (premiere) premiere.innerHTML = rend(v);
  if (seconde) [seconde.hidden, seconde.innerHTML] = [!v.autre, v.autre ? rend(v.autre) : ''];
}

/** Classes that the reader's controls ask for. @param actuelles bounds on screen, a start for one's own */
export function lisClasses(d: DecorAtlas, actuelles: readonly number[]): Pick<Etat, 'methode' | 'k' | 'bornes'> {
  const champ = (nom: string) => (role(d, nom) as HTMLInputElement | HTMLSelectElement | null)?.value ?? '';
  const methode = (champ('methode') || null) as Methode | null;
  const ecrites = lisBornes(champ('bornes'));
  const saisie = role(d, 'bornes') as HTMLInputElement | null;
  // What cannot be read is said where it was written; the bounds on screen stay.
  saisie?.setCustomValidity(methode === 'manuelle' && saisie.value && ecrites.length === 0 ? 'Écrivez des nombres séparés par « ; », par exemple 10 ; 20,5 ; 30.' : ''); // prettier-ignore
  saisie?.reportValidity();
  const bornes = methode !== 'manuelle' ? [] : ecrites.length > 0 ? ecrites : actuelles;
  return { methode: methode === 'manuelle' && bornes.length === 0 ? null : methode, k: Number(champ('k') || 5), bornes };
} // prettier-ignore

/** Portrait of the chosen zone, or of the whole. @param fiches the zone first, then its references */
export function portraitDe(d: DecorAtlas, v: VueDonnees, fiches: readonly Fiche[]): Html {
  const zone = v.etat.zone ? lisZone(v.etat.zone) : null;
  const vers = zone ?? d.resume.ensemble;
  const rangee = zone ? rang(v.zones, zone.code) : -1;
  const n = v.lignes[rangee]?.rang;
  const cellule = v.cellules[rangee];
  return rendPortrait({
    fiches,
    indicateur: v.catalogue,
    tranche: v.tranche,
    classes: zone && v.catalogue.calcul !== 'nombre' ? v.classes : null,
    ...(v.derivee && cellule ? { derivee: { indicateur: v.indicateur, cellule } } : {}),
    rang: n && !v.derivee ? { rang: n, sur: v.publiees } : undefined,
    lien: d.portrait(vers.echelle, vers.code),
    pays: d.resume.pays,
    ...(zone && d.memoire ? { favori: d.memoire.estFavori(zone.echelle, zone.code) } : {}),
    millesimes: millesimesOfferts(d.resume.offre, v.catalogue, vers.echelle),
  });
}

/** Forget recent indicateurs, or make one a favourite or no longer one, as the button says. @returns what to say of it */
export function souvenir(d: DecorAtlas, indicateur: string, bouton: Element): string {
  if (bouton.closest('[data-prefere]') === null) {
    d.memoire?.oublie();
    return 'Indicateurs récents effacés.';
  }
  return `Indicateur ${d.memoire?.basculePrefere(indicateur) ? 'gardé en favori, sur cet appareil' : 'retiré des favoris'}.`;
}
