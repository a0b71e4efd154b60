/** French typography of every page, whoever wrote the sentence: narrow spaces before ; : ! ? % and inside « ». */
import type { MiddlewareHandler } from 'astro';
import { typographie } from './carto/format.ts';

/** Text between tags; code and scripts are left as they are. */
export function typographieHtml(page: string): string {
  return page.replaceAll(
    /(<(code|script|style|textarea)\b[^>]*>[\s\S]*?<\/\2>)|>([^<]*[;:!?%»«<>≥≤'][^<]*)</g,
    (tout, protege: string | undefined, _balise, texte: string | undefined) =>
      protege === undefined && texte !== undefined ? `>${typographie(texte)}<` : tout,
  );
}

export const onRequest: MiddlewareHandler = async (_contexte, suite) => {
  const reponse = await suite();
  if (!(reponse.headers.get('content-type') ?? '').startsWith('text/html')) return reponse;
  return new Response(typographieHtml(await reponse.text()), {
    status: reponse.status,
    headers: reponse.headers,
  });
};
