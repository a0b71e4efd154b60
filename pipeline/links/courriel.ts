/** The ready e-mail of a territory link, in French, plain text. */
import { CLAUSES } from '../../data/catalogue/finalites.ts';
import { dateLongue } from './dates.ts';
import type { LienEmis } from './liens.ts';

/** Text to paste into a message to one person. It holds the link: treat it as the link itself. */
export function courriel(lien: LienEmis, personne: { nom: string; mel: string }, territoire: string): string {
  return `À : ${personne.nom} <${personne.mel}>
Objet : Occupation du parc social : votre accès à ${territoire}

Bonjour,

Votre accès à la cartographie de l’occupation du parc social est ouvert pour ${territoire}, jusqu’au ${dateLongue(lien.fin)}.

Finalité : ${lien.finalite}.

Pour l’ouvrir, suivez ce lien personnel en entier :

${lien.url}

Ce lien vous est personnel : ne le transférez pas. À l’ouverture, vous accepterez ces clauses :
${CLAUSES.map((c) => `– ${c}`).join('\n')}

Si le lien ne s’ouvre pas, ou si vous n’êtes pas la bonne personne, prévenez l’administrateur local de votre EPCI.
`;
}
