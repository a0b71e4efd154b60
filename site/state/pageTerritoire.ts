/** The territory page: read the link, say what it covers, open on a click, show the bundle, close. */
import type { Topology } from 'topojson-specification';
import { z } from 'zod';
import { ErreurTerritoire } from '../archive/erreurs.ts';
import {
  type ArchiveSession,
  lireLien,
  ouvrirSession,
  prendreLien,
  type LienLu,
  type SessionTerritoire,
} from '../archive/session.ts';
import { exigerFichiers, exigerSceau, lireCles } from '../archive/integrite.ts';
import { lireJson, ouvrirCarte } from '../archive/source.ts';
import { dateLongue, rendErreur, rendFiligrane, rendLien, rendProgression } from '../components/accueilTerritoire.ts'; // prettier-ignore
import { FINE } from '../carto/format.ts';
import { html } from '../components/html.ts';
import { ROLES_LIBELLES, libelleFinalite } from '../../data/catalogue/finalites.ts';
import { INDICATEURS } from '../../data/catalogue/indicators/index.ts';
import { bundleSchema } from '../../data/contract/release.ts';
import { tableSchema } from '../../data/contract/table.ts';
import { Atlas } from './atlas.ts';
import { eveille } from './champRecherche.ts';
import { realisable } from './choix.ts';
import type { ListeZones } from './donnees.ts';
import { lisTextes, rang } from './donnees.ts';
import { donneesTerritoire } from './donneesTerritoire.ts';
import { etatSimple, type Etat } from './etat.ts';
import { ABSENCE_TERRITOIRE } from './textes.ts';

/** Shapes are checked for what is read of them: a topology whose objects are named layers. */
const topologieSchema = z.looseObject({
  type: z.literal('Topology'),
  objects: z.record(z.string(), z.unknown()),
});

const base = document.documentElement.dataset['base'] ?? '/';
const role = <T extends HTMLElement>(nom: string) => document.querySelector<T>(`[data-role="${nom}"]`) as T;
const accueil = role('accueil');
const cles = lireCles(accueil.dataset['cles']);
const ecrit = (contenu: unknown) => {
  accueil.innerHTML = String(contenu);
  accueil.querySelector<HTMLElement>('h1')?.setAttribute('tabindex', '-1');
};

let session: SessionTerritoire | null = null;

/** Names of territories from the public list; the code when it cannot be had. */
async function nomsDe(territoires: readonly string[]): Promise<string[]> {
  return Promise.all(
    territoires.map(async (t) => {
      const [type, code = ''] = t.split(':');
      const e = type === 'com' ? 'commune' : 'epci';
      try {
        const z = (await (await fetch(`${base}donnees/zones/${e}.json`)).json()) as ListeZones;
        return z.noms[rang(z, code)] ?? `${e === 'epci' ? 'EPCI' : 'Commune'} ${code}`;
      } catch {
        return `${e === 'epci' ? 'EPCI' : 'Commune'} ${code}`;
      }
    }),
  );
}

function echec(erreur: unknown, reessaie: (() => void) | null): void {
  const e =
    erreur instanceof ErreurTerritoire ? erreur : new ErreurTerritoire('inattendu', { cause: erreur });
  document.querySelector('[data-atlas]')?.remove();
  role('barre').hidden = true;
  accueil.hidden = false;
  document.title = 'Lien de territoire · Carto OPS';
  ecrit(rendErreur({ message: e.message, conseil: e.conseil, reessayer: e.reessayer && reessaie !== null }));
  accueil.querySelector<HTMLElement>('h1')?.focus();
  if (reessaie) accueil.querySelector('[data-role="reessaie"]')?.addEventListener('click', reessaie);
}

async function presente(lien: LienLu): Promise<void> {
  ecrit(rendLien(lien.apercu, await nomsDe(lien.apercu.ter)));
  role<HTMLFormElement>('accepte').addEventListener('submit', (e) => {
    e.preventDefault();
    const choisi = new FormData(e.currentTarget as HTMLFormElement).get('territoire');
    void ouvre(lien, typeof choisi === 'string' ? choisi : undefined);
  });
}

