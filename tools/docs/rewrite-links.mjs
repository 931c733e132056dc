import { existsSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "../pnpm.mjs";

const REPOSITORY = "https://github.com/hitbox-cache/hitbox-typescript";
const FENCES = /^(\s*)(`{3,}).*\n[\s\S]*?^\1\2\s*$/gm;
/** `](target)`, where the target is a path. */
const LINK = /(\]\()(?![a-z]+:|[#/<])([^)\s#]+)(#[^)\s]*)?(?=\))/g;

/** Applies `change` to the text of a page outside of its blocks of code. */
export function outsideCode(text, change) {
  const fences = text.match(FENCES) ?? [];
  const parts = text.split(FENCES).filter((_, index) => index % 3 === 0);
  return parts.map((part, index) => change(part) + (fences[index] ?? "")).join("");
}

/** Every relative link of a page as `{ path, hash }`; paths start at the repository's root. */
export function relativeLinks(source, text) {
  const links = [];
  outsideCode(text, (part) => {
    for (const [, , path, hash = ""] of part.matchAll(LINK))
      links.push({ written: path, path: join(dirname(source), path), hash: hash.slice(1) });
    return part;
  });
  return links;
}

/**
 * Points the relative links of a page to where their targets are on the site: to another page, to a picture,
 * or to the repository. `places` has the page of each source.
 */
export function rewriteLinks({ source, page, text }, places) {
  const rewritten = (_, before, path, hash = "") => {
    const target = join(dirname(source), path).replace(/\/$/, "");
    const place = [target, `${target}/README.md`, `${target}/index.md`]
      .map((name) => places.get(name))
      .find(Boolean);
    if (place !== undefined) return `${before}${relativeTo(page, place)}${hash}`;
    if (target.startsWith("docs/images/")) return `${before}/${target.slice("docs/".length)}`;
    return `${before}${inRepository(target)}${hash}`;
  };
  return outsideCode(text, (part) => part.replace(LINK, rewritten));
}

function relativeTo(page, place) {
  const path = relative(dirname(page), place);
  return path.startsWith(".") ? path : `./${path}`;
}

function inRepository(target) {
  const file = join(ROOT, target);
  if (!existsSync(file)) throw new Error(`a link leads to ${target}, which is not there`);
  return `${REPOSITORY}/${statSync(file).isDirectory() ? "tree" : "blob"}/main/${target}`;
}
