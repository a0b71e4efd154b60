/** What surrounds the map, written anew for each view: titles, legends, definition, portrait. */
import type { Methode } from '../carto/classes.ts';
import { majuscule, typographie } from '../carto/format.ts';
import { construireLegende } from '../carto/legende.ts';
import { rendDefinition } from '../components/definition.ts';
import type { Html } from '../components/html.ts';
import { rendLegende, rendLegendeCercles } from '../components/legende.ts';
import { rendPortrait } from '../components/portrait.ts';
import { citation, sousTitre, titrePage } from '../components/titres.ts';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import { millesimesOfferts } from './choix.ts';
import type { DecorAtlas } from './decor.ts';
import { rang, type Fiche } from './donnees.ts';
import { lisBornes, lisZone, type Etat } from './etat.ts';
import { basesEnClasses, cerclesPossibles, POINTS, type VueDonnees } from './vue.ts';

const role = (d: DecorAtlas, nom: string) => d.racine.querySelector<HTMLElement>(`[data-role="${nom}"]`);

/** Title, subtitle, definition, and the title of the document. */
export function ecrisTextes(d: DecorAtlas, v: VueDonnees): void {
  const { echelle } = v.etat;
  const ecrit = (nom: string, texte: string) => {
    const e = role(d, nom);
    if (e) e.textContent = texte;
  };
  ecrit('titre', typographie(v.indicateur.libelle));
  ecrit('sous-titre', majuscule(sousTitre(echelle, v.indicateur, v.tranche)));
  if (d.titreDocument !== false)
    document.title = `${titrePage(echelle, v.indicateur, v.tranche)} · Carto OPS`;
  const hote = role(d, 'definition');
  const cite = citation(echelle, v.indicateur, v.tranche, d.resume);
  if (hote)
    hote.innerHTML = String(
      rendDefinition(v.indicateur, d.fiche(v.catalogue.id), cite, d.absolue !== undefined),
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
    if (v.etat.bornes.length > 0) bornes.value = v.etat.bornes.map((b) => String(b).replace('.', ',')).join(' ; '); // prettier-ignore
    (role(d, 'methode') as HTMLSelectElement).value = v.etat.methode ?? '';
  }
  const source = role(d, 'source-integre');
  const retour = role(d, 'retour') as HTMLAnchorElement | null;
  if (source) source.textContent = citation(v.etat.echelle, v.indicateur, v.tranche, d.resume);
  if (retour) retour.href = d.adresse({ ...v.etat, integre: '' });
}

/** Classes of the ramp: around a centre the legend leaves out the ones that nothing can be in. */
const classesRampe = (v: VueDonnees): number => v.classes.bornes.length + 1;

/** Legend of the map, and of the second one when there are two. */
export function ecrisLegendes(d: DecorAtlas, v: VueDonnees): void {
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
    const cercles = x.effectifs ? rendLegendeCercles(x.effectifs, x.catalogue, { un, plusieurs }, basesEnClasses(x.etat.echelle)) : ''; // prettier-ignore
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
  const bornes = methode !== 'manuelle' ? [] : ecrites.length > 0 ? ecrites : actuelles;
  return { methode: methode === 'manuelle' && bornes.length === 0 ? null : methode, k: Number(champ('k') || 5), bornes };
} // prettier-ignore

/** Portrait of the chosen zone, or of the whole. @param fiches the zone first, then its references */
export function portraitDe(d: DecorAtlas, v: VueDonnees, fiches: readonly Fiche[]): Html {
  const zone = v.etat.zone ? lisZone(v.etat.zone) : null;
  const vers = zone ?? d.resume.ensemble;
  const n = zone ? v.lignes[rang(v.zones, zone.code)]?.rang : null;
  return rendPortrait({
    fiches,
    indicateur: v.catalogue,
    tranche: v.tranche,
    classes: zone && v.catalogue.calcul !== 'nombre' && !v.derivee ? v.classes : null,
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
