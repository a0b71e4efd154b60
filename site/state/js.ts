/** First script of every page: says that scripts run, then wakes the search when it is touched. */
document.documentElement.classList.add('js');

const champ = document.querySelector<HTMLInputElement>('[data-recherche] input');
// The index of names is only wanted by those who search.
champ?.addEventListener('focus', () => void import('./champRecherche.ts').then((m) => m.eveille(champ)), {
  once: true,
});
