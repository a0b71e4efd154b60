/** The part of the fast path that speaks to nginx (njs 0.7); follows rapide.ts in the module that `carto publish` writes. */
import { longueurPlage, verifier, type Avance, type Moteur } from './rapide.ts';

/** What njs gives a handler. */
interface Requete {
  headersIn: { range: string | undefined };
  variables: Record<string, string>;
}
declare const ISS: string;
declare const AVANCES: Avance[];
declare const crypto: {
  createHmac(
    algo: string,
    cle: unknown,
  ): { update(t: string): { digest(): ReturnType<Moteur['base64url']> } };
};
declare const Buffer: { from(t: string, f?: string): ReturnType<Moteur['base64url']> };

const MOTEUR: Moteur = {
  hmac: function (cleHex, texte) {
    return crypto.createHmac('sha256', Buffer.from(cleHex, 'hex')).update(texte).digest();
  },
  base64url: function (texte) {
    return Buffer.from(texte, 'base64url');
  },
};

/**
 * Path of the archive to send in the folder that the gate keeps; '' when the gate must answer. It begins with a slice of ten
 * seconds: the gate makes the slices of the next 30 seconds after each reading of its lists, and no other time opens anything.
 * nginx has already set apart every request but a plain GET (see nginx.ts); njs joins repeated Range headers.
 */
function fichier(r: Requete): string {
  try {
    const v = r.variables;
    if (longueurPlage(r.headersIn.range as string) === 0) return '';
    const t = Date.now() / 1000;
    const id = v['carto_id'] as string;
    const charge = verifier(
      v['carto_texte'] as string,
      v['carto_tete'] as string,
      v['carto_signe'] as string,
      id,
      t,
      ISS,
      AVANCES,
      MOTEUR,
    );
    if (!charge) return '';
    v['carto_session'] = charge.sid;
    return Math.floor(t / 10) + '/' + charge.lien + '/' + id;
    // oxlint-disable-next-line no-unused-vars -- njs 0.7 wants a name here
  } catch (_) {
    return '';
  }
}

export default { fichier };
