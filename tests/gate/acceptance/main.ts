/**
 * `npm run acceptance:gate -- --cases FILE [--target node|nginx|workerd] [--json]`: any file of the case format of
 * gate.md §5, on a real server, each case interleaved with the valid request. Ends with «N passed, N failed».
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { casSchema, Inconnue, type Cas } from './cas.ts';
import { casDist, casPage } from './autres.ts';
import { ouvrirCible } from './cible.ts';
import type { Cible, NomCible } from './contrat.ts';
import { casHttp } from './http.ts';
import { creerMonde, type Monde } from './monde.ts';
import { casRegistre } from './registre.ts';
import { casMagasin } from './magasin.ts';
import { casTemps } from './temps.ts';

export interface Resultat {
  id: string;
  passe: boolean;
  defaut?: string;
}

async function executer(monde: Monde, cible: Cible, cas: Cas): Promise<string | undefined> {
  const { base } = cas.request;
  if (base === 'register') return casRegistre(monde, cas);
  if (base === 'page') return casPage(monde, cas);
  if (base === 'dist') return casDist(monde, cible, cas);
  if (base === 'store') return casMagasin(cas);
  if (base === 'logs') return journaux(cible);
  if (cas.expected.status.length === 0) {
    if (cas.what.startsWith('time of ')) return casTemps(monde, cible, cas);
    throw new Inconnue('vérification inconnue');
  }
  return casHttp(monde, cible, cas);
}

/** After a run: no token, address or e-mail in what was logged. */
function journaux(cible: Cible): string | undefined {
  const tout = JSON.stringify([cible.acces, cible.audit]);
  if (/eyJ[A-Za-z0-9_-]{25}/.test(tout)) return 'un jeton est dans un journal';
  if (tout.includes('?') || tout.includes('@'))
    return 'une requête ou une adresse courriel est dans un journal';
  if (/\b(127\.0\.0\.1|203\.0\.113\.\d+|198\.51\.100\.7)\b/.test(tout))
    return 'une adresse est dans un journal';
  return undefined;
}

/** Run cases on one target. */
export async function passer(
  cas: readonly Cas[],
  nom: NomCible,
  surResultat: (r: Resultat) => void = () => undefined,
): Promise<Resultat[]> {
  const resultats: Resultat[] = [];
  // nginx needs the folders of the world before it starts, the world needs the origin: the site folder is enough.
  const provisoire = await creerMonde('http://localhost');
  const cible = await ouvrirCible(nom, provisoire);
  const monde: Monde = { ...provisoire, origine: cible.origine };
  const noter = (r: Resultat) => {
    resultats.push(r);
    surResultat(r);
  };
  try {
    for (const c of cas) {
      let defaut: string | undefined;
      try {
        defaut = await executer(monde, cible, c);
      } catch (erreur) {
        // A case that this runner cannot carry out is a failed case, not the end of the others.
        defaut =
          erreur instanceof Inconnue
            ? `non exécuté : ${erreur.message}`
            : `erreur : ${erreur instanceof Error ? (erreur.stack ?? erreur.message) : String(erreur)}`;
      }
      noter(defaut === undefined ? { id: c.id, passe: true } : { id: c.id, passe: false, defaut });
    }
    const fuite =
      journaux(cible) ?? (cible.pannes.length > 0 ? `panne : ${String(cible.pannes[0])}` : undefined);
    if (fuite !== undefined) noter({ id: 'journaux', passe: false, defaut: fuite });
  } finally {
    await cible.fermer();
    monde.nettoyer();
  }
  return resultats;
}

const CIBLES = ['node', 'nginx', 'njs', 'workerd'] as const;

async function principal(): Promise<void> {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string' },
      target: { type: 'string', default: 'node' },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  if (values.cases === undefined) throw new Error('--cases FICHIER est obligatoire');
  const cible = CIBLES.find((c) => c === values.target);
  if (!cible) throw new Error(`cible non disponible : ${values.target} (${CIBLES.join(', ')})`);
  const tous = z.array(casSchema).parse(JSON.parse(readFileSync(values.cases, 'utf8')));
  const choisis = values.only === undefined ? tous : tous.filter((c) => c.id.startsWith(values.only ?? ''));
  const resultats = await passer(choisis, cible, (r) => {
    if (!values.json && !r.passe) process.stdout.write(`✗ ${r.id} : ${r.defaut ?? ''}\n`);
  });
  const passes = resultats.filter((r) => r.passe).length;
  const rates = resultats.length - passes;
  if (values.json)
    process.stdout.write(
      `${JSON.stringify({ target: cible, passed: passes, failed: rates, results: resultats })}\n`,
    );
  process.stdout.write(`${passes} passed, ${rates} failed\n`);
  process.exitCode = rates === 0 ? 0 : 1;
}

if (import.meta.main) await principal();
