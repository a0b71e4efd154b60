/** First script of every page: says that scripts run, then wakes the search when it is touched. */
const racine = document.documentElement;
racine.classList.add('js');
// Inside another site the page is dressed for it before it is drawn.
const integre = new URLSearchParams(location.search).get('integre');
if (integre && document.querySelector('[data-atlas]')) racine.dataset['integre'] = integre === 'carte' ? 'carte' : 'legende'; // prettier-ignore

const champ = document.querySelector<HTMLInputElement>('[data-recherche] input');
// The index of names is only wanted by those who search.
champ?.addEventListener('focus', () => void import('./champRecherche.ts').then((m) => m.eveille(champ)), {
  once: true,
});
