/**
 * `premier.js`: the only script that runs before the page is drawn. It says that scripts run, and that the page is inside
 * another site, so that nothing moves once it is drawn. A classic file, because a module waits for the whole page.
 */
import type { APIRoute } from 'astro';

function premier(): void {
  const racine = document.documentElement;
  racine.classList.add('js');
  const integre = /[?&]integre=(legende|carte)(&|$)/.exec(location.search);
  if (integre) racine.dataset['integre'] = integre[1];
}

export const GET: APIRoute = () =>
  new Response(`(${premier})();\n`, { headers: { 'content-type': 'text/javascript; charset=utf-8' } });
