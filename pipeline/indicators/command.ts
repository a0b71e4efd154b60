import { INDICATEURS, variable } from '../../data/catalogue/indicators/index.ts';
import { THEMES } from '../../data/catalogue/themes.ts';
import type { Commande } from '../lib/commande.ts';

export const commande: Commande = {
  nom: 'indicateurs',
  resume: 'liste les indicateurs du catalogue, par thème',
  options: {},
  async run(_args, { json, ecrit }) {
    if (json) return ecrit(JSON.stringify(INDICATEURS));
    for (const theme of THEMES) {
      ecrit(`\n${theme.libelle} : ${theme.description}`);
      for (const i of INDICATEURS)
        if (variable(i.variable).theme === theme.id) ecrit(`  ${i.id.padEnd(22)} ${i.libelle} (${i.unite})`);
    }
  },
};
