/** Script of every page: wakes the search when it is touched (the class `js` comes from pages/premier.js.ts). */
const champ = document.querySelector<HTMLInputElement>('[data-recherche] input');
// The index of names is only wanted by those who search.
champ?.addEventListener('focus', () => void import('./champRecherche.ts').then((m) => m.eveille(champ)), {
  once: true,
});