async function ouvre(lien: LienLu, territoire?: string): Promise<void> {
  ecrit(rendProgression());
  const etape = role('etape');
  const progres = role<HTMLProgressElement>('progres');
  try {
    // Opening the map code while the gate answers; both are needed.
    const carteModule = import('../map/carte.ts');
    // Awaited below with the rest; a link refused before that is the answer, not a script that did not come.
    carteModule.catch(() => undefined);
    session = await ouvrirSession(lien.grant, lien.apercu.pur);
    const archives = (['manifeste', 'table', 'carte', 'geo'] as const).map((p) => {
      const a = session?.archive(p, territoire);
      if (!a) throw new ErreurTerritoire('hors-perimetre');
      return a;
    });
    const total = archives.reduce((s, a) => s + a.taille, 0);
    const recus = [0, 0, 0, 0];
    const suit = (k: number) => (r: number) => {
      recus[k] = r;
      const n = recus.reduce((s, x) => s + x, 0);
      progres.value = n / total;
      etape.textContent = `Réception des données${FINE}: ${Math.round((100 * n) / total)}${FINE}%`;
    };
    const s = session;
    const [am, at, ac, ag] = archives as [ArchiveSession, ArchiveSession, ArchiveSession, ArchiveSession];
    const lireManifeste = async () => {
      const m = await lireJson(s, am, bundleSchema, { progression: suit(0) });
      await exigerSceau(cles, am);
      exigerFichiers(m, [at, ac, ag]);
      return m;
    };
    const lu = lireManifeste();
    const blocs = lu.then((m) => m.archives.find((a) => a.produit === 'carte')?.blocs);
    const [manifeste, table, carte, geo, { protocole }] = await Promise.all([
      lu,
      lireJson(s, at, tableSchema, { progression: suit(1) }),
      ouvrirCarte(s, ac, { progression: suit(2), blocs }),
      lireJson(s, ag, topologieSchema, { progression: suit(3) }),
      carteModule,
    ]);
    carte.attacher(protocole);
    s.surFin((erreur) => echec(erreur, null));
    montre(s, manifeste, table, geo as unknown as Topology, carte.cle);
  } catch (erreur) {
    session?.fermer();
    echec(erreur, () => void ouvre(lien, territoire));
  }
}

function montre(
  s: SessionTerritoire,
  manifeste: ReturnType<typeof bundleSchema.parse>,
  table: ReturnType<typeof tableSchema.parse>,
  geo: Topology,
  cleCarte: string,
): void {
  const t = donneesTerritoire(manifeste, table, geo, cleCarte, lisTextes(base));
  const racine = document.importNode(role<HTMLTemplateElement & HTMLElement>('modele').content, true)
    .firstElementChild as HTMLElement;
  accueil.hidden = true;
  accueil.replaceChildren();
  accueil.after(racine);
  racine.classList.add('territoire-ouvert');
  const depart = etatInitial(t.resume);
  const { compte, convention, role: fonction, finalite, fin } = s.infos;
  const jour = dateLongue(s.maintenant());
  // Each map carries it: a picture of the second alone must say whose it is too.
  for (const [n, cadre] of [...racine.querySelectorAll('[data-role="cadre"]')].entries())
    cadre.insertAdjacentHTML('beforeend', String(rendFiligrane(compte, convention, jour, n)));
  barre(s, manifeste.territoire.nom, fin);
  const atlas = new Atlas({
    racine,
    donnees: t.donnees,
    resume: t.resume,
    etat: depart,
    absence: ABSENCE_TERRITOIRE,
    adresse: () => '#',
    portrait: () => null,
    fiche: (id) => `${base}indicateur/${id}/`,
    mentions: [
      `Diffusion restreinte${FINE}: ${compte}, ${ROLES_LIBELLES[fonction]}, convention ${convention}`,
      `Finalité${FINE}: ${libelleFinalite(finalite)}`,
    ],
    titreDocument: false,
    maxZoom: 17,
    paliers: paliers(manifeste),
  });
  document.title = `${manifeste.territoire.nom} · Carto OPS`;
  document.querySelector('.avis-territoire')?.remove();
  const champ = document.querySelector<HTMLInputElement>('#recherche-territoire');
  champ?.addEventListener(
    'focus',
    () =>
      eveille(champ, {
        index: () => Promise.resolve(t.index),
        choisit: ({ echelle, code }) =>
          void (echelle === manifeste.territoire.echelle
            ? atlas.ensemble()
            : atlas.change({ echelle, zone: `${echelle}:${code}` }, null)),
      }),
    { once: true },
  );
  void atlas.demarre(false);
}

