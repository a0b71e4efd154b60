/** The part of the fast path that speaks to nginx (njs 0.7); follows rapide.ts in the module that `carto publish` writes. */
import { longueurPlage, retire, verifier, type Avance, type Moteur, type Reglages } from './rapide.ts';

/** What njs gives a handler. */
interface Requete {
  method: string;
  rawHeadersIn: [string, string][];
  variables: Record<string, string>;
}
interface Fs {
  readFileSync(chemin: string, encodage: 'utf8'): string;
}
declare const REGLAGES: Reglages;
declare const AVANCE: Avance;
declare const RETIRES: string;
declare const crypto: {
  createHmac(algo: string, cle: unknown): { update(t: string): { digest(f: string): string } };
};
declare const fs: Fs;
declare const Buffer: { from(t: string, f?: string): { toString(f?: string): string } };

const MOTEUR: Moteur = {
  hmac: function (cleHex, texte) {
    return crypto.createHmac('sha256', Buffer.from(cleHex, 'hex')).update(texte).digest('hex');
  },
  hexVersBase64url: function (hex) {
    return Buffer.from(hex, 'hex').toString('base64url');
  },
  texteVersBase64url: function (texte) {
    return Buffer.from(texte).toString('base64url');
  },
  base64urlVersTexte: function (b64) {
    return Buffer.from(b64, 'base64url').toString();
  },
};

/** Headers that change what must be answered: the gate knows how. */
const CONDITIONS = /^(if-|origin$|expect$|transfer-encoding$|content-length$|upgrade$)/;

/** Archive to send, a name in the folder of links that the gate keeps; '' when the gate must answer. */
function fichier(r: Requete): string {
  try {
    const cible = /^\/t\/v1\/([a-z0-9]{16,64})(?:\?t=([A-Za-z0-9_.-]+))?$/.exec(
      r.variables['request_uri'] as string,
    );
    if (!cible || r.method !== 'GET') return '';
    let jeton = cible[2];
    let plage = '';
    let hote = '';
    for (let i = 0; i < r.rawHeadersIn.length; i++) {
      const paire = r.rawHeadersIn[i] as [string, string];
      const nom = paire[0].toLowerCase();
      const valeur = paire[1];
      if (CONDITIONS.test(nom)) return '';
      if (nom === 'range') {
        if (plage !== '') return '';
        plage = valeur;
      } else if (nom === 'host') {
        if (hote !== '') return '';
        hote = valeur;
      } else if (nom === 'authorization') {
        if (jeton !== undefined || valeur.slice(0, 7) !== 'Bearer ') return '';
        jeton = valeur.slice(7);
      }
    }
    if (jeton === undefined || longueurPlage(plage) === 0 || REGLAGES.hotes.indexOf(hote) < 0) return '';
    const t = Date.now() / 1000;
    const charge = verifier(jeton, t, AVANCE, REGLAGES, MOTEUR);
    if (!charge || charge.arc.indexOf(cible[1] as string) < 0) return '';
    if (retire(fs.readFileSync(RETIRES, 'utf8'), charge.lnk, t)) return '';
    r.variables['carto_session'] = charge.sid + ' ' + charge.lnk[1] + ' ' + charge.lnk[3] + ' ' + cible[1];
    return cible[1] as string;
    // oxlint-disable-next-line no-unused-vars -- njs 0.7 wants a name here
  } catch (_) {
    return '';
  }
}

export default { fichier };
