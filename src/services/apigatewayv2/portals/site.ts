// The pages of a portal as HTML. Nothing of what users wrote is HTML: Markdown
// is rendered without, the rest is escaped, and the policy of contents lets no
// script run but the one that tries methods.

import { createHash } from "node:crypto";
import type { HttpResponse } from "../../../core/http.ts";
import type { EditionState, ShownPage, ShownProduct } from "./edition.ts";

/** Undefined where the portal has no such page. `base` ends with a slash. */
export async function site(
  edition: EditionState,
  base: string,
  path: string,
): Promise<HttpResponse | undefined> {
  const [productId, pageId, ...more] = path.split("/").filter((part) => part !== "");
  if (more.length > 0) return undefined;
  if (productId === undefined) return html(edition, base, home(edition, base));
  const product = edition.products.find(({ id }) => id === productId);
  const pages = product?.sections.flatMap((section) => section.pages) ?? [];
  const page = pageId === undefined ? pages[0] : pages.find(({ id }) => id === pageId);
  if (product === undefined || (pageId !== undefined && page === undefined)) return undefined;
  return html(edition, base, await productPage(product, page, base));
}

function home({ name, description, products }: EditionState, base: string): string {
  const cards = products.map(
    (product) =>
      `<li><a href="${base}${product.id}/"><b>${escaped(product.name)}</b><span>${escaped(product.description)}</span></a></li>`,
  );
  return `<main><h1>${escaped(name)}</h1><p>${escaped(description)}</p><ul class="cards">${cards.join("")}</ul></main>`;
}

async function productPage(
  product: ShownProduct,
  page: ShownPage | undefined,
  base: string,
): Promise<string> {
  const links = product.sections.map(({ name, pages }) => {
    const items = pages.map(({ id, title, method }) => {
      const verb = method === undefined ? "" : `<code>${escaped(method.verb)}</code> `;
      const here = id === page?.id ? ' aria-current="page"' : "";
      return `<li><a href="${base}${product.id}/${id}"${here}>${verb}${escaped(title)}</a></li>`;
    });
    return `${name === "" ? "" : `<h2>${escaped(name)}</h2>`}<ul>${items.join("")}</ul>`;
  });
  const content =
    page === undefined
      ? `<h1>${escaped(product.name)}</h1><p>${escaped(product.description)}</p>`
      : `<h1>${escaped(page.title)}</h1>${methodOf(page)}${await markdown(page.body)}${tryIt(page)}`;
  return `<div class="split"><nav aria-label="Pages"><a href="${base}">All products</a><p><b>${escaped(product.name)}</b></p>${links.join("")}</nav><main>${content}</main></div>`;
}

const methodOf = ({ method }: ShownPage): string =>
  method === undefined ? "" : `<pre><code>${escaped(method.verb)} ${escaped(method.endpoint)}</code></pre>`;

function tryIt({ method }: ShownPage): string {
  if (method?.tryIt !== true) return "";
  const parameters = [...method.path.matchAll(/\{(\w+)\+?\}/g)].map(
    ([, name = ""]) => `<label>${escaped(name)} <input name="path-${escaped(name)}" required></label>`,
  );
  const body = /^(GET|HEAD|DELETE|OPTIONS)$/.test(method.verb)
    ? ""
    : '<label>Body <textarea name="body" rows="6"></textarea></label>';
  return `<h2>Try it</h2><form id="try" data-method="${escaped(method.verb)}" data-path="${escaped(method.path)}" data-endpoint="${escaped(method.endpoint)}">${parameters.join("")}<label>Query <input name="query" placeholder="name=value"></label><label>API key <input name="key" autocomplete="off"></label>${body}<button>Send</button></form><pre id="answer" aria-live="polite"></pre>`;
}

async function markdown(text: string): Promise<string> {
  const { default: MarkdownIt } = await import("markdown-it");
  return new MarkdownIt({ html: false }).render(text);
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Below a path form the API is at the page's own origin, and needs no CORS. */
const script = `document.getElementById("try")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { dataset: { method, path, endpoint } } = event.target;
  const fields = new FormData(event.target);
  const filled = (text) => text.replace(/\\{(\\w+)\\+?\\}/g, (_all, name) => encodeURIComponent(fields.get("path-" + name) ?? ""));
  const beside = location.pathname.startsWith("/_portal");
  const query = fields.get("query") ? "?" + fields.get("query") : "";
  const address = (beside ? "/_execute-api" + filled(path) : filled(endpoint)) + query;
  const answer = document.getElementById("answer");
  answer.textContent = "...";
  try {
    const headers = fields.get("key") ? { "x-api-key": fields.get("key") } : {};
    if (fields.get("body")) headers["content-type"] = "application/json";
    const response = await fetch(address, { method: method === "ANY" ? "GET" : method, headers, ...(fields.get("body") ? { body: fields.get("body") } : {}) });
    answer.textContent = response.status + " " + response.statusText + "\\n\\n" + await response.text();
  } catch (error) {
    answer.textContent = "No answer: " + error.message + ". The API may not allow calls from this page (CORS).";
  }
});`;

const scriptHash = createHash("sha256").update(script).digest("base64");

function html(edition: EditionState, base: string, content: string): HttpResponse {
  const { AccentColor, BackgroundColor, HeaderColor, NavigationColor, TextColor } = edition.colors;
  const style = `:root{color-scheme:light dark}*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;background:${color(BackgroundColor)};color:${color(TextColor)}}header{background:${color(HeaderColor)};padding:1rem 2rem}header a{color:inherit;font-weight:600;text-decoration:none}a{color:${color(AccentColor)}}main{padding:1rem 2rem;max-width:60rem;overflow-wrap:anywhere}.split{display:flex;flex-wrap:wrap}nav{background:${color(NavigationColor)};padding:1rem 2rem;flex:0 1 16rem}nav ul{list-style:none;padding:0}.split main{flex:1 1 24rem}[aria-current]{font-weight:600}.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(16rem,1fr));gap:1rem;list-style:none;padding:0}.cards a{display:block;padding:1rem;border:1px solid currentColor;border-radius:.5rem;text-decoration:none}.cards span{display:block}pre{padding:.75rem;border:1px solid currentColor;border-radius:.25rem;white-space:pre-wrap}label{display:block;margin:.5rem 0}input,textarea{display:block;width:100%;padding:.4rem;font:inherit}button{background:${color(AccentColor)};color:#fff;border:0;border-radius:.25rem;padding:.5rem 1.5rem;font:inherit}`;
  const note = edition.kind === "preview" ? " <small>Preview</small>" : "";
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; script-src 'sha256-${scriptHash}'; connect-src *; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(edition.name)}</title><style>${style}</style></head><body><header><a href="${base}">${escaped(edition.name)}</a>${note}</header>${content}<script>${script}</script></body></html>`,
  };
}

/** A colour of the theme, which must not become anything else within the style. */
const color = (text: string): string => (/^#[0-9a-f]{3,8}$/i.test(text) ? text : "inherit");
