/**
 * Entry of the gate in workerd for the acceptance cases: the production adapter, with settings, lists, archives and clock
 * asked of the runner, which changes them from case to case.
 */
import { createGate, type Gate } from '../../../site/gate/gate.ts';
import { creerMagasinHttp } from '../../../site/gate/magasin-http.ts';
import type { GateConfig } from '../../../site/gate/types.ts';
import { repondre } from '../../../site/gate/worker.ts';

/** What the runner says before each request. */
export interface Consigne {
  version: number;
  decalage: number;
  maitres: { id: string; octets: string }[];
  appareils: boolean;
  config: Pick<GateConfig, 'garde' | 'origines'> & Partial<GateConfig>;
}

interface Environnement {
  CONTROLE: { fetch(adresse: string, init?: RequestInit): Promise<Response> };
}

let gate: Gate | undefined;
let version = -1;
let decalage = 0;

const octets = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (o) => Number.parseInt(o, 16));

async function preparer(env: Environnement, c: Consigne): Promise<Gate> {
  const texte = async (chemin: string) => {
    const r = await env.CONTROLE.fetch(`http://controle${chemin}`);
    if (!r.ok) throw new Error('missing');
    return r.text();
  };
  return createGate({
    ...c.config,
    maitres: c.maitres.map((m) => ({ id: m.id, octets: octets(m.octets) })),
    magasin: creerMagasinHttp({
      base: 'http://controle/lots/',
      fetch: (adresse, init) => env.CONTROLE.fetch(adresse, init),
      memoire: 0,
    }),
    manifeste: async () =>
      JSON.parse(await texte('/manifeste')) as Awaited<ReturnType<GateConfig['manifeste']>>,
    publie: (nom) => texte(`/publie/${nom}`),
    horloge: () => Date.now() + decalage * 1000,
    audit: (e) => attentes.push(e),
    ...(c.appareils
      ? {
          appareils: {
            admet: async (compte, empreinte, max) =>
              (await texte(`/appareils/${compte}/${empreinte}/${max}`)) === 'oui',
          },
        }
      : {}),
  });
}

let attentes: object[] = [];

export default {
  async fetch(requete: Request, env: Environnement): Promise<Response> {
    const dite = await env.CONTROLE.fetch('http://controle/consigne');
    if (!dite.ok) return new Response(null, { status: 503 });
    const c = (await dite.json()) as Consigne;
    ({ decalage } = c);
    if (!gate || c.version !== version) gate = await preparer(env, c);
    ({ version } = c);
    const reponse = await repondre(gate, requete, 'x-adresse-essai');
    // A digest of the network may still be on its way to the journal.
    await new Promise((r) => setTimeout(r, 1));
    const lignes = attentes;
    attentes = [];
    if (lignes.length > 0)
      await env.CONTROLE.fetch('http://controle/audit', { method: 'POST', body: JSON.stringify(lignes) });
    return reponse;
  },
};