/** First view: communes, a telling figure of the survey when there is one. */
function etatInitial(resume: { offre: Parameters<typeof realisable>[0] }): Etat {
  const voulu = { echelle: 'commune', population: 'ENS', secteur: 'tous', millesime: 9999 } as const;
  for (const id of ['ops_res_lt20', 'ops_res_lt60', 'rpls_dpe_fg', ...INDICATEURS.map((i) => i.id)]) {
    const i = INDICATEURS.find((x) => x.id === id);
    const c = i ? realisable(resume.offre, i, { ...voulu, indicateur: id }) : null;
    if (c) return etatSimple(c);
  }
  throw new ErreurTerritoire('fichier-altere');
}

/** Zooms of the échelles that follow the zoom: the bundle's own, never before they are drawn. */
function paliers(b: ReturnType<typeof bundleSchema.parse>) {
  const voulus = [['commune', 0], ['iris', 11.3], ['residence', 13], ['adresse', 14]] as const; // prettier-ignore
  return voulus.flatMap(([echelle, zoom]) => {
    const c = b.couches.find((x) => x.echelle === echelle && x.zones > 0);
    return c ? [{ echelle, zoom: echelle === 'commune' ? 0 : Math.max(zoom, c.minzoom) }] : [];
  });
}

function barre(s: SessionTerritoire, nom: string, fin: number): void {
  const b = role('barre');
  const { compte, convention } = s.infos;
  b.innerHTML = String(
    html`<p>
        <strong>${nom}</strong><br />
        <span class="note">${compte}, convention ${convention}, jusqu’au ${dateLongue(fin)}</span>
      </p>
      <form class="recherche" role="search">
        <label class="lecteur" for="recherche-territoire"
          >Chercher une commune, un quartier ou une adresse</label
        >
        <input
          id="recherche-territoire"
          type="search"
          placeholder="Commune, quartier, adresse"
          autocomplete="off"
          spellcheck="false"
        />
      </form>
      <button class="bouton" type="button" data-role="ferme">Fermer la session</button>`,
  );
  b.hidden = false;
  b.querySelector('[data-role="ferme"]')?.addEventListener('click', () => {
    s.fermer();
    session = null;
    echec(new ErreurTerritoire('session-fermee'), null);
    document.title = 'Session fermée · Carto OPS';
  });
}

function demarre(): void {
  try {
    const lien = prendreLien();
    if (lien) void presente(lien);
  } catch (erreur) {
    echec(erreur, null);
  }
  document.querySelector('[data-role="colle"]')?.addEventListener('submit', (e) => {
    e.preventDefault();
    const texte = (document.querySelector<HTMLInputElement>('#lien')?.value ?? '').trim();
    try {
      const lien = lireLien(texte.includes('#') ? texte.slice(texte.indexOf('#')) : '#');
      if (!lien) throw new ErreurTerritoire('lien-endommage');
      void presente(lien);
    } catch (erreur) {
      echec(erreur, null);
    }
  });
}

demarre();
// A page read in place of the territory would end the session: the method, the atlas open beside it.
addEventListener('click', (e) => {
  const a = session && (e.target as Element).closest?.<HTMLAnchorElement>('a[href]:not([href^="#"])');
  if (a) a.target = '_blank';
});
// A link opened while the page is already there changes only the fragment.
addEventListener('hashchange', demarre);
// Leaving the page forgets everything, even when the browser keeps it for the back button.
addEventListener('pagehide', () => session?.fermer());
addEventListener('pageshow', (e: PageTransitionEvent) => {
  if (e.persisted && session) echec(new ErreurTerritoire('session-fermee'), null);
});
